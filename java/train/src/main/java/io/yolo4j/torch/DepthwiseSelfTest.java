package io.yolo4j.torch;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Size2;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Compares the depthwise convolution with LibTorch's: outputs and gradients, with every type,
 * layout, kernel and stride.
 */
final class DepthwiseSelfTest {
  /** Tails in channels and in pixels, and whole registers. */
  private static final List<Shape> SHAPES = List.of(Shape.of(3, 17, 9, 7), Shape.of(2, 32, 12, 12));

  private static final List<String> RESULTS = List.of("y", "dx", "dweight", "dbias");

  private DepthwiseSelfTest() {}

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
        for (int kernel : new int[] {3, 5}) {
          for (int stride : new int[] {1, 2}) {
            for (SelfTestSetting setting : settings) {
              for (boolean last : new boolean[] {true, false}) {
                Optional<String> wrong = compare(shape, kernel, stride, setting, last);
                if (wrong.isPresent()) {
                  return wrong;
                }
              }
            }
          }
        }
      }
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(
          String.valueOf(new TorchException("depthwise convolution", e).getMessage()));
    }
  }

  private static Optional<String> compare(
      Shape shape, int kernel, int stride, SelfTestSetting setting, boolean last) {
    int channels = shape.dim(1);
    Conv2d op =
        new Conv2d(
            channels,
            channels,
            Size2.square(kernel),
            Size2.square(stride),
            Size2.square(kernel / 2),
            Size2.square(1),
            channels,
            false);
    try (TorchScope scope = TorchScope.open()) {
      List<Tensor> ours = results(op, shape, setting, last, true);
      List<Tensor> plain = results(op, shape, setting, last, false);
      for (int i = 0; i < RESULTS.size(); i++) {
        if (!setting.agree(ours.get(i), plain.get(i))) {
          return Optional.of(
              "%s of a %dx%d convolution of stride %d, %s, %s, shape %s"
                  .formatted(
                      RESULTS.get(i),
                      kernel,
                      kernel,
                      stride,
                      setting,
                      last ? "NHWC" : "NCHW",
                      shape));
        }
      }
      return Optional.empty();
    }
  }

  /** Of our operation or LibTorch's, from the same values. */
  private static List<Tensor> results(
      Conv2d op, Shape shape, SelfTestSetting setting, boolean last, boolean ours) {
    Tensor x = setting.leaf(SelfTestTensors.random(shape, 1), ours);
    Shape kernels = Shape.of(op.groups(), 1, op.kernel().height(), op.kernel().width());
    Tensor weight = setting.leaf(SelfTestTensors.random(kernels, 2), ours);
    // Its gradient is known to the operation in float32 and on the CPU only.
    boolean learns = !setting.half() && setting.gpu().isEmpty();
    Tensor values = SelfTestTensors.random(Shape.of(op.groups()), 3);
    Tensor bias = learns ? setting.leaf(values, ours) : setting.values(values, ours);
    TensorOptional optional = new TensorOptional(bias);
    long[] stride = {op.stride().height(), op.stride().width()};
    long[] padding = {op.padding().height(), op.padding().width()};
    Tensor placed = last ? x : x.contiguous(torch.MemoryFormat.Contiguous);
    Tensor y =
        ours
            ? DepthwiseConvolution.run(placed, weight, optional, op)
            : torch.conv2d(
                placed, weight, optional, stride, padding, new long[] {1, 1}, op.groups());
    Shape outputs = Shape.of((int) y.size(0), (int) y.size(1), (int) y.size(2), (int) y.size(3));
    Tensor gradient = setting.values(SelfTestTensors.random(outputs, 4), ours);
    y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return new ArrayList<>(
        List.of(y.detach(), x.grad(), weight.grad(), learns ? bias.grad() : y.detach()));
  }
}
