package io.yolo4j.graph;

import java.util.List;

/**
 * 2-D convolution.
 *
 * <p>Shapes: x [N,C,H,W], weight [K,C/groups,kh,kw], bias [K] or none → y [N,K,Ho,Wo] with Ho = (H
 * + 2·p − d·(kh − 1) − 1)/s + 1. FLOPs: 2·N·K·Ho·Wo·C/groups·kh·kw, plus one per output element for
 * the bias.
 *
 * @param inputChannels C
 * @param outputChannels K
 * @param kernel kh × kw
 * @param stride s
 * @param padding p, on both sides
 * @param dilation d
 * @param groups divides C and K
 * @param bias whether a bias is added
 */
public record Conv2d(
    int inputChannels,
    int outputChannels,
    Size2 kernel,
    Size2 stride,
    Size2 padding,
    Size2 dilation,
    int groups,
    boolean bias)
    implements Op {

  /** Checks the attributes. */
  public Conv2d {
    ShapeRules.positive("input channels of a convolution", inputChannels);
    ShapeRules.positive("output channels of a convolution", outputChannels);
    ShapeRules.positive("groups of a convolution", groups);
    ShapeRules.positive("kernel of a convolution", Math.min(kernel.height(), kernel.width()));
    ShapeRules.positive("stride of a convolution", Math.min(stride.height(), stride.width()));
    ShapeRules.positive("dilation of a convolution", Math.min(dilation.height(), dilation.width()));
    if (inputChannels % groups != 0 || outputChannels % groups != 0) {
      throw new IllegalArgumentException(
          "groups of a convolution must divide input and output channels, got groups %d for %d → %d channels"
              .formatted(groups, inputChannels, outputChannels));
    }
  }

  /**
   * Returns a convolution with stride 1, padding half the kernel, no dilation, one group and no
   * bias.
   */
  public static Conv2d of(int inputChannels, int outputChannels, int kernel) {
    Size2 side = Size2.square(kernel);
    Size2 one = Size2.square(1);
    return new Conv2d(inputChannels, outputChannels, side, one, side.half(), one, 1, false);
  }

  /** Returns a copy with another kernel, and padding half of it. */
  public Conv2d withKernel(Size2 size) {
    return new Conv2d(
        inputChannels, outputChannels, size, stride, size.half(), dilation, groups, bias);
  }

  /** Returns a copy with another stride. */
  public Conv2d withStride(Size2 size) {
    return new Conv2d(inputChannels, outputChannels, kernel, size, padding, dilation, groups, bias);
  }

  /** Returns a copy with another stride, the same in both directions. */
  public Conv2d withStride(int side) {
    return withStride(Size2.square(side));
  }

  /** Returns a copy with other channels. */
  public Conv2d withChannels(int input, int output) {
    return new Conv2d(input, output, kernel, stride, padding, dilation, groups, bias);
  }

  /** Returns a copy with another padding. */
  public Conv2d withPadding(Size2 size) {
    return new Conv2d(inputChannels, outputChannels, kernel, stride, size, dilation, groups, bias);
  }

  /** Returns a copy with another dilation. */
  public Conv2d withDilation(Size2 size) {
    return new Conv2d(inputChannels, outputChannels, kernel, stride, padding, size, groups, bias);
  }

  /** Returns a copy with another number of groups. */
  public Conv2d withGroups(int count) {
    return new Conv2d(
        inputChannels, outputChannels, kernel, stride, padding, dilation, count, bias);
  }

  /** Returns a copy with or without a bias. */
  public Conv2d withBias(boolean add) {
    return new Conv2d(
        inputChannels, outputChannels, kernel, stride, padding, dilation, groups, add);
  }

  /**
   * Returns whether an output pixel is a matrix times the input pixel in its place, plus a bias.
   */
  public boolean isPointwise() {
    return kernel.area() == 1
        && stride.area() == 1
        && padding.height() + padding.width() == 0
        && groups == 1;
  }

  /** Returns whether each input channel is convolved on its own. */
  public boolean isDepthwise() {
    return groups == inputChannels && groups > 1;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.channels("Conv2d", inputs, inputChannels);
    int height =
        ShapeRules.window(
            "Conv2d",
            x.dim(2),
            2L * padding.height(),
            (long) dilation.height() * (kernel.height() - 1) + 1,
            stride.height());
    int width =
        ShapeRules.window(
            "Conv2d",
            x.dim(3),
            2L * padding.width(),
            (long) dilation.width() * (kernel.width() - 1) + 1,
            stride.width());
    return Shape.of(x.dim(0), outputChannels, height, width);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return 2 * multiplyAdds(output) + (bias ? output.elements() : 0);
  }

  /** Returns the multiply-adds for an output of that shape. */
  public long multiplyAdds(Shape output) {
    return output.elements() * (inputChannels / groups) * kernel.area();
  }

  @Override
  public List<ParameterSlot> parameterSlots() {
    Shape weight =
        Shape.of(outputChannels, inputChannels / groups, kernel.height(), kernel.width());
    return ParameterSlot.weightAndBias(weight, outputChannels, bias);
  }

  @Override
  public String text() {
    StringBuilder text =
        new StringBuilder("Conv2d ").append(inputChannels).append("→").append(outputChannels);
    text.append(" k").append(kernel).append(" s").append(stride).append(" p").append(padding);
    if (dilation.area() != 1) {
      text.append(" d").append(dilation);
    }
    if (groups != 1) {
      text.append(" g").append(groups);
    }
    return text.append(bias ? " bias" : "").toString();
  }
}
