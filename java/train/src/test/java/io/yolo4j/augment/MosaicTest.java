package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import io.yolo4j.testing.Closeness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class MosaicTest {
  @Test
  void four_fixtures_matches() {
    int cases = 0;
    for (JsonNode c : Fixtures.geometry("mosaic4").get("cases")) {
      int side = c.get("img_size").asInt();
      List<ImageSize> sizes = new ArrayList<>();
      c.get("tiles").forEach(tile -> sizes.add(Fixtures.size(tile.get("image_hw"))));
      List<Tile> tiles =
          MosaicLayout.four(
              side,
              c.get("centre_xc_yc").get(0).asInt(),
              c.get("centre_xc_yc").get(1).asInt(),
              sizes);
      for (int i = 0; i < tiles.size(); i++) {
        JsonNode expected = c.get("tiles").get(i);
        Tile tile = tiles.get(i);
        assertThat(corners(tile.visible()))
            .containsExactly(Fixtures.doubles(expected.get("mosaic_x1y1x2y2")));
        assertThat(corners(tile.visible().moved(-tile.x(), -tile.y())))
            .containsExactly(Fixtures.doubles(expected.get("image_x1y1x2y2")));
        assertThat(new double[] {tile.x(), tile.y()})
            .containsExactly(Fixtures.doubles(expected.get("padw_padh")));
      }
      checkTargets(c, side, sizes, tiles);
      cases++;
    }
    assertThat(cases).isEqualTo(4);
  }

  private static void checkTargets(JsonNode c, int side, List<ImageSize> sizes, List<Tile> tiles) {
    List<Sample> samples = new ArrayList<>();
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      List<Label> labels = new ArrayList<>();
      for (JsonNode row : c.get("tiles").get(i).get("labels_in")) {
        double[] v = Fixtures.doubles(row);
        labels.add(new Label((int) v[0], new NormalizedBox(v[1], v[2], v[3], v[4])));
      }
      samples.add(new Sample(Path.of("x"), sizes.get(i), labels));
      pictures.add(plain(sizes.get(i), i));
    }
    Collage collage = Collage.mosaic(side, samples, pictures, tiles);
    Closeness.assertClose(
        "objects",
        Fixtures.rows(collage.targets()),
        Fixtures.doubles(c.get("labels_out_cls_xyxy_clipped")),
        1e-6,
        1e-5);
    pictures.forEach(Picture::close);
  }

  private static double[] corners(Region region) {
    return new double[] {region.left(), region.top(), region.right(), region.bottom()};
  }

  private static Picture plain(ImageSize size, int value) {
    byte[] rgb = new byte[(int) Picture.bytes(size)];
    Arrays.fill(rgb, (byte) value);
    return Picture.of(rgb, size);
  }

  @Test
  void paint_fourPictures_greyBetweenThem() {
    List<ImageSize> sizes =
        List.of(new ImageSize(8, 8), new ImageSize(4, 8), new ImageSize(8, 4), new ImageSize(8, 8));
    List<Picture> pictures = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      pictures.add(plain(sizes.get(i), i + 1));
      samples.add(new Sample(Path.of("x"), sizes.get(i), List.of()));
    }
    List<Tile> tiles = MosaicLayout.four(8, 9, 6, sizes);
    Collage collage = Collage.mosaic(8, samples, pictures, tiles);
    try (Mat canvas = new Mat(16, 16, opencv_core.CV_8UC3)) {
      collage.paint(Region.of(16, 16), canvas);
      byte[] pixels = Fixtures.bytes(canvas);
      assertThat(value(pixels, 0, 5)).isEqualTo(114);
      assertThat(value(pixels, 1, 5)).isEqualTo(1);
      assertThat(value(pixels, 8, 0)).isEqualTo(1);
      assertThat(value(pixels, 9, 0)).isEqualTo(2);
      assertThat(value(pixels, 12, 5)).isEqualTo(2);
      assertThat(value(pixels, 13, 5)).isEqualTo(114);
      assertThat(value(pixels, 8, 6)).isEqualTo(3);
      assertThat(value(pixels, 8, 10)).isEqualTo(114);
      assertThat(value(pixels, 9, 6)).isEqualTo(4);
      assertThat(value(pixels, 15, 13)).isEqualTo(4);
      assertThat(value(pixels, 15, 14)).isEqualTo(114);
      // A part is the same as that part of the whole.
      try (Mat part = new Mat(5, 7, opencv_core.CV_8UC3)) {
        collage.paint(new Region(6, 4, 13, 9), part);
        byte[] few = Fixtures.bytes(part);
        for (int y = 0; y < 5; y++) {
          for (int x = 0; x < 7; x++) {
            assertThat(few[(y * 7 + x) * 3]).isEqualTo(pixels[((y + 4) * 16 + x + 6) * 3]);
          }
        }
      }
    }
    pictures.forEach(Picture::close);
  }

  private static int value(byte[] pixels, int x, int y) {
    return pixels[(y * 16 + x) * 3] & 0xff;
  }

  @Test
  void nine_anyPictures_tilesDontOverlapAndFillTheirCells() {
    int side = 32;
    SampleRandom random = SampleRandom.of(1, 2, 3);
    for (int round = 0; round < 200; round++) {
      List<ImageSize> sizes = new ArrayList<>();
      for (int i = 0; i < MosaicLayout.NINE; i++) {
        sizes.add(new ImageSize(1 + random.nextInt(side), 1 + random.nextInt(side)));
      }
      List<Tile> tiles =
          MosaicLayout.nine(side, random.nextInt(side + 1), random.nextInt(side + 1), sizes);
      assertThat(tiles).hasSize(MosaicLayout.NINE);
      // The middle picture always shows, at least by its corner nearest to the canvas.
      Tile middle = tiles.get(0);
      assertThat(middle.visible().isEmpty()).isFalse();
      for (int i = 0; i < tiles.size(); i++) {
        Region one = tiles.get(i).visible();
        if (one.isEmpty()) {
          continue;
        }
        assertThat(one.intersect(Region.of(2 * side, 2 * side))).isEqualTo(one);
        Region picture =
            Region.of(sizes.get(i).width(), sizes.get(i).height())
                .moved(tiles.get(i).x(), tiles.get(i).y());
        assertThat(one.intersect(picture)).isEqualTo(one);
        for (int j = 0; j < i; j++) {
          assertThat(one.intersect(tiles.get(j).visible()).isEmpty()).isTrue();
        }
      }
    }
  }

  @Test
  void mosaic_objectHiddenByTheNextCell_isDropped() {
    int side = 10;
    ImageSize narrow = new ImageSize(4, 10);
    ImageSize square = new ImageSize(10, 10);
    List<ImageSize> sizes = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    List<Picture> pictures = new ArrayList<>();
    // Left half and right half of each picture.
    List<Label> halves =
        List.of(
            new Label(0, NormalizedBox.ofCorners(0, 0, 0.5, 1)),
            new Label(1, NormalizedBox.ofCorners(0.5, 0, 1, 1)));
    for (int i = 0; i < MosaicLayout.NINE; i++) {
      sizes.add(i == 0 ? narrow : square);
      // Only the picture above the middle one has objects.
      samples.add(new Sample(Path.of("x"), sizes.get(i), i == 2 ? halves : List.of()));
      pictures.add(plain(sizes.get(i), i));
    }
    // The canvas begins at (5, 0) on the plane: the upper picture at (5, 0), 4 of its 10 columns.
    List<Tile> tiles = MosaicLayout.nine(side, 5, 0, sizes);
    assertThat(tiles.get(2).visible()).isEqualTo(new Region(5, 0, 9, 10));
    Collage collage = Collage.mosaic(side, samples, pictures, tiles);
    assertThat(Fixtures.rows(collage.targets())).containsExactly(0, 5, 0, 9, 10);
    pictures.forEach(Picture::close);
  }
}
