package io.yolo4j.loss;

import io.yolo4j.torch.TorchScope;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What a student's outputs and features lack of a teacher's. Gradients flow into the student's
 * tensors; those of the teacher carry none.
 *
 * <p>Both losses are of the order of 1 whatever the network's size, so that weights mean the same
 * for all. Stateless; threads: safe.
 */
public final class DistillationLoss {
  /** Keeps a level without any objectness, or features of zeros, from dividing by 0. */
  private static final double SMALLEST = 1e-6;

  private static final int BOX = 4;

  private DistillationLoss() {}

  /**
   * Returns the loss of the raw heads, scaled with the teacher's objectness (after Mehta and Ozturk
   * 2018, Object Detection at 200 Frames Per Second, section 3.3), so that boxes and classes of
   * background, which mean nothing, are not learnt.
   *
   * <p>With s and t the sigmoid of the student's and teacher's outputs, o the objectness, b the
   * four box outputs, c the classes, i all cells and anchors of all pictures, a level gives
   *
   * <pre>mean_i (s_o − t_o)² + Σ_i t_o·(Σ_b (s_b − t_b)² + Σ_c (s_c − t_c)²) / max(Σ_i t_o, 1e-6)
   * </pre>
   *
   * and the loss is the sum over the levels.
   *
   * @param student a tensor [N,A,H,W,5+classes] a level, before the sigmoid
   * @param teacher the same
   * @return a scalar, float32; the caller's or the innermost scope's
   * @throws IllegalArgumentException if shapes differ, with both
   */
  public static Tensor outputs(List<Tensor> student, List<Tensor> teacher) {
    requireSame("levels", student.size(), teacher.size());
    try (TorchScope scope = TorchScope.open()) {
      Tensor sum = torch.zeros(new long[0]).to(student.get(0).device(), ScalarType.Float);
      for (int level = 0; level < student.size(); level++) {
        sum = sum.add(level(student.get(level), teacher.get(level)));
      }
      return TorchScope.keep(sum);
    }
  }

  private static Tensor level(Tensor student, Tensor teacher) {
    requireSameShape(student, teacher);
    long outputs = student.size(4);
    Tensor difference = sigmoid(student).sub(sigmoid(teacher)).square();
    Tensor weight = sigmoid(teacher).select(4, BOX).detach();
    Tensor boxes = difference.narrow(4, 0, BOX).sum(4);
    Tensor classes = difference.narrow(4, BOX + 1, outputs - BOX - 1).sum(4);
    Tensor weighted =
        boxes.add(classes).mul(weight).sum().div(weight.sum().clamp_min(new Scalar(SMALLEST)));
    return difference.select(4, BOX).mean().add(weighted);
  }

  /**
   * Returns the loss of feature maps (Romero et al. 2015, FitNets: hints), the mean squared error
   * of each relative to the teacher's mean square: 1 for a student that gives zeros.
   *
   * @param student maps [N,C,H,W], with as many channels as the teacher's
   * @param teacher the same
   * @return a scalar, float32, the sum over the maps; the caller's or the innermost scope's
   * @throws IllegalArgumentException if shapes differ, with both
   */
  public static Tensor features(List<Tensor> student, List<Tensor> teacher) {
    requireSame("feature maps", student.size(), teacher.size());
    try (TorchScope scope = TorchScope.open()) {
      Tensor sum = torch.zeros(new long[0]).to(student.get(0).device(), ScalarType.Float);
      for (int i = 0; i < student.size(); i++) {
        requireSameShape(student.get(i), teacher.get(i));
        Tensor wanted = teacher.get(i).detach().to(ScalarType.Float);
        Tensor error = student.get(i).to(ScalarType.Float).sub(wanted).square().mean();
        Tensor size = wanted.square().mean().clamp_min(new Scalar(SMALLEST));
        sum = sum.add(error.div(size));
      }
      return TorchScope.keep(sum);
    }
  }

  private static Tensor sigmoid(Tensor logits) {
    return logits.to(ScalarType.Float).sigmoid();
  }

  private static void requireSame(String what, int student, int teacher) {
    if (student != teacher || student == 0) {
      throw new IllegalArgumentException(
          "student and teacher must have the same %s, at least one, got %d and %d"
              .formatted(what, student, teacher));
    }
  }

  private static void requireSameShape(Tensor student, Tensor teacher) {
    String a = Arrays.toString(student.shape());
    String b = Arrays.toString(teacher.shape());
    if (!a.equals(b)) {
      throw new IllegalArgumentException(
          "student and teacher must give the same shapes, got %s and %s".formatted(a, b));
    }
  }
}
