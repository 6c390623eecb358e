package io.yolo4j.loss;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** What the fixtures do not show: types, layouts, gradients off, memory, errors. */
class DetectionLossTest {
  private static final int CLASSES = 6;

  private final RandomBatch batch = new RandomBatch(7, 2, CLASSES, 8);

  /** Loss parts and the gradient of each head. */
  private record Result(LossItems items, double total, List<float[]> gradients) {}

  @Test
  void compute_permutedHeads_givesTheSameBits() {
    Result plain = run(batch, UnaryOperator.identity());
    // as a network's outputs lie: [N,A,O,H,W] and, channels last, [N,H,W,A,O]
    Result contiguous = run(batch, head -> relaid(head, 0, 1, 4, 2, 3));
    Result channelsLast = run(batch, head -> relaid(head, 0, 2, 3, 1, 4));
    for (Result other : List.of(contiguous, channelsLast)) {
      assertThat(other.items.box()).isEqualTo(plain.items.box());
      assertThat(other.total).isCloseTo(plain.total, within(1e-6));
      for (int l = 0; l < 3; l++) {
        assertThat(other.gradients.get(l)).isEqualTo(plain.gradients.get(l));
      }
    }
  }

  @Test
  void compute_bfloat16Heads_computesInFloat32() {
    Result narrow = run(batch, head -> head.to(ScalarType.BFloat16));
    Result rounded = run(batch, head -> head.to(ScalarType.BFloat16).to(ScalarType.Float));
    assertThat(narrow.items).isEqualTo(rounded.items);
    assertThat(narrow.total).isEqualTo(rounded.total);
    // only the gradient itself is rounded to 8 bits
    checkGradients(narrow, rounded, 1.0 / 256);
  }

  @Test
  void compute_float16Heads_keepsSmallGradientsForALossScaler() {
    Result narrow = run(batch, head -> head.to(ScalarType.Half));
    Result rounded = run(batch, head -> head.to(ScalarType.Half).to(ScalarType.Float));
    assertThat(narrow.items).isEqualTo(rounded.items);
    assertThat(narrow.total).isEqualTo(rounded.total);
  }

  @Test
  void compute_twice_givesTheSameBits() {
    Result first = run(batch, UnaryOperator.identity());
    Result second = run(batch, UnaryOperator.identity());
    assertThat(second.items).isEqualTo(first.items);
    for (int l = 0; l < 3; l++) {
      assertThat(second.gradients.get(l)).isEqualTo(first.gradients.get(l));
    }
  }

  @Test
  void compute_totalMultipliedAfterwards_multipliesTheGradient() {
    Result plain = run(batch, UnaryOperator.identity());
    try (TorchScope scope = TorchScope.open();
        DetectionLoss loss = new DetectionLoss(batch.head, LossOptions.defaults())) {
      List<Tensor> heads = batch.rawHeads();
      try (LossValue value = loss.compute(heads, batch.targets)) {
        value.total().mul(new Scalar(4.0)).backward();
      }
      for (int l = 0; l < heads.size(); l++) {
        float[] expected = plain.gradients.get(l).clone();
        for (int i = 0; i < expected.length; i++) {
          expected[i] *= 4;
        }
        assertThat(TensorTransfer.toHost(heads.get(l).grad()).toFloats()).isEqualTo(expected);
      }
    }
  }

