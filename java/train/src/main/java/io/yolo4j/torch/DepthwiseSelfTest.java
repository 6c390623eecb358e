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
 * Compares the depthwise convolution with LibTorch's in float32: outputs and gradients. Values come
 * from Java, so that LibTorch's random state stays.
 */
final class DepthwiseSelfTest {
  /** Tails in channels and in pixels, and whole registers. */
  private static final List<Shape> SHAPES = List.of(Shape.of(3, 17, 9, 7), Shape.of(2, 32, 12, 12));

  private static final List<String> RESULTS = List.of("y", "dx", "dweight", "dbias");

  private DepthwiseSelfTest() {}

  /** Returns the first disagreement. */
  static Optional<String> run() {
    // Whatever the caller has set up on this thread.
    try (AutoGradMode gradients = new AutoGradMode(true)) {
      for (Shape shape : SHAPES) {
        for (int kernel : new int[] {3, 5}) {
          for (int stride : new int[] {1, 2}) {
            for (int form = 0; form < 4; form++) {
              Optional<String> wrong = compare(shape, kernel, stride, form % 2 == 1, form < 2);
              if (wrong.isPresent()) {
                return wrong;
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
      Shape shape, int kernel, int stride, boolean half, boolean last) {
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
      List<Tensor> ours = results(op, shape, half, last, true);
      List<Tensor> plain = results(op, shape, half, last, false);
      for (int i = 0; i < RESULTS.size(); i++) {
        if (!SelfTestTensors.agree(ours.get(i), plain.get(i), half)) {
          return Optional.of(
              "%s of a %dx%d convolution of stride %d, %s, %s, shape %s"
                  .formatted(
                      RESULTS.get(i),
                      kernel,
                      kernel,
                      stride,
                      half ? "bfloat16" : "float32",
                      last ? "NHWC" : "NCHW",
                      shape));
        }
      }
      return Optional.empty();
    }
  }

  /** Of LibTorch's operation in float32, from the same values. */
  private static List<Tensor> results(
      Conv2d op, Shape shape, boolean half, boolean last, boolean ours) {
    Tensor x = SelfTestTensors.leaf(SelfTestTensors.random(shape, 1), half, ours);
    Tensor weight =
        SelfTestTensors.leaf(
            SelfTestTensors.random(
                Shape.of(op.groups(), 1, op.kernel().height(), op.kernel().width()), 2),
            half,
            ours);
    // Only the bias of float32 is known to the operation.
    Tensor bias =
        SelfTestTensors.leaf(SelfTestTensors.random(Shape.of(op.groups()), 3), false, ours);
    TensorOptional optional = half ? new TensorOptional() : new TensorOptional(bias);
    long[] stride = {op.stride().height(), op.stride().width()};
    long[] padding = {op.padding().height(), op.padding().width()};
    Tensor placed = last ? x : x.contiguous(torch.MemoryFormat.Contiguous);
    Tensor y =
        ours
            ? DepthwiseConvolution.run(placed, weight, optional, op)
            : torch.conv2d(
                placed, weight, optional, stride, padding, new long[] {1, 1}, op.groups());
    Shape outputs = Shape.of((int) y.size(0), (int) y.size(1), (int) y.size(2), (int) y.size(3));
    Tensor gradient =
        SelfTestTensors.rounded(SelfTestTensors.random(outputs, 4), half).to(y.scalar_type());
    y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return new ArrayList<>(
        List.of(y.detach(), x.grad(), weight.grad(), half ? y.detach() : bias.grad()));
  }
}
