package io.yolo4j.train;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Label;
import io.yolo4j.data.LoadedBatch;
import io.yolo4j.data.LoadedImage;
import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import io.yolo4j.eval.ValidationListener;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import io.yolo4j.loss.DetectionLoss;
import io.yolo4j.loss.LossItems;
import io.yolo4j.loss.LossValue;
import io.yolo4j.loss.Targets;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Adds up the losses of a validation's batches and passes on how it goes. */
final class EpochValidation implements ValidationListener {
  private final DetectionLoss loss;
  private final TrainingListener listener;
  private LossItems sum = LossItems.ZERO;
  private int batches;

  /** The loss stays the caller's. */
  EpochValidation(DetectionLoss loss, TrainingListener listener) {
    this.loss = loss;
    this.listener = listener;
  }

  /** Returns the mean over the batches. */
  LossItems losses() {
    return batches == 0 ? LossItems.ZERO : sum.times(1.0 / batches);
  }

  @Override
  public void headsReady(LoadedBatch batch, List<RawHead> heads) {
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard();
        LossValue value = loss.compute(tensors(heads), Targets.of(targets(batch)))) {
      sum = sum.plus(value.items());
      batches++;
    }
  }

  @Override
  public void batchDone(int done, int total) {
    listener.validating(done, total);
  }

  @Override
  public void pictureDone(Sample sample, List<Detection> detections) {
    listener.pictureValidated(sample, detections);
  }

  @Override
  public void pictureSkipped(DataIssue issue) {
    listener.message("skipped: " + issue);
  }

  private static List<Tensor> tensors(List<RawHead> heads) {
    List<Tensor> tensors = new ArrayList<>();
    for (RawHead head : heads) {
      tensors.add(
          torch.from_blob(
              new FloatPointer(head.values().duplicate().clear()),
              head.images(),
              head.anchors(),
              head.height(),
              head.width(),
              head.outputs()));
    }
    return tensors;
  }

  /** Rows of slot, class, centre and size; fractions of the frame. */
  private static float[] targets(LoadedBatch batch) {
    ImageSize frame = batch.frame();
    int count = batch.images().stream().mapToInt(image -> image.sample().labels().size()).sum();
    float[] rows = new float[count * Targets.COLUMNS];
    int at = 0;
    for (LoadedImage image : batch.images()) {
      for (Label label : image.sample().labels()) {
        Box box =
            label
                .box()
                .toPixels(
                    image.letterbox().resized(),
                    image.letterbox().padX(),
                    image.letterbox().padY());
        rows[at++] = image.slot();
        rows[at++] = label.classId();
        rows[at++] = (box.x1() + box.x2()) / 2 / frame.width();
        rows[at++] = (box.y1() + box.y2()) / 2 / frame.height();
        rows[at++] = (box.x2() - box.x1()) / frame.width();
        rows[at++] = (box.y2() - box.y1()) / frame.height();
      }
    }
    return rows;
  }
}