  @Test
  void compute_withoutGradients_givesTheSameLossAlone() {
    Result plain = run(batch, UnaryOperator.identity());
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard();
        DetectionLoss loss = new DetectionLoss(batch.head, LossOptions.defaults());
        LossValue value = loss.compute(batch.rawHeads(), batch.targets)) {
      assertThat(value.total().requires_grad()).isFalse();
      assertThat(value.items()).isEqualTo(plain.items);
      assertThat(value.total().item_double()).isEqualTo(plain.total);
    }
  }

  @Test
  void compute_onlyOneHeadRequiresAGradient_givesItTheSame() {
    Result plain = run(batch, UnaryOperator.identity());
    try (TorchScope scope = TorchScope.open();
        DetectionLoss loss = new DetectionLoss(batch.head, LossOptions.defaults())) {
      List<Tensor> heads = batch.rawHeads();
      heads.get(0).requires_grad_(false);
      heads.get(2).requires_grad_(false);
      try (LossValue value = loss.compute(heads, batch.targets)) {
        value.total().backward();
      }
      assertThat(TensorTransfer.toHost(heads.get(1).grad()).toFloats())
          .isEqualTo(plain.gradients.get(1));
    }
  }

  @Test
  void compute_singleClass_hasNoClassLoss() {
    RandomBatch single = new RandomBatch(3, 2, 1, 8);
    Result result = run(single, UnaryOperator.identity());
    assertThat(result.items.classification()).isZero();
    assertThat(result.items.box()).isPositive();
  }

  @Test
  void compute_infiniteLogit_isNotFinite() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      RandomBatch broken = new RandomBatch(7, 2, CLASSES, 8);
      broken.values.get(1)[4] = bad;
      Result result = run(broken, UnaryOperator.identity());
      assertThat(result.items.isFinite()).isFalse();
      assertThat(result.total).isNotEqualTo(result.total - 1).isNotEqualTo(0);
      assertThat(Double.isFinite(result.total)).isFalse();
    }
  }

  @Test
  void compute_classWeights_weighTheClasses() {
    LossOptions options = LossOptions.defaults();
    double plain = run(batch, options, UnaryOperator.identity()).items.classification();
    List<Double> twos = Collections.nCopies(CLASSES, 2.0);
    double doubled =
        run(batch, options.withClassWeights(twos), UnaryOperator.identity()).items.classification();
    assertThat(doubled).isCloseTo(2 * plain, within(1e-9));
  }

  @Test
  void compute_200Times_leavesNoPointers() {
    runAndClose();
    long before = NativePointers.settled();
    for (int i = 0; i < 200; i++) {
      runAndClose();
    }
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  private void runAndClose() {
    run(batch, UnaryOperator.identity());
    try (TorchScope scope = TorchScope.open();
        DetectionLoss loss = new DetectionLoss(batch.head, LossOptions.defaults())) {
      loss.compute(batch.rawHeads(), Targets.none()).close();
    }
  }

  @Test
  void compute_outsideAnyScope_ownsOnlyTheTotal() {
    List<Tensor> heads = batch.rawHeads();
    long before = NativePointers.settled();
    try (DetectionLoss loss = new DetectionLoss(batch.head, LossOptions.defaults());
        LossValue value = loss.compute(heads, batch.targets)) {
      assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before + 1);
      value.total().backward();
    }
    assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
    heads.forEach(Tensor::close);
  }

  @Test
  void total_afterClose_isAnError() {
    try (TorchScope scope = TorchScope.open();
        DetectionLoss loss = new DetectionLoss(batch.head, LossOptions.defaults())) {
      LossValue value = loss.compute(batch.rawHeads(), batch.targets);
      value.close();
      value.close();
      assertThat(value.items().isFinite()).isTrue();
      assertThatThrownBy(value::total)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the loss value is closed");
    }
  }

  @Test
  void compute_afterClose_isAnError() {
    DetectionLoss loss = new DetectionLoss(batch.head, LossOptions.defaults());
    loss.close();
    assertThatThrownBy(() -> loss.compute(List.of(), batch.targets))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the detection loss is closed");
  }

  @Test
  void compute_targetOutOfRange_namesValueAndLimit() {
    assertComputeFails(
        batch.head,
        Targets.of(new float[] {0, 0, 0.5f, 0.5f, 0.2f, 0.2f, 2, 0, 0.5f, 0.5f, 0.2f, 0.2f}),
        "the image of target 1 must be below the batch size 2, got 2");
    assertComputeFails(
        batch.head,
        Targets.of(new float[] {1, 6, 0.5f, 0.5f, 0.2f, 0.2f}),
        "the class of target 0 must be below the number of classes 6, got 6");
  }

  @Test
  void compute_headsOfAnotherShape_namesShapes() {
    assertComputeFails(
        RandomBatch.head(4),
        batch.targets,
        "raw head 0 must have shape [images,3,rows,columns,9], got " + batch.shapes.get(0));
    DetectionHead two = new DetectionHead(CLASSES, batch.head.levels().subList(0, 2));
    assertComputeFails(
        two, batch.targets, "there must be one raw head for each of 2 levels, got 3");
  }

  private void assertComputeFails(DetectionHead head, Targets targets, String message) {
    try (TorchScope scope = TorchScope.open();
        DetectionLoss loss = new DetectionLoss(head, LossOptions.defaults())) {
      List<Tensor> heads = batch.rawHeads();
      assertThatThrownBy(() -> loss.compute(heads, targets))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }

  @Test
  void balance_givenBack_continuesTheSame() {
    LossOptions options = LossOptions.defaults().withAutobalance(true);
    try (TorchScope scope = TorchScope.open();
        DetectionLoss straight = new DetectionLoss(batch.head, options);
        DetectionLoss resumed = new DetectionLoss(batch.head, options)) {
      List<Tensor> heads = batch.rawHeads();
      straight.compute(heads, batch.targets).close();
      assertThat(straight.balance()).isNotEqualTo(resumed.balance());
      resumed.balance(straight.balance());
      LossItems first = items(straight, heads);
      assertThat(items(resumed, heads)).isEqualTo(first);
      assertThat(resumed.balance()).isEqualTo(straight.balance());
    }
  }

  private LossItems items(DetectionLoss loss, List<Tensor> heads) {
    try (LossValue value = loss.compute(heads, batch.targets)) {
      return value.items();
    }
  }

  @Test
  void balance_badWeights_areErrorsAndChangeNothing() {
    try (DetectionLoss loss = new DetectionLoss(batch.head, LossOptions.defaults())) {
      assertThatThrownBy(() -> loss.balance(List.of(1.0)))
          .hasMessage("the balance must have 3 weights, got 1");
      assertThatThrownBy(() -> loss.balance(List.of(1.0, 1.0, Double.NaN)))
          .hasMessage("a balance weight must be finite and not negative, got [1.0, 1.0, NaN]");
      assertThat(loss.balance()).containsExactly(4.0, 1.0, 0.4);
    }
  }

  @Test
  void constructor_unfitOptions_areErrors() {
    LossOptions options = LossOptions.defaults();
    assertThatThrownBy(
            () -> new DetectionLoss(batch.head, options.withClassWeights(List.of(1.0, 1.0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class weights must be one for each of 6 classes, got 2");
    Level level = batch.head.levels().get(0);
    DetectionHead fine = new DetectionHead(CLASSES, List.of(level));
    assertThatThrownBy(() -> new DetectionLoss(fine, options.withAutobalance(true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("autobalance needs a level of stride 16, got strides [8]");
    DetectionHead six = new DetectionHead(CLASSES, Collections.nCopies(6, level));
    assertThatThrownBy(() -> new DetectionLoss(six, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a detection loss has weights for at most 5 levels, got 6");
  }

  private static Result run(RandomBatch batch, UnaryOperator<Tensor> view) {
    return run(batch, LossOptions.defaults(), view);
  }

  private static Result run(RandomBatch batch, LossOptions options, UnaryOperator<Tensor> view) {
    try (TorchScope scope = TorchScope.open();
        DetectionLoss loss = new DetectionLoss(batch.head, options)) {
      List<Tensor> leaves = batch.rawHeads();
      List<Tensor> heads = leaves.stream().map(view).toList();
      try (LossValue value = loss.compute(heads, batch.targets)) {
        double total = value.total().item_double();
        value.total().backward();
        List<float[]> gradients = new ArrayList<>();
        leaves.forEach(leaf -> gradients.add(TensorTransfer.toHost(leaf.grad()).toFloats()));
        return new Result(value.items(), total, gradients);
      }
    }
  }

  /** The same values, their dimensions in this order in memory. */
  private static Tensor relaid(Tensor head, long... order) {
    long[] back = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      back[(int) order[i]] = i;
    }
    return head.permute(order).contiguous().permute(back);
  }

  private static void checkGradients(Result actual, Result expected, double rtol) {
    for (int l = 0; l < 3; l++) {
      float[] values = expected.gradients.get(l);
      double[] wide = IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
      assertClose("gradient of head " + l, actual.gradients.get(l), wide, rtol, 1e-9);
    }
  }
}
