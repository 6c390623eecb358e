package io.yolo4j.detect;

import io.yolo4j.image.Box;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import java.util.ArrayList;
import java.util.List;

/** A part of a picture, in pixels of the picture. */
record Tile(int x, int y, int width, int height) {
  /*
   * Rows of tiles from the top. All have the same size, so that the network is compiled for one
   * frame; they are spread evenly, which leaves neighbours at least the overlap that was asked for.
   */
  static List<Tile> cover(ImageSize picture, TilingOptions options) {
    int width = Math.min(options.side(), picture.width());
    int height = Math.min(options.side(), picture.height());
    List<Tile> tiles = new ArrayList<>();
    for (int y : starts(picture.height(), options)) {
      for (int x : starts(picture.width(), options)) {
        tiles.add(new Tile(x, y, width, height));
      }
    }
    return tiles;
  }

  private static int[] starts(int length, TilingOptions options) {
    int rest = length - options.side();
    if (rest <= 0) {
      return new int[1];
    }
    int step = Math.max(options.side() - (int) Math.ceil(options.side() * options.overlap()), 1);
    int steps = (rest + step - 1) / step;
    int[] starts = new int[steps + 1];
    for (int i = 0; i <= steps; i++) {
      starts[i] = (int) ((long) i * rest / steps);
    }
    return starts;
  }

  static Tile whole(ImageSize picture) {
    return new Tile(0, 0, picture.width(), picture.height());
  }

  Image of(Image picture) {
    return picture.crop(x, y, width, height);
  }

  Box toPicture(Box box) {
    return new Box(box.x1() + x, box.y1() + y, box.x2() + x, box.y2() + y);
  }

  /* Whether a box of the picture reaches an edge of the tile behind which the picture goes on. */
  boolean cuts(Box box, ImageSize picture, float margin) {
    return (x > 0 && box.x1() <= x + margin)
        || (y > 0 && box.y1() <= y + margin)
        || (x + width < picture.width() && box.x2() >= x + width - margin)
        || (y + height < picture.height() && box.y2() >= y + height - margin);
  }

  /* What both tiles see; without area where they see nothing in common. */
  Box common(Tile other) {
    int left = Math.max(x, other.x);
    int top = Math.max(y, other.y);
    int right = Math.min(x + width, other.x + other.width);
    int bottom = Math.min(y + height, other.y + other.height);
    return new Box(left, top, Math.max(left, right), Math.max(top, bottom));
  }
}
