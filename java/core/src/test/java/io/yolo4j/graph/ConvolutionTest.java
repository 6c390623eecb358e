package io.yolo4j.graph;

import static io.yolo4j.graph.OpCalls.assertError;
import static io.yolo4j.graph.OpCalls.cost;
import static io.yolo4j.graph.OpCalls.shape;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Both convolutions: shape rules, costs, parameters, texts and errors, by numbers worked by hand.
 */
class ConvolutionTest {
  private static final Shape ODD = Shape.of(2, 8, 15, 7);

  @Test
  void conv2d_oddSizeStrideTwo_roundsDown() {
    Conv2d op = Conv2d.of(8, 16, 3).withStride(2);
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 16, 8, 4));
    // No padding: (15 - 3)/2 + 1 = 7, (7 - 3)/2 + 1 = 3.
    assertThat(shape(op.withPadding(Size2.square(0)), ODD)).isEqualTo(Shape.of(2, 16, 7, 3));
  }

  @Test
  void conv2d_dilationAndUnequalExtents_followTheFormula() {
    // Rows: (15 + 0 - 2·(3-1) - 1)/1 + 1 = 11; columns: (7 + 2·1 - 3·(2-1) - 1)/2 + 1 = 3.
    Conv2d op =
        Conv2d.of(8, 4, 1)
            .withKernel(new Size2(3, 2))
            .withStride(new Size2(1, 2))
            .withPadding(new Size2(0, 1))
            .withDilation(new Size2(2, 3));
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 4, 11, 3));
    assertThat(op.text()).isEqualTo("Conv2d 8→4 k3x2 s1x2 p0x1 d2x3");
  }

  @Test
  void conv2d_groups_divideWeightAndWork() {
    Conv2d op = Conv2d.of(8, 16, 3).withGroups(4).withBias(true);
    assertThat(op.parameterSlots())
        .containsExactly(
            new ParameterSlot("weight", Shape.of(16, 2, 3, 3), ParameterRole.WEIGHT),
            new ParameterSlot("bias", Shape.of(16), ParameterRole.BIAS));
    Shape x = Shape.of(1, 8, 5, 4);
    // 320 outputs of 2·3·3 = 18 multiply-adds, and a bias each.
    assertThat(cost(op, x)).isEqualTo(new Cost(320 * 36 + 320, 160, 288 + 16, 320));
    assertThat(op.multiplyAdds(shape(op, x))).isEqualTo(320 * 18);
    assertThat(op.text()).isEqualTo("Conv2d 8→16 k3 s1 p1 g4 bias");
    assertThat(op.isDepthwise()).isFalse();
    assertThat(op.withGroups(8).isDepthwise()).isTrue();
    assertThat(Conv2d.of(1, 4, 3).isDepthwise()).isFalse();
  }

  @Test
  void conv2d_doesNotFit_saysBothSides() {
    Conv2d op = Conv2d.of(8, 16, 3);
    assertError(() -> shape(op, Shape.of(1, 3, 9, 9)))
        .hasMessage("Conv2d expects 8 input channels, got 3 (input [1,3,9,9])");
    assertError(() -> shape(op, Shape.of(8, 9, 9)))
        .hasMessage("Conv2d takes a feature map [N,C,H,W], got [8,9,9]");
    assertError(() -> shape(op, ODD, ODD)).hasMessage("Conv2d takes 1 input, got 2");
    assertError(() -> shape(op.withKernel(Size2.square(9)).withPadding(Size2.square(0)), ODD))
        .hasMessage("Conv2d: the kernel spans 9 pixels, the padded input only 7");
  }

  @Test
  void conv2d_wrongAttributes_areNamed() {
    assertError(() -> Conv2d.of(0, 1, 1))
        .hasMessage("input channels of a convolution must be at least 1, got 0");
    assertError(() -> Conv2d.of(1, 0, 1))
        .hasMessage("output channels of a convolution must be at least 1, got 0");
    assertError(() -> Conv2d.of(1, 1, 0))
        .hasMessage("kernel of a convolution must be at least 1, got 0");
    assertError(() -> Conv2d.of(1, 1, 1).withStride(0))
        .hasMessage("stride of a convolution must be at least 1, got 0");
    assertError(() -> Conv2d.of(1, 1, 1).withDilation(new Size2(1, 0)))
        .hasMessage("dilation of a convolution must be at least 1, got 0");
    assertError(() -> Conv2d.of(1, 1, 1).withGroups(0))
        .hasMessage("groups of a convolution must be at least 1, got 0");
    assertError(() -> Conv2d.of(8, 6, 1).withGroups(4))
        .hasMessage(
            "groups of a convolution must divide input and output channels, got groups 4 for 8 → 6 channels");
  }

  @Test
  void conv2d_extentsNearTheLimitOfInt_doNotWrap() {
    Size2 huge = Size2.square(Integer.MAX_VALUE);
    assertError(() -> shape(Conv2d.of(8, 1, 2).withDilation(huge), ODD))
        .hasMessage("Conv2d: the kernel spans 2147483648 pixels, the padded input only 17");
    assertError(() -> shape(Conv2d.of(8, 1, 1).withPadding(huge), ODD))
        .hasMessage("Conv2d: a dimension of the output must fit 31 bits, got 4294967309");
  }

  @Test
  void convTranspose2d_strideTwo_invertsTheSizes() {
    ConvTranspose2d op =
        new ConvTranspose2d(8, 4, Size2.square(4), Size2.square(2), Size2.square(1), 2, true);
    // (15 - 1)·2 - 2 + 4 = 30, (7 - 1)·2 - 2 + 4 = 14.
    assertThat(shape(op, ODD)).isEqualTo(Shape.of(2, 4, 30, 14));
    assertThat(op.parameterSlots())
        .containsExactly(
            new ParameterSlot("weight", Shape.of(8, 2, 4, 4), ParameterRole.WEIGHT),
            new ParameterSlot("bias", Shape.of(4), ParameterRole.BIAS));
    // Each of the 1680 inputs meets 2·16 weights; 3360 outputs get a bias.
    assertThat(cost(op, ODD)).isEqualTo(new Cost(2 * 1680 * 32 + 3360, 1680, 256 + 4, 3360));
    assertThat(op.text()).isEqualTo("ConvTranspose2d 8→4 k4 s2 p1 g2 bias");
  }

  @Test
  void convTranspose2d_doesNotFit_saysWhy() {
    ConvTranspose2d op =
        new ConvTranspose2d(8, 4, Size2.square(1), Size2.square(1), Size2.square(4), 1, false);
    assertError(() -> shape(op, ODD))
        .hasMessage("ConvTranspose2d: the output would be 7x-1 for input [2,8,15,7]");
    assertError(() -> shape(op, Shape.of(1, 4, 9, 9)))
        .hasMessage("ConvTranspose2d expects 8 input channels, got 4 (input [1,4,9,9])");
    assertThat(op.text()).isEqualTo("ConvTranspose2d 8→4 k1 s1 p4");
    Size2 one = Size2.square(1);
    assertError(() -> new ConvTranspose2d(0, 1, one, one, one, 1, true))
        .hasMessage("input channels of a transposed convolution must be at least 1, got 0");
    assertError(() -> new ConvTranspose2d(1, 0, one, one, one, 1, true))
        .hasMessage("output channels of a transposed convolution must be at least 1, got 0");
    assertError(() -> new ConvTranspose2d(1, 1, one, one, one, 0, true))
        .hasMessage("groups of a transposed convolution must be at least 1, got 0");
    assertError(() -> new ConvTranspose2d(1, 1, new Size2(1, 0), one, one, 1, true))
        .hasMessage("kernel of a transposed convolution must be at least 1, got 0");
    assertError(() -> new ConvTranspose2d(1, 1, one, new Size2(0, 1), one, 1, true))
        .hasMessage("stride of a transposed convolution must be at least 1, got 0");
    assertError(() -> new ConvTranspose2d(6, 4, one, one, one, 4, true))
        .hasMessage(
            "groups of a transposed convolution must divide input and output channels, got groups 4 for 6 → 4 channels");
  }
}
