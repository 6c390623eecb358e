package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LetterboxTest {
  @Test
  void of_fixtures_matches() {
    int cases = 0;
    for (JsonNode c : Shared.json("geometry.json").get("letterbox").get("cases")) {
      ImageSize source = sizeOf(c.get("in_hw"));
      LetterboxOptions options =
          new LetterboxOptions(
              side(c.get("new_shape"), 0),
              side(c.get("new_shape"), 1),
              c.get("auto").asBoolean(),
              c.get("stride").asInt(),
              c.get("scaleup").asBoolean(),
              c.get("scaleFill").asBoolean(),
              114);
      Letterbox letterbox = Letterbox.of(source, options);
      assertThat(letterbox.frame()).as(c.toString()).isEqualTo(sizeOf(c.get("out_hw")));
      assertThat(letterbox.ratioX()).isCloseTo(c.get("ratio_wh").get(0).asDouble(), within(1e-6));
      assertThat(letterbox.ratioY()).isCloseTo(c.get("ratio_wh").get(1).asDouble(), within(1e-6));
      assertThat(letterbox.padX()).isCloseTo(c.get("pad_dw_dh").get(0).asDouble(), within(1e-6));
      assertThat(letterbox.padY()).isCloseTo(c.get("pad_dw_dh").get(1).asDouble(), within(1e-6));
      assertThat(letterbox.resized().width()).isEqualTo(c.get("resized_wh").get(0).asInt());
      assertThat(letterbox.resized().height()).isEqualTo(c.get("resized_wh").get(1).asInt());
      assertThat(
              new int[] {letterbox.top(), letterbox.bottom(), letterbox.left(), letterbox.right()})
          .containsExactly(ints(c.get("top_bottom_left_right")));
      cases++;
    }
    assertThat(cases).isGreaterThan(100);
  }

  @Test
  void apply_fixturePixels_withinOneGreyLevel() {
    for (JsonNode c : Shared.json("geometry.json").get("letterbox_pixels").get("cases")) {
      Image source = Pictures.of(c.get("in_hwc_bgr"));
      LetterboxOptions options =
          LetterboxOptions.of(side(c.get("new_shape"), 0), side(c.get("new_shape"), 1));
      // The reference's default is auto.
      if (!c.has("auto") || c.get("auto").asBoolean()) {
        options = options.withAuto(c.get("stride").asInt());
      }
      Image framed = Letterbox.of(source.size(), options).apply(source);
      assertThat(Pictures.largestDifference(framed, Pictures.of(c.get("out_hwc_bgr"))))
          .as(c.get("new_shape") + " stride " + c.get("stride"))
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void apply_wideImage_padsTopAndBottom() {
    Image picture = Pictures.plain(8, 4, 0x102030);
    Letterbox letterbox = Letterbox.of(picture.size(), LetterboxOptions.square(8));
    Image framed = letterbox.apply(picture);
    assertThat(letterbox.top()).isEqualTo(2);
    assertThat(framed.value(3, 1, 0)).isEqualTo(114);
    assertThat(framed.value(3, 2, 0)).isEqualTo(0x10);
    assertThat(framed.value(3, 5, 2)).isEqualTo(0x30);
    assertThat(framed.value(3, 6, 2)).isEqualTo(114);
  }

  /** The kernel writes into direct buffers, Java into those on the heap. */
  @Property(tries = 60)
  void apply_directAndHeapBuffers_sameBytes(
      @ForAll @IntRange(min = 1, max = 90) int width,
      @ForAll @IntRange(min = 1, max = 90) int height,
      @ForAll @IntRange(min = 1, max = 80) int side) {
    Image picture = Pictures.random(width, height, 5);
    Letterbox letterbox = Letterbox.of(picture.size(), LetterboxOptions.square(side));
    ImageSize frame = letterbox.frame();
    int bytes = Image.byteCount(frame.width(), frame.height());
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes + 3);
    ByteBuffer heap = ByteBuffer.allocate(bytes + 3);
    letterbox.apply(picture, Interpolation.LINEAR, direct, 2);
    letterbox.apply(picture, Interpolation.LINEAR, heap, 2);
    assertThat(direct).isEqualTo(heap);
  }

  @Test
  void apply_secondSliceOfABatch_leavesTheFirstAlone() {
    Image picture = Pictures.plain(4, 4, 0x0a0b0c);
    Letterbox letterbox = Letterbox.of(picture.size(), LetterboxOptions.square(4));
    ByteBuffer batch = ByteBuffer.allocateDirect(2 * 48 + 5);
    letterbox.apply(picture, Interpolation.LINEAR, batch, 48);
    assertThat(batch.get(47)).isZero();
    assertThat(batch.get(48)).isEqualTo((byte) 0x0a);
    assertThat(batch.get(95)).isEqualTo((byte) 0x0c);
    assertThat(batch.get(96)).isZero();
    assertThat(batch.position()).isZero();
  }

  @Test
  void apply_bufferTooSmall_throwsAndWritesNothing() {
    Image picture = Pictures.plain(4, 4, 0xffffff);
    Letterbox letterbox = Letterbox.of(picture.size(), LetterboxOptions.square(4));
    ByteBuffer batch = ByteBuffer.allocateDirect(50);
    assertThatThrownBy(() -> letterbox.apply(picture, Interpolation.LINEAR, batch, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a frame of 4x4 needs 48 bytes from index 3, the buffer's limit is 50");
    for (int i = 0; i < 50; i++) {
      assertThat(batch.get(i)).isZero();
    }
  }

  @Test
  void apply_otherSize_throws() {
    Letterbox letterbox = Letterbox.of(new ImageSize(4, 4), LetterboxOptions.square(4));
    assertThatThrownBy(() -> letterbox.apply(Pictures.plain(5, 4, 0)))
        .hasMessage("the letterbox was computed for a picture of 4x4, got 5x4");
  }

  @Property
  void of_anySize_fillsTheFrame(
      @ForAll @IntRange(min = 1, max = 5000) int width,
      @ForAll @IntRange(min = 1, max = 5000) int height,
      @ForAll @IntRange(min = 1, max = 40) int multiple,
      @ForAll boolean auto) {
    int side = multiple * 32;
    LetterboxOptions options = LetterboxOptions.square(side);
    Letterbox letterbox =
        Letterbox.of(new ImageSize(width, height), auto ? options.withAuto(32) : options);
    ImageSize frame = letterbox.frame();
    assertThat(Math.max(frame.width(), frame.height())).isEqualTo(side);
    assertThat(frame.width() % 32).isZero();
    assertThat(frame.height() % 32).isZero();
    assertThat(letterbox.right() - letterbox.left()).isBetween(0, 1);
    assertThat(letterbox.bottom() - letterbox.top()).isBetween(0, 1);
  }

  private static ImageSize sizeOf(JsonNode heightAndWidth) {
    return new ImageSize(heightAndWidth.get(1).asInt(), heightAndWidth.get(0).asInt());
  }

  private static int side(JsonNode shape, int index) {
    return shape.isArray() ? shape.get(index).asInt() : shape.asInt();
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
