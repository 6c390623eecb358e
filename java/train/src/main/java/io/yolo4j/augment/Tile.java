package io.yolo4j.augment;

import io.yolo4j.image.ImageSize;

/**
 * The place of a picture on a canvas.
 *
 * @param x column of the picture's left edge; may lie outside the canvas
 * @param y row of its upper edge
 * @param visible the part of the canvas that the picture covers; empty where it lies outside
 */
record Tile(int x, int y, Region visible) {
  /** Returns the tile of a picture of which only the part inside {@code limits} shows. */
  static Tile of(ImageSize picture, int x, int y, Region limits) {
    return new Tile(
        x, y, Region.of(picture.width(), picture.height()).moved(x, y).intersect(limits));
  }

  Tile moved(int dx, int dy) {
    return new Tile(x + dx, y + dy, visible.moved(dx, dy));
  }

  Tile within(Region limits) {
    return new Tile(x, y, visible.intersect(limits));
  }
}
