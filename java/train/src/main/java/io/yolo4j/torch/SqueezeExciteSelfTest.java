package io.yolo4j.torch;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Shape;
import io.yolo4j.runtime.ActivationCodes;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Compares squeeze and excite with LibTorch's own operations: outputs and gradients. */
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

  /** Returns the first disagreement on the CPU. */
  static Optional<String> run() {
    return run(SelfTestSetting.ofCpu());
  }

  /** Returns the first disagreement on a GPU. */
  static Optional<String> runOnGpu(int gpu) {
    return run(SelfTestSetting.ofGpu(gpu));
  }

  private static Optional<String> run(List<SelfTestSetting> settings) {
    // Whatever the caller has set up on this thread.
    try (AutoGradMode gradients = new AutoGradMode(true)) {
      for (Shape shape : SHAPES) {
        for (SelfTestSetting setting : settings) {
          for (boolean last : new boolean[] {false, true}) {
            Optional<String> wrong = compare(shape, setting, last);
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

  private static Optional<String> compare(Shape shape, SelfTestSetting setting, boolean last) {
    try (TorchScope scope = TorchScope.open()) {
      List<Tensor> ours = results(shape, setting, last, true);
      List<Tensor> plain = results(shape, setting, last, false);
      for (int i = 0; i < RESULTS.size(); i++) {
        if (!setting.agree(ours.get(i), plain.get(i))) {
          return Optional.of(
              "%s, %s, %s, shape %s"
                  .formatted(RESULTS.get(i), setting, last ? "NHWC" : "NCHW", shape));
        }
      }
      return Optional.empty();
    }
  }

  private static List<Tensor> results(
      Shape shape, SelfTestSetting setting, boolean last, boolean ours) {
    int channels = shape.dim(1);
    Tensor x = setting.leaf(SelfTestTensors.random(shape, 1), ours);
    // Small, so that most gates stay between their ends.
    Tensor squeeze = weights(Shape.of(SQUEEZED, channels, 1, 1), 2, setting, ours);
    Tensor squeezeBias = weights(Shape.of(SQUEEZED), 3, setting, ours);
    Tensor excite = weights(Shape.of(channels, SQUEEZED, 1, 1), 4, setting, ours);
    Tensor exciteBias = weights(Shape.of(channels), 5, setting, ours);
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
    Tensor gradient = setting.values(SelfTestTensors.random(shape, 6), ours);
    y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return List.of(
        y.detach(), x.grad(), squeeze.grad(), squeezeBias.grad(), excite.grad(), exciteBias.grad());
  }

  private static Tensor weights(Shape shape, long seed, SelfTestSetting setting, boolean ours) {
    return setting.leaf(SelfTestTensors.random(shape, seed).mul(new Scalar(0.25)), ours);
  }

  private static Tensor product(Tensor x, Tensor weight, Tensor bias) {
    long[] one = {1, 1};
    return torch.conv2d(x, weight, new TensorOptional(bias), one, new long[] {0, 0}, one, 1);
  }
}
