package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The Java face: that arguments arrive where they belong; the arithmetic is tested natively. */
class KernelsTest {
  private static final long SEED = 5;

  private final Random random = new Random(SEED);

  private static FloatBuffer empty(int count) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asFloatBuffer();
    for (int i = 0; i < count; i++) {
      buffer.put(i, Float.NaN);
    }
    return buffer;
  }

  private FloatBuffer noise(int count) {
    FloatBuffer buffer = empty(count);
    for (int i = 0; i < count; i++) {
      buffer.put(i, (float) random.nextGaussian());
    }
    return buffer;
  }

  private static void assertClose(FloatBuffer actual, IntToDoubleFunction expected) {
    for (int i = 0; i < actual.capacity(); i++) {
      assertThat((double) actual.get(i))
          .as("element %d, seed %d", i, SEED)
          .isCloseTo(expected.applyAsDouble(i), within(1e-4));
    }
  }

  private static double hardsigmoid(double u) {
    return Math.min(Math.max(u + 3, 0), 6) / 6;
  }

  /* Of [1,H,W,C] with a kernel of 3, stride 1 and zeros around. */
  private static double convolved(FloatBuffer x, FloatBuffer weight, int[] sizes, int index) {
    int channels = sizes[2];
    int c = index % channels;
    int column = index / channels % sizes[1];
    int row = index / channels / sizes[1];
    double sum = 0;
    for (int k = 0; k < 9; k++) {
      int i = row + k / 3 - 1;
      int j = column + k % 3 - 1;
      if (i >= 0 && i < sizes[0] && j >= 0 && j < sizes[1]) {
        sum += (double) x.get((i * sizes[1] + j) * channels + c) * weight.get(c * 9 + k);
      }
    }
    return sum;
  }

  @Test
  void depthwise_forward_isTheConvolution() {
    int[] sizes = {5, 7, 17};
    FloatBuffer x = noise(5 * 7 * 17);
    FloatBuffer weight = noise(17 * 9);
    FloatBuffer bias = noise(17);
    FloatBuffer y = empty(5 * 7 * 17);
    FloatBuffer pooled = empty(17);
    DepthwiseKernel kernel =
        DepthwiseKernel.of(
                ElementType.F32,
                TensorLayout.NHWC,
                new Dimensions(1, 17, 5, 7),
                DepthwiseKernel.Window.of(3, 1, 1))
            .withActivation(ActivationFunction.HARDSWISH)
            .withThreads(2);
    assertThat(kernel.output()).isEqualTo(new Dimensions(1, 17, 5, 7));
    try (KernelWorkspace workspace = new KernelWorkspace()) {
      kernel.forward(
          NativeArray.of(x),
          new DepthwiseKernel.Weights(NativeArray.of(weight), NativeArray.of(bias)),
          NativeArray.of(y),
          NativeArray.of(pooled),
          workspace);
    }
    assertClose(
        y,
        i -> {
          double u = convolved(x, weight, sizes, i) + bias.get(i % 17);
          return u * hardsigmoid(u);
        });
    assertClose(
        pooled,
        c -> {
          double sum = 0;
          for (int i = c; i < y.capacity(); i += 17) {
            sum += y.get(i);
          }
          return sum / 35;
        });
  }

  @Test
  void depthwise_backward_gradientOfOnesIsTheSumOfTaps() {
    FloatBuffer weight = noise(8 * 9);
    FloatBuffer dy = empty(8 * 5 * 5);
    for (int i = 0; i < dy.capacity(); i++) {
      dy.put(i, 1);
    }
    FloatBuffer dx = empty(8 * 5 * 5);
    DepthwiseKernel kernel =
        DepthwiseKernel.of(
            ElementType.F32,
            TensorLayout.NHWC,
            new Dimensions(1, 8, 5, 5),
            DepthwiseKernel.Window.of(3, 1, 1));
    try (KernelWorkspace workspace = new KernelWorkspace()) {
      kernel.backward(
          null,
          NativeArray.of(dy),
          NativeArray.of(weight),
          new DepthwiseKernel.Gradients(NativeArray.of(dx), null),
          workspace);
    }
    for (int c = 0; c < 8; c++) {
      double sum = 0;
      for (int k = 0; k < 9; k++) {
        sum += weight.get(c * 9 + k);
      }
      // In the middle every tap meets a gradient.
      assertThat((double) dx.get((2 * 5 + 2) * 8 + c)).isCloseTo(sum, within(1e-5));
    }
  }

  @Test
  void depthwise_packedWeights_giveTheSameBits() {
    DepthwiseKernel kernel =
        DepthwiseKernel.of(
            ElementType.F32,
            TensorLayout.NHWC,
            new Dimensions(1, 20, 9, 11),
            DepthwiseKernel.Window.of(5, 1, 2));
    assertThat(kernel.packedCount()).isEqualTo(32 * 25);
    NativeArray weight = NativeArray.of(noise(20 * 25));
    NativeArray packed = NativeArray.of(empty(32 * 25));
    kernel.pack(weight, packed);
    NativeArray x = NativeArray.of(noise(20 * 99));
    FloatBuffer expected = empty(20 * 99);
    FloatBuffer y = empty(20 * 99);
    try (KernelWorkspace workspace = new KernelWorkspace()) {
      kernel.forward(
          x, new DepthwiseKernel.Weights(weight, null), NativeArray.of(expected), null, workspace);
      kernel.forward(
          x, new DepthwiseKernel.Weights(weight, null, packed), NativeArray.of(y), null, workspace);
    }
    assertThat(y).isEqualTo(expected);
    assertThat(expected.get(0)).isNotNaN();
    assertThatThrownBy(() -> kernel.pack(weight, NativeArray.of(empty(799))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("packed must hold 800 f32, got 799 f32");
  }

  @Test
  void depthwise_wrongArguments_throwBeforeAnythingIsWritten() {
    DepthwiseKernel kernel =
        DepthwiseKernel.of(
            ElementType.F32,
            TensorLayout.NHWC,
            new Dimensions(1, 8, 5, 5),
            DepthwiseKernel.Window.of(3, 1, 1));
    FloatBuffer y = empty(200);
    try (KernelWorkspace workspace = new KernelWorkspace()) {
      DepthwiseKernel.Weights weights =
          new DepthwiseKernel.Weights(NativeArray.of(noise(71)), null);
      NativeArray x = NativeArray.of(noise(200));
      assertThatThrownBy(() -> kernel.forward(x, weights, NativeArray.of(y), null, workspace))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("weight must hold 72 f32, got 71 f32");
    }
    assertThat(y.get(0)).isNaN();
    assertThatThrownBy(
            () ->
                DepthwiseKernel.of(
                        ElementType.F32,
                        TensorLayout.NHWC,
                        new Dimensions(1, 8, 5, 5),
                        DepthwiseKernel.Window.of(7, 1, 1))
                    .output())
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("kernel must be 3 or 5 and stride 1 or 2, got 7 and 1");
    assertThatThrownBy(() -> new Dimensions(1, 0, 5, 5))
        .hasMessage("dimensions must be positive, got [1,0,5,5]");
  }

  @Test
  void activation_forwardAndBackward_areTheFunctionAndItsDerivative() {
    FloatBuffer x = empty(13);
    FloatBuffer dy = empty(13);
    for (int i = 0; i < 13; i++) {
      x.put(i, i - 6.25f);
      dy.put(i, 2);
    }
    FloatBuffer y = empty(13);
    FloatBuffer dx = empty(13);
    ActivationKernel kernel =
        new ActivationKernel(ElementType.F32, ActivationFunction.HARDSIGMOID, 13, 1);
    kernel.forward(NativeArray.of(x), NativeArray.of(y));
    kernel.backward(NativeArray.of(x), NativeArray.of(dy), NativeArray.of(dx));
    assertClose(y, i -> hardsigmoid(x.get(i)));
    assertClose(dx, i -> Math.abs(x.get(i)) < 3 ? 2.0 / 6 : 0);
  }

  @Test
  void squeezeExcite_run_scalesEachChannel() {
    int channels = 12;
    int squeezed = 5;
    FloatBuffer x = noise(channels * 6);
    FloatBuffer squeeze = noise(squeezed * channels);
    FloatBuffer excite = noise(channels * squeezed);
    FloatBuffer exciteBias = noise(channels);
    FloatBuffer y = empty(channels * 6);
    SqueezeExciteKernel kernel =
        new SqueezeExciteKernel(
            ElementType.F32,
            TensorLayout.NCHW,
            new Dimensions(1, channels, 2, 3),
            squeezed,
            SqueezeExciteKernel.Functions.MOBILENET_V3,
            1);
    try (KernelWorkspace workspace = new KernelWorkspace()) {
      kernel.run(
          NativeArray.of(x),
          null,
          new SqueezeExciteKernel.Weights(
              NativeArray.of(squeeze), null, NativeArray.of(excite), NativeArray.of(exciteBias)),
          NativeArray.of(y),
          workspace);
    }
    double[] hidden = new double[squeezed];
    for (int s = 0; s < squeezed; s++) {
      for (int i = 0; i < x.capacity(); i++) {
        hidden[s] += x.get(i) / 6.0 * squeeze.get(s * channels + i / 6);
      }
      hidden[s] = Math.max(hidden[s], 0);
    }
    assertClose(
        y,
        i -> {
          double u = exciteBias.get(i / 6);
          for (int s = 0; s < squeezed; s++) {
            u += hidden[s] * excite.get(i / 6 * squeezed + s);
          }
          return x.get(i) * hardsigmoid(u);
        });
  }

  @Test
  void decode_oneCell_givesItsBox() {
    FloatBuffer logits = empty(2 * 2 * 7);
    for (int i = 0; i < logits.capacity(); i++) {
      logits.put(i, -20);
    }
    int at = 3 * 7;
    float[] cell = {0, 0, 0, 0, 4, -4, 3};
    logits.put(at, cell);
    DecodeKernel kernel =
        new DecodeKernel(
            DecodeKernel.Grid.raw(2, 2, 2),
            List.of(new DecodeKernel.Anchor(10, 20)),
            8,
            new DecodeKernel.Filter(0.25f, false));
    FloatBuffer boxes = empty(8);
    FloatBuffer scores = empty(2);
    IntBuffer classes = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).asIntBuffer();
    DecodeKernel.Sink sink =
        new DecodeKernel.Sink(
            NativeArray.of(boxes), NativeArray.of(scores), NativeArray.of(classes), 1);
    assertThat(kernel.run(NativeArray.of(logits), null, sink)).isEqualTo(2);
    // Cell (1, 1): the centre is (0.5 + 1) · 8, the size the anchor's.
    float[] box = new float[4];
    boxes.get(4, box);
    assertThat(box).containsExactly(7, 2, 17, 22);
    assertThat(classes.get(1)).isEqualTo(1);
    assertThat((double) scores.get(1))
        .isCloseTo(1 / (1 + Math.exp(-4)) / (1 + Math.exp(-3)), within(1e-6));
    DecodeKernel.Sink full =
        new DecodeKernel.Sink(
            NativeArray.of(boxes), NativeArray.of(scores), NativeArray.of(classes), 2);
    assertThat(kernel.run(NativeArray.of(logits), null, full)).isEqualTo(3);
  }

  @Test
  void suppression_run_keepsTheBestOfEachClass() {
    FloatBuffer boxes = empty(12);
    boxes.put(0, new float[] {0, 0, 10, 10, 1, 0, 11, 10, 1, 0, 11, 10});
    FloatBuffer scores = empty(3).put(0, 0.5f).put(1, 0.9f).put(2, 0.9f);
    IntBuffer classes =
        ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder()).asIntBuffer().put(2, 1);
    IntBuffer kept = ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder()).asIntBuffer();
    SuppressionKernel kernel = new SuppressionKernel(false, 0.5, 100, 100);
    SuppressionKernel.Scored scored =
        new SuppressionKernel.Scored(
            NativeArray.of(boxes), NativeArray.of(scores), NativeArray.of(classes), 3);
    try (KernelWorkspace workspace = new KernelWorkspace()) {
      assertThat(kernel.run(scored, NativeArray.of(kept), workspace)).isEqualTo(2);
    }
    assertThat(kept.get(0)).isEqualTo(1);
    assertThat(kept.get(1)).isEqualTo(2);
  }

  @Test
  void pixelsIn_run_placesAndReverses() {
    ByteBuffer pixels = ByteBuffer.allocateDirect(6).put(new byte[] {0, 51, 102, 3, 4, (byte) 255});
    FloatBuffer y = empty(3 * 4 * 2);
    new PixelsInKernel(
            ElementType.F32,
            TensorLayout.NCHW,
            new PixelsInKernel.Sides(2, 1),
            6,
            new PixelsInKernel.Frame(new PixelsInKernel.Sides(4, 2), 1, 1, 51),
            true,
            1)
        .run(NativeArray.of(pixels.flip(), ElementType.U8), NativeArray.of(y));
    assertThat(y.get(0)).isEqualTo(0.2f);
    assertThat(y.get(5)).isEqualTo(102 / 255f);
    assertThat(y.get(6)).isEqualTo(1);
    assertThat(y.get(16 + 5)).isZero();
    assertThat(y.get(23)).isEqualTo(0.2f);
  }
}
