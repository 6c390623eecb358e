package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import org.junit.jupiter.api.Test;

class ImageTest {
  @Test
  void wrap_wrongLength_throws() {
    assertThatThrownBy(() -> Image.wrap(new byte[11], 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a picture of 2x2 needs 12 bytes, got 11");
    assertThatThrownBy(() -> Image.ofRgb(new byte[0], 0, 2))
        .hasMessage("a picture must be at least 1x1 pixels, got 0x2");
  }

  @Test
  void ofRgb_copies() {
    byte[] rgb = {1, 2, 3};
    Image picture = Image.ofRgb(rgb, 1, 1);
    rgb[0] = 9;
    assertThat(picture.rgb()).containsExactly(1, 2, 3);
  }

  @Test
  void ofBgr_swaps() {
    assertThat(Image.ofBgr(new byte[] {1, 2, 3, 4, 5, 6}, 2, 1).rgb())
        .containsExactly(3, 2, 1, 6, 5, 4);
  }

  @Test
  void of_bufferedImages_keepTheValues() {
    for (int type :
        new int[] {
          BufferedImage.TYPE_INT_RGB,
          BufferedImage.TYPE_INT_ARGB,
          BufferedImage.TYPE_3BYTE_BGR,
          BufferedImage.TYPE_4BYTE_ABGR
        }) {
      BufferedImage picture = new BufferedImage(3, 2, type);
      picture.setRGB(2, 1, 0xff102030);
      Image image = Image.of(picture);
      assertThat(image.value(2, 1, 0)).isEqualTo(0x10);
      assertThat(image.value(2, 1, 1)).isEqualTo(0x20);
      assertThat(image.value(2, 1, 2)).isEqualTo(0x30);
      assertThat(image.toBufferedImage().getRGB(2, 1)).isEqualTo(0xff102030);
    }
  }

  @Test
  void of_grey_isNotBrightened() {
    BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(1, 0, 0, 77);
    assertThat(Image.of(grey).rgb()).containsExactly(0, 0, 0, 77, 77, 77);
    BufferedImage deep = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 0x4d33);
    assertThat(Image.of(deep).rgb()).containsExactly(0x4d, 0x4d, 0x4d);
  }

  @Test
  void of_greyWithAlpha_isNotBrightened() {
    ComponentColorModel colours =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            true,
            false,
            Transparency.TRANSLUCENT,
            DataBuffer.TYPE_BYTE);
    WritableRaster raster = colours.createCompatibleWritableRaster(1, 1);
    raster.setPixel(0, 0, new int[] {77, 10});
    assertThat(Image.of(new BufferedImage(colours, raster, false, null)).rgb())
        .containsExactly(77, 77, 77);
  }

  @Test
  void of_palette_looksTheColoursUp() {
    byte[] red = {0, (byte) 200};
    byte[] green = {1, 100};
    byte[] blue = {2, 50};
    IndexColorModel palette = new IndexColorModel(8, 2, red, green, blue);
    BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
    picture.getRaster().setSample(1, 0, 0, 1);
    assertThat(Image.of(picture).rgb()).containsExactly(0, 1, 2, (byte) 200, 100, 50);
  }

  @Test
  void value_outside_throws() {
    assertThatThrownBy(() -> Pictures.plain(2, 2, 0).value(2, 0, 1))
        .hasMessage("pixel (2, 0) channel 1 is outside a picture of 2x2 with 3 channels");
  }

  @Test
  void crop_part_hasItsPixels() {
    Image picture = Pictures.random(7, 5, 3);
    Image part = picture.crop(2, 1, 4, 3);
    assertThat(part.size()).isEqualTo(new ImageSize(4, 3));
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 4; x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(part.value(x, y, c)).isEqualTo(picture.value(x + 2, y + 1, c));
        }
      }
    }
    assertThat(picture.crop(0, 0, 7, 5)).isSameAs(picture);
    assertThatThrownBy(() -> picture.crop(4, 0, 4, 5))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("a part of 4x5 at (4, 0) must lie inside the picture of 7x5");
  }
}
