package io.yolo4j.detect;

/**
 * How a picture larger than a tile is cut into overlapping tiles, each of them looked at by itself,
 * so that small objects keep their pixels.
 *
 * <p>An object that a seam cuts gives a box in each tile, and the strip that both tiles see shows
 * both the same pixels. So two boxes are parts of one object when all of this holds: they have one
 * class and different tiles; at least one of them is cut, which is to say that it ends within 1/64
 * of a tile's side (at least two pixels) of an edge behind which the picture goes on; and of their
 * parts inside the strip, the intersection is more than {@code mergeThreshold} of the smaller one's
 * area. Parts are joined in order of falling share, equal ones in order of the tiles; no object
 * gets two boxes of one tile, for that tile saw two objects. The object's box is the union, its
 * confidence the highest. Then boxes are suppressed as in a single picture, which drops what two
 * tiles saw whole.
 *
 * @param side of a tile in pixels of the picture, at least 2; a picture that is no larger either
 *     way is looked at as a whole
 * @param overlap least share of a tile's side that neighbours have in common, 0 to 0.75; objects up
 *     to that size lie whole in some tile, and without any overlap nothing is merged
 * @param mergeThreshold boxes of one class from two tiles are merged where they share more than
 *     this part of the smaller inside the strip, 0 to 1
 * @param whole whether the whole picture is looked at too, for objects larger than a tile
 */
public record TilingOptions(int side, double overlap, double mergeThreshold, boolean whole) {
  private static final double LARGEST_OVERLAP = 0.75;

  /** Checks the values. */
  public TilingOptions {
    if (side < 2) {
      throw new IllegalArgumentException("a tile's side must be at least 2 pixels, got " + side);
    }
    if (!(overlap >= 0 && overlap <= LARGEST_OVERLAP)) {
      throw new IllegalArgumentException("tiles must overlap by 0 to 0.75, got " + overlap);
    }
    if (!(mergeThreshold >= 0 && mergeThreshold <= 1)) {
      throw new IllegalArgumentException(
          "a merge threshold must lie in 0 to 1, got " + mergeThreshold);
    }
  }

  /** Returns tiles of this side that overlap by 0.2, merged from 0.5 on, without the whole. */
  public static TilingOptions of(int side) {
    return new TilingOptions(side, 0.2, 0.5, false);
  }

  /** Returns options with another overlap. */
  public TilingOptions withOverlap(double share) {
    return new TilingOptions(side, share, mergeThreshold, whole);
  }

  /** Returns options with another threshold of merging. */
  public TilingOptions withMergeThreshold(double share) {
    return new TilingOptions(side, overlap, share, whole);
  }

  /** Returns options that look at the whole picture too, or don't. */
  public TilingOptions withWhole(boolean also) {
    return new TilingOptions(side, overlap, mergeThreshold, also);
  }
}
