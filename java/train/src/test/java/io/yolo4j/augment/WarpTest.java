package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.data.Sample;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

/** A collage of which only a part is painted looks like one that is painted as a whole. */
class WarpTest {
  private static final int SIDE = 64;

  private static Picture noise(ImageSize size, SampleRandom random) {
    byte[] rgb = new byte[(int) Picture.bytes(size)];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) random.nextInt(256);
    }
    return Picture.of(rgb, size);
  }

  @Test
  void draw_anyMap_equalsTheWholeCanvasWarped() {
    AugmentOptions options = AugmentOptions.none().withGeometry(20, 0.2, 0.5, 5, 0);
    for (int seed = 0; seed < 100; seed++) {
      SampleRandom random = SampleRandom.of(seed, 0, 0);
      List<Picture> pictures = new ArrayList<>();
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        ImageSize size = new ImageSize(20 + random.nextInt(45), 20 + random.nextInt(45));
        pictures.add(noise(size, random));
        samples.add(new Sample(Path.of("x"), size, List.of()));
      }
      List<Tile> tiles =
          MosaicLayout.four(
              SIDE,
              SIDE / 2 + random.nextInt(SIDE),
              SIDE / 2 + random.nextInt(SIDE),
              pictures.stream().map(Picture::size).toList());
      Collage collage = Collage.mosaic(SIDE, samples, pictures, tiles);
      Flips flips = new Flips(random.chance(0.5), random.chance(0.5));
      ImageSize frame = new ImageSize(SIDE, SIDE);
      Homography map =
          flips
              .pixels(frame)
              .after(PerspectiveParameters.draw(random, options).matrix(collage.canvas(), frame));
      try (Workspace workspace = new Workspace();
          Mat drawn = new Mat(SIDE, SIDE, opencv_core.CV_8UC3);
          Mat canvas = new Mat(2 * SIDE, 2 * SIDE, opencv_core.CV_8UC3);
          Mat expected = new Mat(SIDE, SIDE, opencv_core.CV_8UC3)) {
        Warp.draw(collage, map, drawn, workspace);
        collage.paint(Region.of(2 * SIDE, 2 * SIDE), canvas);
        Warp.apply(canvas, map, expected);
        // Places are rounded to 1/2^16 pixel from another origin.
        assertThat(largestDifference(drawn, expected)).as("seed %d", seed).isLessThanOrEqualTo(2);
      }
      pictures.forEach(Picture::close);
    }
  }

  private static int largestDifference(Mat a, Mat b) {
    byte[] first = Fixtures.bytes(a);
    byte[] second = Fixtures.bytes(b);
    int largest = 0;
    for (int i = 0; i < first.length; i++) {
      largest = Math.max(largest, Math.abs((first[i] & 0xff) - (second[i] & 0xff)));
    }
    return largest;
  }

  @Test
  void draw_collageOutOfSight_isGrey() {
    Collage collage = new Collage(new ImageSize(8, 8), List.of(), List.of(), List.of());
    try (Workspace workspace = new Workspace();
        Mat drawn = new Mat(8, 8, opencv_core.CV_8UC3)) {
      Warp.draw(collage, Homography.translation(100, 0), drawn, workspace);
      for (byte value : Fixtures.bytes(drawn)) {
        assertThat(value).isEqualTo((byte) 114);
      }
    }
  }

  @Test
  void flips_pictureAndObjects_moveTogether() {
    ImageSize frame = new ImageSize(8, 6);
    byte[] rgb = new byte[8 * 6 * 3];
    // A white object at columns 1 and 2, row 4.
    for (int c = 0; c < 6; c++) {
      rgb[(4 * 8 + 1) * 3 + c] = (byte) 255;
    }
    Target target = new Target(0, new Box(1, 4, 3, 5), null);
    try (Picture picture = Picture.of(rgb, frame);
        Workspace workspace = new Workspace();
        Mat drawn = new Mat(6, 8, opencv_core.CV_8UC3)) {
      Tile tile = Tile.of(frame, 0, 0, Region.of(8, 6));
      Collage collage =
          new Collage(frame, List.of(new Collage.Piece(picture, tile)), List.of(), List.of());
      for (Flips flips :
          List.of(
              new Flips(false, false),
              new Flips(true, false),
              new Flips(false, true),
              new Flips(true, true))) {
        Warp.draw(collage, flips.pixels(frame), drawn, workspace);
        Box box = target.flipped(flips, frame).box();
        byte[] pixels = Fixtures.bytes(drawn);
        for (int y = 0; y < 6; y++) {
          for (int x = 0; x < 8; x++) {
            boolean inside = x >= box.x1() && x < box.x2() && y >= box.y1() && y < box.y2();
            assertThat(pixels[(y * 8 + x) * 3] & 0xff).isEqualTo(inside ? 255 : 0);
          }
        }
      }
    }
  }
}
