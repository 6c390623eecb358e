package io.yolo4j.image;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BoxMappingTest {
  @Test
  void toOriginal_fixtures_matches() {
    for (JsonNode c : Shared.json("geometry.json").get("scale_coords").get("cases")) {
      ImageSize original =
          new ImageSize(c.get("img0_hw").get(1).asInt(), c.get("img0_hw").get(0).asInt());
      BoxMapping mapping = mapping(c, original);
      for (int i = 0; i < c.get("boxes_xyxy").size(); i++) {
        double[] in = BoxTest.doubles(c.get("boxes_xyxy").get(i));
        Box box = new Box((float) in[0], (float) in[1], (float) in[2], (float) in[3]);
        assertClose(
            c.toString(),
            BoxTest.corners(mapping.toOriginal(box)),
            BoxTest.doubles(c.get("out").get(i)),
            1e-6,
            1e-5);
      }
    }
  }

  private static BoxMapping mapping(JsonNode c, ImageSize original) {
    JsonNode ratioPad = c.get("ratio_pad");
    if (ratioPad.isNull()) {
      return BoxMapping.ofSizes(
          new ImageSize(c.get("img1_hw").get(1).asInt(), c.get("img1_hw").get(0).asInt()),
          original);
    }
    double gain = ratioPad.get(0).get(0).asDouble();
    return new BoxMapping(
        gain, gain, ratioPad.get(1).get(0).asDouble(), ratioPad.get(1).get(1).asDouble(), original);
  }

  @Test
  void compatible_loadedPicture_usesTheHeightRatio() {
    ImageSize original = new ImageSize(500, 333);
    ImageSize loaded = Sizing.loaded(original, 640);
    Letterbox letterbox = Letterbox.of(loaded, LetterboxOptions.of(544, 672).withScaleUp(false));
    BoxMapping mapping = BoxMapping.compatible(letterbox, original);
    assertThat(mapping.gainX()).isEqualTo(426.0 / 333);
    assertThat(mapping.gainY()).isEqualTo(426.0 / 333);
    assertThat(mapping.offsetX()).isEqualTo(16);
    assertThat(mapping.offsetY()).isEqualTo(59);
  }

  @Test
  void of_zeroGain_throws() {
    assertThatThrownBy(() -> new BoxMapping(0, 1, 0, 0, new ImageSize(1, 1)))
        .hasMessage("gains must be positive, got 0.0 and 1.0");
  }

  @Property
  void exact_pictureCorners_mapOntoTheOriginal(
      @ForAll @IntRange(min = 1, max = 3000) int width,
      @ForAll @IntRange(min = 1, max = 3000) int height) {
    ImageSize original = new ImageSize(width, height);
    Letterbox letterbox = Letterbox.of(Sizing.loaded(original, 320), LetterboxOptions.square(352));
    Box inFrame =
        new Box(
            letterbox.left(),
            letterbox.top(),
            letterbox.left() + letterbox.resized().width(),
            letterbox.top() + letterbox.resized().height());
    Box box = BoxMapping.exact(letterbox, original).toOriginal(inFrame);
    assertClose("corners", BoxTest.corners(box), new double[] {0, 0, width, height}, 1e-5, 1e-3);
  }
}
