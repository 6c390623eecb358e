package io.yolo4j.loss;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.graph.Shape;
import io.yolo4j.torch.TensorTransfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;

/** Raw heads and targets drawn from a seed, for images of 64 × 96 px unless told otherwise. */
final class RandomBatch {
  private static final int[] STRIDES = {8, 16, 32};
  private static final float[][] ANCHORS = {
    {10, 13, 16, 30, 33, 23}, {30, 61, 62, 45, 59, 119}, {116, 90, 156, 198, 373, 326}
  };

  final DetectionHead head;
  final List<Shape> shapes = new ArrayList<>();
  final List<float[]> values = new ArrayList<>();
  final Targets targets;

  RandomBatch(long seed, int images, int classes, int boxes) {
    this(seed, images, classes, boxes, 64, 96);
  }

  RandomBatch(long seed, int images, int classes, int boxes, int height, int width) {
    head = head(classes);
    Random random = new Random(seed);
    for (Level level : head.levels()) {
      Shape shape =
          Shape.of(images, 3, height / level.stride(), width / level.stride(), head.outputs());
      float[] logits = new float[Math.toIntExact(shape.elements())];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) random.nextGaussian();
      }
      shapes.add(shape);
      values.add(logits);
    }
    float[] rows = new float[boxes * Targets.COLUMNS];
    for (int i = 0; i < rows.length; i += Targets.COLUMNS) {
      rows[i] = random.nextInt(images);
      rows[i + 1] = random.nextInt(classes);
      rows[i + 2] = random.nextFloat();
      rows[i + 3] = random.nextFloat();
      rows[i + 4] = 0.1f + 0.7f * random.nextFloat();
      rows[i + 5] = 0.1f + 0.7f * random.nextFloat();
    }
    targets = Targets.of(rows);
  }

  static DetectionHead head(int classes) {
    List<Level> levels = new ArrayList<>();
    for (int l = 0; l < STRIDES.length; l++) {
      List<Anchor> anchors = new ArrayList<>();
      for (int a = 0; a < ANCHORS[l].length; a += 2) {
        anchors.add(new Anchor(ANCHORS[l][a], ANCHORS[l][a + 1]));
      }
      levels.add(new Level(STRIDES[l], anchors));
    }
    return new DetectionHead(classes, levels);
  }

  /** The heads as leaves that require a gradient. */
  List<Tensor> rawHeads() {
    List<Tensor> heads = new ArrayList<>();
    for (int l = 0; l < shapes.size(); l++) {
      heads.add(TensorTransfer.toTorch(values.get(l), shapes.get(l)).requires_grad_(true));
    }
    return heads;
  }
}
