package io.yolo4j.torch;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Shape;
import io.yolo4j.torch.TorchOptions.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Compares the fused batch norm with LibTorch's batch norm and activation in float32: outputs,
 * running statistics, gradients. Values come from Java, so that LibTorch's random state stays.
 */
final class FusedSelfTest {
  private static final double MOMENTUM = 0.03;
  private static final double EPSILON = 1e-3;

  /** Tails in channels and in pixels, and whole registers. */
  private static final List<Shape> SHAPES = List.of(Shape.of(3, 17, 5, 7), Shape.of(2, 32, 8, 8));

  private static final List<Activation.Kind> ACTIVATIONS =
      List.of(
          Activation.Kind.IDENTITY,
          Activation.Kind.RELU,
          Activation.Kind.RELU6,
          Activation.Kind.SILU,
          Activation.Kind.HARDSWISH);

  private FusedSelfTest() {}

  /** Returns the first disagreement. */
  static Optional<String> run() {
    // Whatever the caller has set up on this thread.
    try (AutoGradMode gradients = new AutoGradMode(true)) {
      for (Shape shape : SHAPES) {
        for (boolean half : new boolean[] {false, true}) {
          for (Layout layout : Layout.values()) {
            for (Activation.Kind activation : ACTIVATIONS) {
              Optional<String> wrong = compare(shape, half, layout, activation);
              if (wrong.isPresent()) {
                return wrong;
              }
            }
          }
        }
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(String.valueOf(new TorchException("fused batch norm", e).getMessage()));
    }
  }

  private static Optional<String> compare(
      Shape shape, boolean half, Layout layout, Activation.Kind activation) {
    try (TorchScope scope = TorchScope.open()) {
      Tensor x = placed(random(shape, 1.5, 0.4, 1), half, layout);
      Tensor gradient = placed(random(shape, 1, 0, 2), half, layout);
      List<Tensor> fused = results(x, gradient, activation, true);
      List<Tensor> plain =
          results(
              x.to(torch.ScalarType.Float), gradient.to(torch.ScalarType.Float), activation, false);
      List<String> names = List.of("y", "running mean", "running variance", "dx", "dw", "db");
      for (int i = 0; i < names.size(); i++) {
        if (!agree(fused.get(i), plain.get(i))) {
          return Optional.of(
              "%s of %s after batch norm, %s, %s, shape %s"
                  .formatted(
                      names.get(i),
                      activation.moduleType(),
                      half ? "bfloat16" : "float32",
                      layout.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                      shape));
        }
      }
      return Optional.empty();
    }
  }

  private static List<Tensor> results(
      Tensor input, Tensor gradient, Activation.Kind activation, boolean fused) {
    int channels = (int) input.size(1);
    Shape vector = Shape.of(channels);
    Tensor x = input.detach();
    Tensor weight = random(vector, 0.5, 2, 3);
    Tensor bias = random(vector, 1, 0.5, 4);
    Tensor mean = random(vector, 1, 0, 5);
    Tensor variance = random(vector, 0.2, 2, 6);
    for (Tensor leaf : List.of(x, weight, bias)) {
      leaf.set_requires_grad(true);
    }
    FusedBatchNorm.Parameters parameters =
        new FusedBatchNorm.Parameters(
            weight,
            new TensorOptional(bias),
            new TensorOptional(mean),
            new TensorOptional(variance));
    Tensor y =
        fused
            ? FusedBatchNorm.run(x, parameters, activation, MOMENTUM, EPSILON)
            : plain(x, parameters, activation);
    y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return new ArrayList<>(
        List.of(y.detach(), mean, variance, x.grad(), weight.grad(), bias.grad()));
  }

  private static Tensor plain(
      Tensor x, FusedBatchNorm.Parameters parameters, Activation.Kind activation) {
    Tensor u =
        torch.batch_norm(
            x,
            new TensorOptional(parameters.weight()),
            parameters.bias(),
            parameters.mean(),
            parameters.variance(),
            true,
            MOMENTUM,
            EPSILON,
            true);
    return switch (activation) {
      case RELU -> torch.relu(u);
      case RELU6 -> torch.relu6(u);
      case SILU -> torch.silu(u);
      case HARDSWISH -> torch.hardswish(u);
      default -> u;
    };
  }

  /** Half a unit in the last place is 2^−9 in bfloat16; NaN never agrees. */
  private static boolean agree(Tensor fused, Tensor plain) {
    boolean half = fused.scalar_type().intern() == torch.ScalarType.BFloat16;
    double relative = half ? 1.0 / 256 : 1e-4;
    return torch.allclose(fused.to(torch.ScalarType.Float), plain, relative, 1e-4, false);
  }

  private static Tensor placed(Tensor tensor, boolean half, Layout layout) {
    Tensor typed = half ? tensor.to(torch.ScalarType.BFloat16) : tensor;
    return layout == Layout.CHANNELS_LAST
        ? typed.contiguous(torch.MemoryFormat.ChannelsLast)
        : typed.contiguous();
  }

  private static Tensor random(Shape shape, double deviation, double mean, long seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return TensorTransfer.toTorch(values, shape);
  }
}
