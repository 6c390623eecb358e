package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SizingTest {
  @Test
  void loaded_fixtures_matches() {
    for (JsonNode c : Shared.json("geometry.json").get("load_image").get("cases")) {
      ImageSize source =
          new ImageSize(c.get("in_hw").get(1).asInt(), c.get("in_hw").get(0).asInt());
      int side = c.get("img_size").asInt();
      ImageSize loaded = Sizing.loaded(source, side);
      assertThat(loaded)
          .as(c.toString())
          .isEqualTo(new ImageSize(c.get("out_hw").get(1).asInt(), c.get("out_hw").get(0).asInt()));
      String interpolation = c.get("interpolation").asText();
      if (interpolation.equals("none")) {
        assertThat(loaded).isEqualTo(source);
      } else {
        assertThat(Sizing.loadedInterpolation(source, side, c.get("augment").asBoolean()).name())
            .isEqualTo(interpolation.toUpperCase(Locale.ROOT));
      }
    }
  }

  @Test
  void loaded_truncatesInsteadOfRounding() {
    assertThat(Sizing.loaded(new ImageSize(640, 427), 320)).isEqualTo(new ImageSize(320, 213));
  }

  @Test
  void loaded_veryLongPicture_keepsOneRow() {
    assertThat(Sizing.loaded(new ImageSize(5000, 2), 64)).isEqualTo(new ImageSize(64, 1));
  }

  @Test
  void checkedSide_fixtures_matches() {
    for (JsonNode c : Shared.json("geometry.json").get("check_img_size").get("cases")) {
      JsonNode in = c.get("imgsz");
      int stride = c.get("s").asInt();
      int floor = c.get("floor").asInt();
      for (int i = 0; i < (in.isArray() ? in.size() : 1); i++) {
        int pixels = in.isArray() ? in.get(i).asInt() : in.asInt();
        int expected = in.isArray() ? c.get("out").get(i).asInt() : c.get("out").asInt();
        assertThat(Sizing.checkedSide(pixels, stride, floor)).as(c.toString()).isEqualTo(expected);
      }
    }
  }
}
