package io.yolo4j.train;

import io.yolo4j.augment.TrainingBatch;
import io.yolo4j.loss.DetectionLoss;
import io.yolo4j.loss.LossItems;
import io.yolo4j.loss.LossValue;
import io.yolo4j.loss.Targets;
import io.yolo4j.torch.PixelTensor;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchScope;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Runs a batch forward and backward; gradients add up in the network's parameters. */
final class TrainingStep {
  private final TorchNetwork network;
  private final DetectionLoss loss;
  private final @Nullable Teacher teacher;
  private final StepClock clock;

  /**
   * Prepares steps.
   *
   * @param teacher what the network learns from beside the labels; or null
   */
  TrainingStep(
      TorchNetwork network, DetectionLoss loss, @Nullable Teacher teacher, StepClock clock) {
    this.network = network;
    this.teacher = teacher;
    this.loss = loss;
    this.clock = clock;
  }

  /**
   * Adds a batch's gradients.
   *
   * @param side that the pictures are resized to; those of the batch where it is its own
   * @param lossScale what the loss is multiplied with before its gradients are taken
   * @throws TrainingException if the loss is not finite, naming the batch's files
   */
  LossItems run(TrainingBatch batch, int side, String where, double lossScale) {
    try (TorchScope scope = TorchScope.open()) {
      Tensor pixels = input(batch, side);
      List<Tensor> outputs = network.forward(List.of(pixels), true);
      // Behind the heads are the maps that a teacher compares.
      List<Tensor> heads = teacher == null ? outputs : teacher.heads(outputs);
      clock.lap(StepClock.Part.FORWARD);
      try (LossValue value = loss.compute(heads, Targets.of(batch.targets()))) {
        LossItems items = value.items();
        if (!items.isFinite()) {
          throw new LossNotFiniteException(
              "%s: the loss must be finite, got %s; its pictures: %s"
                  .formatted(where, items, batch.files()));
        }
        Tensor total =
            teacher == null ? value.total() : value.total().add(teacher.loss(pixels, outputs));
        clock.lap(StepClock.Part.LOSS);
        scaled(total, lossScale).backward();
        clock.lap(StepClock.Part.BACKWARD);
        return items;
      }
    }
  }

  private static Tensor scaled(Tensor loss, double scale) {
    return scale == 1 ? loss : loss.mul(new Scalar(scale));
  }

  private Tensor input(TrainingBatch batch, int side) {
    Tensor pixels =
        PixelTensor.of(
            batch.pixels(),
            batch.images(),
            batch.height(),
            batch.width(),
            network.options().device());
    if (side == Math.max(batch.height(), batch.width())) {
      return pixels;
    }
    double factor = side / (double) Math.max(batch.height(), batch.width());
    long[] size = {Math.round(batch.height() * factor), Math.round(batch.width() * factor)};
    return torch.upsample_bilinear2d(
        pixels, size, false, new DoubleOptional(), new DoubleOptional());
  }
}
