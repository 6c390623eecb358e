package io.yolo4j.graph;

import java.util.List;

/**
 * 2-D transposed convolution without dilation.
 *
 * <p>Shapes: x [N,C,H,W], weight [C,K/groups,kh,kw], bias [K] or none → y [N,K,Ho,Wo] with Ho = (H
 * − 1)·s − 2·p + kh. FLOPs: 2·N·C·H·W·K/groups·kh·kw, plus one per output element for the bias.
 *
 * @param inputChannels C
 * @param outputChannels K
 * @param kernel kh × kw
 * @param stride s
 * @param padding p
 * @param groups divides C and K
 * @param bias whether a bias is added
 */
public record ConvTranspose2d(
    int inputChannels,
    int outputChannels,
    Size2 kernel,
    Size2 stride,
    Size2 padding,
    int groups,
    boolean bias)
    implements Op {

  /** Checks the attributes. */
  public ConvTranspose2d {
    ShapeRules.positive("input channels of a transposed convolution", inputChannels);
    ShapeRules.positive("output channels of a transposed convolution", outputChannels);
    ShapeRules.positive("groups of a transposed convolution", groups);
    ShapeRules.positive(
        "kernel of a transposed convolution", Math.min(kernel.height(), kernel.width()));
    ShapeRules.positive(
        "stride of a transposed convolution", Math.min(stride.height(), stride.width()));
    if (inputChannels % groups != 0 || outputChannels % groups != 0) {
      throw new IllegalArgumentException(
          "groups of a transposed convolution must divide input and output channels, got groups %d for %d → %d channels"
              .formatted(groups, inputChannels, outputChannels));
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape x = ShapeRules.channels("ConvTranspose2d", inputs, inputChannels);
    long height = (x.dim(2) - 1L) * stride.height() - 2L * padding.height() + kernel.height();
    long width = (x.dim(3) - 1L) * stride.width() - 2L * padding.width() + kernel.width();
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "ConvTranspose2d: the output would be %dx%d for input %s".formatted(height, width, x));
    }
    return Shape.of(
        x.dim(0),
        outputChannels,
        ShapeRules.size("ConvTranspose2d", height),
        ShapeRules.size("ConvTranspose2d", width));
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    long multiplyAdds = inputs.get(0).elements() * (outputChannels / groups) * kernel.area();
    return 2 * multiplyAdds + (bias ? output.elements() : 0);
  }

  @Override
  public List<ParameterSlot> parameterSlots() {
    Shape weight =
        Shape.of(inputChannels, outputChannels / groups, kernel.height(), kernel.width());
    return ParameterSlot.weightAndBias(weight, outputChannels, bias);
  }

  @Override
  public String text() {
    StringBuilder text =
        new StringBuilder("ConvTranspose2d ")
            .append(inputChannels)
            .append("→")
            .append(outputChannels);
    text.append(" k").append(kernel).append(" s").append(stride).append(" p").append(padding);
    if (groups != 1) {
      text.append(" g").append(groups);
    }
    return text.append(bias ? " bias" : "").toString();
  }
}
