package io.yolo4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.graph.Shape;
import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchScope;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Against the formulas in double precision, and their gradients against finite differences. */
final class DistillationLossTest {
  private static final int OUTPUTS = 8;
  private static final Shape FIRST = Shape.of(2, 3, 4, 5, OUTPUTS);
  private static final Shape SECOND = Shape.of(2, 3, 2, 3, OUTPUTS);

  @Test
  void outputs_equalTheFormula() {
    float[] s1 = random(FIRST, 1);
    float[] t1 = random(FIRST, 2);
    float[] s2 = random(SECOND, 3);
    float[] t2 = random(SECOND, 4);
    try (TorchScope scope = TorchScope.open()) {
      Tensor loss =
          DistillationLoss.outputs(
              List.of(tensor(s1, FIRST), tensor(s2, SECOND)),
              List.of(tensor(t1, FIRST), tensor(t2, SECOND)));
      double expected = level(s1, t1) + level(s2, t2);
      assertThat(expected).isGreaterThan(0.1);
      assertThat((double) loss.item_float()).isCloseTo(expected, within(1e-5 * expected));
    }
  }

  @Test
  void outputs_gradientIsThatOfTheFormula() {
    float[] student = random(SECOND, 5);
    float[] teacher = random(SECOND, 6);
    try (TorchScope scope = TorchScope.open()) {
      Tensor s = tensor(student, SECOND);
      s.set_requires_grad(true);
      DistillationLoss.outputs(List.of(s), List.of(tensor(teacher, SECOND))).backward();
      assertGradient(s, student, values -> level(values, teacher));
    }
  }

  @Test
  void outputs_ofTheTeacherItself_areZero() {
    float[] values = random(SECOND, 7);
    try (TorchScope scope = TorchScope.open()) {
      Tensor loss =
          DistillationLoss.outputs(
              List.of(tensor(values, SECOND)), List.of(tensor(values, SECOND)));
      assertThat(loss.item_float()).isZero();
    }
  }

  @Test
  void outputs_backgroundOfTheTeacher_leavesBoxesAndClassesAlone() {
    float[] student = random(SECOND, 8);
    float[] teacher = random(SECOND, 9);
    for (int at = 0; at < teacher.length; at += OUTPUTS) {
      teacher[at + 4] = at == 0 ? 9 : -40;
    }
    try (TorchScope scope = TorchScope.open()) {
      Tensor s = tensor(student, SECOND);
      s.set_requires_grad(true);
      DistillationLoss.outputs(List.of(s), List.of(tensor(teacher, SECOND))).backward();
      float[] gradient = TensorTransfer.toHost(s.grad()).toFloats();
      for (int i = 0; i < gradient.length; i++) {
        boolean learnt = i < OUTPUTS || i % OUTPUTS == 4;
        assertThat(Math.abs(gradient[i]) > 1e-9).as("element %d", i).isEqualTo(learnt);
      }
    }
  }

  @Test
  void features_equalTheFormulaAndItsGradient() {
    Shape shape = Shape.of(2, 6, 3, 4);
    float[] student = random(shape, 10);
    float[] teacher = random(shape, 11);
    try (TorchScope scope = TorchScope.open()) {
      Tensor s = tensor(student, shape);
      s.set_requires_grad(true);
      Tensor loss = DistillationLoss.features(List.of(s), List.of(tensor(teacher, shape)));
      double expected = relative(student, teacher);
      assertThat((double) loss.item_float()).isCloseTo(expected, within(1e-5 * expected));
      loss.backward();
      assertGradient(s, student, values -> relative(values, teacher));
    }
  }

  @Test
  void features_ofZeros_areOne() {
    Shape shape = Shape.of(1, 2, 3, 4);
    try (TorchScope scope = TorchScope.open()) {
      Tensor loss =
          DistillationLoss.features(
              List.of(tensor(new float[24], shape)), List.of(tensor(random(shape, 12), shape)));
      assertThat((double) loss.item_float()).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void shapesThatDiffer_areNamed() {
    try (TorchScope scope = TorchScope.open()) {
      Tensor first = tensor(random(FIRST, 1), FIRST);
      Tensor second = tensor(random(SECOND, 1), SECOND);
      assertThatThrownBy(() -> DistillationLoss.outputs(List.of(first), List.of(second)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "student and teacher must give the same shapes, got [2, 3, 4, 5, 8] and [2, 3, 2, 3, 8]");
      assertThatThrownBy(() -> DistillationLoss.features(List.of(first), List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "student and teacher must have the same feature maps, at least one, got 1 and 0");
    }
  }

  private static double level(float[] student, float[] teacher) {
    double objectness = 0;
    double weighted = 0;
    double weights = 0;
    int cells = student.length / OUTPUTS;
    for (int cell = 0; cell < cells; cell++) {
      double own = 0;
      for (int k = 0; k < OUTPUTS; k++) {
        double difference =
            LogitLoss.sigmoid(student[cell * OUTPUTS + k])
                - LogitLoss.sigmoid(teacher[cell * OUTPUTS + k]);
        if (k == 4) {
          objectness += difference * difference / cells;
        } else {
          own += difference * difference;
        }
      }
      double weight = LogitLoss.sigmoid(teacher[cell * OUTPUTS + 4]);
      weighted += weight * own;
      weights += weight;
    }
    return objectness + weighted / Math.max(weights, 1e-6);
  }

  private static double relative(float[] student, float[] teacher) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < student.length; i++) {
      error += Math.pow((double) student[i] - teacher[i], 2);
      size += Math.pow(teacher[i], 2);
    }
    return error / size;
  }

  private static void assertGradient(
      Tensor tensor, float[] values, ToDoubleFunction<float[]> formula) {
    float[] gradient = TensorTransfer.toHost(tensor.grad()).toFloats();
    float step = 1f / 64; // exact in float, so that the difference is the formula's
    for (int i = 0; i < values.length; i += 7) {
      float kept = values[i];
      values[i] = kept + step;
      double above = formula.applyAsDouble(values);
      double to = values[i];
      values[i] = kept - step;
      double below = formula.applyAsDouble(values);
      double from = values[i];
      values[i] = kept;
      double expected = (above - below) / (to - from);
      assertThat((double) gradient[i]).as("element %d", i).isCloseTo(expected, within(1e-5));
    }
  }

  private static float[] random(Shape shape, long seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (2 * random.nextGaussian());
    }
    return values;
  }

  private static Tensor tensor(float[] values, Shape shape) {
    return TensorTransfer.toTorch(values, shape);
  }
}
