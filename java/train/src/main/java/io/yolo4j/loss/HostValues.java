package io.yolo4j.loss;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * What the loss reads of the heads, in one copy from their device.
 *
 * @param atPositives the outputs of the positives' predictions, per level
 * @param background the sum of the objectness losses as if every target were 0, per level
 */
record HostValues(List<float[]> atPositives, List<Double> background) {
  static HostValues read(List<HeadTensor> levels) {
    TensorVector parts = new TensorVector();
    for (HeadTensor level : levels) {
      parts.push_back(level.atPositives());
      parts.push_back(level.backgroundLoss());
    }
    Tensor all = torch.cat(parts, 0).cpu();
    FloatBuffer source = all.createBuffer();
    List<float[]> atPositives = new ArrayList<>();
    List<Double> background = new ArrayList<>();
    for (int l = 0; l < levels.size(); l++) {
      float[] values = new float[Math.toIntExact(parts.get(2L * l).numel())];
      source.get(values);
      atPositives.add(values);
      background.add((double) source.get());
    }
    return new HostValues(atPositives, background);
  }
}
