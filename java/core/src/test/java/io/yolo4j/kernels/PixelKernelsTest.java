package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The Java face; the arithmetic is tested natively and by the training pictures made with it. */
class PixelKernelsTest {
  private static final double[] IDENTITY = {1, 0, 0, 0, 1, 0};

  private static RgbPixels pixels(int width, int height) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(width * height * 3);
    for (int i = 0; i < bytes.capacity(); i++) {
      bytes.put(i, (byte) (7 * i));
    }
    return new RgbPixels(bytes, width, height);
  }

  @Test
  void resize_halfAndTwice_keepsAPlainPicture() {
    byte[] rgb = new byte[4 * 6 * 3];
    Arrays.fill(rgb, (byte) 200);
    ByteBuffer target = ByteBuffer.allocateDirect(100);
    PixelKernels.resize(rgb, 4, 6, target, 9, 2, 3);
    assertThat(target.get(0)).isEqualTo((byte) 200);
    assertThat(target.get(2 * 9 + 5)).isEqualTo((byte) 200);
    assertThat(target.get(6)).isZero();
    assertThat(target.get(2 * 9 + 6)).isZero();
  }

  @Test
  void resize_whatDoesNotFit_throwsAndWritesNothing() {
    byte[] rgb = new byte[300];
    Arrays.fill(rgb, (byte) 1);
    ByteBuffer target = ByteBuffer.allocateDirect(300);
    for (long stride : new long[] {29, 31, 1L << 60, -30}) {
      assertThatThrownBy(() -> PixelKernels.resize(rgb, 10, 10, target, stride, 10, 10))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rows %d bytes apart".formatted(stride));
    }
    assertThatThrownBy(
            () -> PixelKernels.resize(rgb, 10, 10, target.asReadOnlyBuffer(), 30, 10, 10))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PixelKernels.resize(rgb, 11, 10, target, 30, 10, 10))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PixelKernels.resize(rgb, 10, 10, target, 30, 10, 0))
        .hasMessage("sides must be from 1 to 16777216 pixels, got 10x0");
    assertThat(target.get(0)).isZero();
  }

  @Test
  void warpAffine_shiftByOne_movesAndFills() {
    RgbPixels source = pixels(5, 3);
    RgbPixels target = pixels(5, 3);
    PixelKernels.warpAffine(source, new double[] {1, 0, 1, 0, 1, 0}, target, 9);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 5; x++) {
        byte expected = x == 4 ? 9 : source.bytes().get((y * 5 + x + 1) * 3 + 2);
        assertThat(target.bytes().get((y * 5 + x) * 3 + 2)).isEqualTo(expected);
      }
    }
  }

  @Test
  void warpAffine_bufferPosition_isWhereThePictureBegins() {
    RgbPixels source = pixels(4, 2);
    ByteBuffer larger = ByteBuffer.allocateDirect(50);
    larger.position(20);
    PixelKernels.warpAffine(source, IDENTITY, new RgbPixels(larger, 4, 2), 0);
    assertThat(larger.get(19)).isZero();
    assertThat(larger.get(21)).isEqualTo(source.bytes().get(1));
    assertThat(larger.get(43)).isEqualTo(source.bytes().get(23));
    assertThat(larger.get(44)).isZero();
    assertThat(larger.position()).isEqualTo(20);
  }

  @Test
  void adjustHsv_halfTheValue_darkens() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(3).put(new byte[] {100, 100, 100}).flip();
    PixelKernels.adjustHsv(new RgbPixels(bytes, 1, 1), 1, 1, 0.5);
    assertThat(bytes.get(0)).isEqualTo((byte) 50);
    assertThat(bytes.get(2)).isEqualTo((byte) 50);
  }

  @Test
  void kernels_badArguments_throwAndWriteNothing() {
    RgbPixels target = pixels(2, 2);
    byte before = target.bytes().get(5);
    assertThatThrownBy(() -> PixelKernels.warpAffine(pixels(2, 2), new double[5], target, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an affine matrix has 6 entries, got 5");
    double[] far = {1, 0, 20000, 0, 1, 0};
    assertThatThrownBy(() -> PixelKernels.warpAffine(pixels(2, 2), far, target, 0))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("places within 16384 pixels");
    assertThatThrownBy(() -> PixelKernels.adjustHsv(target, 1, 2.5, 1))
        .isInstanceOf(NativeException.class)
        .hasMessageContaining("must be from 0 to 2, got 1, 2.5 and 1");
    assertThat(target.bytes().get(5)).isEqualTo(before);
  }

  @Test
  void pixels_bufferTooSmallOrOnTheHeap_throws() {
    assertThatThrownBy(() -> new RgbPixels(ByteBuffer.allocateDirect(11), 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a picture of 2x2 needs a direct buffer of 12 bytes, got a direct one with 11");
    assertThatThrownBy(() -> new RgbPixels(ByteBuffer.allocate(12), 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a picture of 2x2 needs a direct buffer of 12 bytes, got one on the heap with 12");
    assertThatThrownBy(() -> new RgbPixels(ByteBuffer.allocateDirect(12), 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a picture must be at least 1x1 pixels, got 0x2");
  }
}
