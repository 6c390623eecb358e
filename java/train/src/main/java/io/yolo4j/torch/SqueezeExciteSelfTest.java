package io.yolo4j.torch;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Shape;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Compares squeeze and excite with LibTorch's own operations in float32: outputs and gradients. */
final class SqueezeExciteSelfTest {
  /** Tails in channels and in pixels, and whole registers. */
  private static final List<Shape> SHAPES = List.of(Shape.of(3, 17, 5, 7), Shape.of(2, 32, 8, 8));

  private static final int SQUEEZED = 8;

  private static final long[] FUNCTIONS = {
    ActivationCodes.of(Activation.Kind.RELU), ActivationCodes.of(Activation.Kind.HARDSIGMOID)
  };

  private static final List<String> RESULTS =
      List.of("y", "dx", "dsqueeze", "dsqueezebias", "dexcite", "dexcitebias");

  private SqueezeExciteSelfTest() {}

  /** Returns the first disagreement. */
  static Optional<String> run() {
    // Whatever the caller has set up on this thread.
    try (AutoGradMode gradients = new AutoGradMode(true)) {
      for (Shape shape : SHAPES) {
        for (boolean half : new boolean[] {false, true}) {
          for (boolean last : new boolean[] {false, true}) {
            Optional<String> wrong = compare(shape, half, last);
            if (wrong.isPresent()) {
              return wrong;
            }
          }
        }
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(String.valueOf(new TorchException("squeeze and excite", e).getMessage()));
    }
  }

  private static Optional<String> compare(Shape shape, boolean half, boolean last) {
    try (TorchScope scope = TorchScope.open()) {
      List<Tensor> ours = results(shape, half, last, true);
      List<Tensor> plain = results(shape, half, last, false);
      for (int i = 0; i < RESULTS.size(); i++) {
        if (!SelfTestTensors.agree(ours.get(i), plain.get(i), half)) {
          return Optional.of(
              "%s, %s, %s, shape %s"
                  .formatted(
                      RESULTS.get(i),
                      half ? "bfloat16" : "float32",
                      last ? "NHWC" : "NCHW",
                      shape));
        }
      }
      return Optional.empty();
    }
  }

  private static List<Tensor> results(Shape shape, boolean half, boolean last, boolean ours) {
    int channels = shape.dim(1);
    Tensor x = SelfTestTensors.leaf(SelfTestTensors.random(shape, 1), half, ours);
    // Small, so that most gates stay between their ends.
    Tensor squeeze = weights(Shape.of(SQUEEZED, channels, 1, 1), 2, half, ours);
    Tensor squeezeBias = weights(Shape.of(SQUEEZED), 3, half, ours);
    Tensor excite = weights(Shape.of(channels, SQUEEZED, 1, 1), 4, half, ours);
    Tensor exciteBias = weights(Shape.of(channels), 5, half, ours);
    Tensor placed = last ? x : x.contiguous(torch.MemoryFormat.Contiguous);
    Tensor y =
        ours
            ? SqueezeExcite.run(
                placed,
                new SqueezeExcite.Weights(squeeze, squeezeBias, excite, exciteBias),
                SQUEEZED,
                FUNCTIONS)
            : placed.mul(
                torch.hardsigmoid(
                    product(
                        torch.relu(
                            product(
                                torch.adaptive_avg_pool2d(placed, new long[] {1, 1}),
                                squeeze,
                                squeezeBias)),
                        excite,
                        exciteBias)));
    Tensor gradient =
        SelfTestTensors.rounded(SelfTestTensors.random(shape, 6), half).to(y.scalar_type());
    y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return List.of(
        y.detach(), x.grad(), squeeze.grad(), squeezeBias.grad(), excite.grad(), exciteBias.grad());
  }

  private static Tensor weights(Shape shape, long seed, boolean half, boolean ours) {
    return SelfTestTensors.leaf(
        SelfTestTensors.random(shape, seed).mul(new Scalar(0.25)), half, ours);
  }

  private static Tensor product(Tensor x, Tensor weight, Tensor bias) {
    long[] one = {1, 1};
    return torch.conv2d(x, weight, new TensorOptional(bias), one, new long[] {0, 0}, one, 1);
  }
}
