package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResizeTest {
  @Test
  void to_fixtures_withinOneGreyLevel() {
    for (JsonNode c : Shared.json("geometry.json").get("resize_pixels").get("cases")) {
      Image source = Pictures.of(c.get("in_hwc"));
      ImageSize size =
          new ImageSize(c.get("out_wh").get(0).asInt(), c.get("out_wh").get(1).asInt());
      Image area = Resize.to(source, size, Interpolation.AREA);
      Image linear = Resize.to(source, size, Interpolation.LINEAR);
      assertThat(Pictures.largestDifference(area, Pictures.of(c.get("area"))))
          .isLessThanOrEqualTo(1);
      assertThat(Pictures.largestDifference(linear, Pictures.of(c.get("linear"))))
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void to_sameSize_returnsThePicture() {
    Image picture = Pictures.random(5, 4, 1);
    assertThat(Resize.to(picture, picture.size(), Interpolation.AREA)).isSameAs(picture);
  }

  @Test
  void to_halfSizeArea_isTheMeanOfFour() {
    Image picture = Pictures.random(6, 4, 2);
    Image half = Resize.to(picture, new ImageSize(3, 2), Interpolation.AREA);
    for (int c = 0; c < 3; c++) {
      int sum =
          picture.value(2, 2, c)
              + picture.value(3, 2, c)
              + picture.value(2, 3, c)
              + picture.value(3, 3, c);
      assertThat(half.value(1, 1, c)).isEqualTo((sum + 2) / 4);
    }
  }

  @Property(tries = 60)
  void to_linear_isNearTheDoubleReference(
      @ForAll @IntRange(min = 1, max = 23) int width,
      @ForAll @IntRange(min = 1, max = 19) int height,
      @ForAll @IntRange(min = 1, max = 40) int targetWidth,
      @ForAll @IntRange(min = 1, max = 40) int targetHeight) {
    Image source = Pictures.random(width, height, width * 31L + height);
    Image actual =
        Resize.to(source, new ImageSize(targetWidth, targetHeight), Interpolation.LINEAR);
    for (int y = 0; y < targetHeight; y++) {
      for (int x = 0; x < targetWidth; x++) {
        for (int c = 0; c < 3; c++) {
          double expected =
              linear(source, position(x, width, targetWidth), position(y, height, targetHeight), c);
          assertThat(Math.abs(actual.value(x, y, c) - expected)).isLessThanOrEqualTo(0.8);
        }
      }
    }
  }

  @Property(tries = 60)
  void to_area_isNearTheDoubleReference(
      @ForAll @IntRange(min = 1, max = 60) int width,
      @ForAll @IntRange(min = 1, max = 60) int height,
      @ForAll @IntRange(min = 1, max = 60) int targetWidth,
      @ForAll @IntRange(min = 1, max = 60) int targetHeight) {
    int smallWidth = Math.min(width, targetWidth);
    int smallHeight = Math.min(height, targetHeight);
    Image source = Pictures.random(width, height, width * 31L + height);
    Image actual = Resize.to(source, new ImageSize(smallWidth, smallHeight), Interpolation.AREA);
    for (int y = 0; y < smallHeight; y++) {
      for (int x = 0; x < smallWidth; x++) {
        double expected = area(source, x, y, actual.size());
        assertThat(Math.abs(actual.value(x, y, 1) - expected)).isLessThanOrEqualTo(0.6);
      }
    }
  }

  @Property(tries = 40)
  void to_plainPicture_staysPlain(
      @ForAll @IntRange(min = 1, max = 300) int side,
      @ForAll @IntRange(min = 1, max = 90) int target,
      @ForAll Interpolation interpolation) {
    Image plain = Pictures.plain(side, 7, 0xff0172);
    Image resized = Resize.to(plain, new ImageSize(target, 3), interpolation);
    assertThat(resized.rgb()).isEqualTo(Pictures.plain(target, 3, 0xff0172).rgb());
  }

  private static double position(int index, int source, int target) {
    return Math.min(Math.max((index + 0.5) * source / target - 0.5, 0), source - 1);
  }

  private static double linear(Image source, double x, double y, int channel) {
    int left = (int) x;
    int top = (int) y;
    int right = Math.min(left + 1, source.width() - 1);
    int bottom = Math.min(top + 1, source.height() - 1);
    double upper =
        source.value(left, top, channel) * (1 - x + left)
            + source.value(right, top, channel) * (x - left);
    double lower =
        source.value(left, bottom, channel) * (1 - x + left)
            + source.value(right, bottom, channel) * (x - left);
    return upper * (1 - y + top) + lower * (y - top);
  }

  private static double area(Image source, int x, int y, ImageSize target) {
    double sum = 0;
    for (int v = 0; v < source.height(); v++) {
      for (int u = 0; u < source.width(); u++) {
        sum +=
            source.value(u, v, 1)
                * covered(u, x, source.width(), target.width())
                * covered(v, y, source.height(), target.height());
      }
    }
    return sum;
  }

  /* The share that a source pixel has of a target pixel. */
  private static double covered(int pixel, int index, int source, int target) {
    double scale = (double) source / target;
    double overlap = Math.min(pixel + 1, (index + 1) * scale) - Math.max(pixel, index * scale);
    return Math.max(overlap, 0) / scale;
  }
}
