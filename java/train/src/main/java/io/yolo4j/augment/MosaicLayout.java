package io.yolo4j.augment;

import io.yolo4j.image.ImageSize;
import java.util.ArrayList;
import java.util.List;

/** Where the pictures of a mosaic lie. The canvas is twice as wide and high as the output. */
final class MosaicLayout {
  /** Pictures of the small mosaic. */
  static final int FOUR = 4;

  /** Pictures of the large one. */
  static final int NINE = 9;

  private MosaicLayout() {}

  /** Returns the canvas of a mosaic for outputs of this side. */
  static ImageSize canvas(int side) {
    return new ImageSize(2 * side, 2 * side);
  }

  /**
   * Returns four tiles that touch at a point: top left, top right, bottom left, bottom right.
   *
   * @param pictures their sizes, in this order
   */
  static List<Tile> four(int side, int centreX, int centreY, List<ImageSize> pictures) {
    Region canvas = Region.of(2 * side, 2 * side);
    List<Tile> tiles = new ArrayList<>();
    for (int i = 0; i < FOUR; i++) {
      ImageSize picture = pictures.get(i);
      int x = i % 2 == 0 ? centreX - picture.width() : centreX;
      int y = i < 2 ? centreY - picture.height() : centreY;
      tiles.add(Tile.of(picture, x, y, canvas));
    }
    return tiles;
  }

  /**
   * Returns nine tiles, the first in the middle of the eight others, which show no more than what
   * lies in the cells that its four edges make: a picture wider than the one in the middle is cut
   * above and below it.
   *
   * @param offsetX left edge of the canvas on the plane of nine, where the middle picture's upper
   *     left corner lies at (side, side); 0 … side
   * @param offsetY likewise its upper edge
   * @param pictures their sizes: the middle, then the others row by row
   */
  static List<Tile> nine(int side, int offsetX, int offsetY, List<ImageSize> pictures) {
    int[] columns = {0, side, side + pictures.get(0).width(), 3 * side};
    int[] rows = {0, side, side + pictures.get(0).height(), 3 * side};
    List<Tile> tiles = new ArrayList<>();
    for (int i = 0; i < NINE; i++) {
      // The cell in row-major order; the middle one comes first, the others close up.
      int cell = i == 0 ? NINE / 2 : i <= NINE / 2 ? i - 1 : i;
      int column = cell % 3;
      int row = cell / 3;
      ImageSize picture = pictures.get(i);
      int x = column == 0 ? side - picture.width() : columns[column];
      int y = row == 0 ? side - picture.height() : rows[row];
      Region limits = new Region(columns[column], rows[row], columns[column + 1], rows[row + 1]);
      tiles.add(
          Tile.of(picture, x, y, limits)
              .moved(-offsetX, -offsetY)
              .within(Region.of(2 * side, 2 * side)));
    }
    return tiles;
  }
}
