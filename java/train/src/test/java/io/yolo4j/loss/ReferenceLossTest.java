package io.yolo4j.loss;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Random batches against the loss in double precision and its numerical derivatives. */
class ReferenceLossTest {
  private static final double STEP = 1e-5;
  private static final int POSITIVES = 25;

  @TestFactory
  Stream<DynamicTest> compute_aRandomBatch_agreesWithDoublePrecision() {
    LossOptions plain = LossOptions.defaults();
    Map<String, LossOptions> options =
        Map.of(
            "CIoU",
            plain,
            "GIoU, smoothed, class weights",
            plain
                .withBoxLoss(BoxLoss.GIOU)
                .withLabelSmoothing(0.1)
                .withClassWeights(List.of(0.5, 2.0, 1.0, 0.0)),
            "DIoU, focal, smoothed",
            plain.withBoxLoss(BoxLoss.DIOU).withFlGamma(1.5).withLabelSmoothing(0.1),
            "IoU, weak focal, positive weights",
            plain.withBoxLoss(BoxLoss.IOU).withFlGamma(0.5).withObjPw(0.7).withClsPw(1.5));
    return options.entrySet().stream()
        .flatMap(
            entry ->
                IntStream.range(0, 2)
                    .mapToObj(
                        seed ->
                            DynamicTest.dynamicTest(
                                entry.getKey() + ", seed " + seed,
                                () -> check(new RandomBatch(seed, 2, 4, 9), entry.getValue()))));
  }

  private static void check(RandomBatch batch, LossOptions options) {
    ReferenceLoss reference = new ReferenceLoss(batch, options);
    List<double[]> logits = new ArrayList<>();
    batch.values.forEach(values -> logits.add(doubles(values)));
    reference.freeze(logits);
    try (TorchScope scope = TorchScope.open();
        DetectionLoss loss = new DetectionLoss(batch.head, options)) {
      List<Tensor> heads = batch.rawHeads();
      LossValue value = loss.compute(heads, batch.targets);
      LossItems items = value.items();
      double[] parts = {items.box(), items.objectness(), items.classification()};
      assertClose("items", parts, reference.items(logits), 1e-5, 1e-8);
      double[] total = {value.total().item_double()};
      assertClose("total", total, new double[] {reference.total(logits)}, 1e-5, 0);
      value.total().backward();
      value.close();
      int positives = 0;
      for (int l = 0; l < heads.size(); l++) {
        float[] gradient = TensorTransfer.toHost(heads.get(l).grad()).toFloats();
        positives += checkGradient(reference, logits, l, gradient, batch.head.outputs());
      }
      assertThat(positives).as("positives that were compared").isGreaterThan(20);
    }
  }

  /** At the first positives, and at the first prediction, a positive or not. */
  private static int checkGradient(
      ReferenceLoss reference, List<double[]> logits, int level, float[] gradient, int outputs) {
    List<Integer> offsets =
        new ArrayList<>(reference.positiveOffsets(level).stream().limit(POSITIVES).toList());
    offsets.add(0);
    for (int offset : offsets) {
      double[] expected = new double[outputs];
      for (int i = 0; i < outputs; i++) {
        expected[i] = derivative(reference, logits, level, offset + i);
      }
      float[] actual = Arrays.copyOfRange(gradient, offset, offset + outputs);
      assertClose("level " + level + " offset " + offset, actual, expected, 1e-4, 1e-7);
    }
    return offsets.size() - 1;
  }

  private static double derivative(
      ReferenceLoss reference, List<double[]> logits, int level, int at) {
    double[] values = logits.get(level);
    double kept = values[at];
    values[at] = kept + STEP;
    double above = reference.total(logits);
    values[at] = kept - STEP;
    double below = reference.total(logits);
    values[at] = kept;
    return (above - below) / (2 * STEP);
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }
}
