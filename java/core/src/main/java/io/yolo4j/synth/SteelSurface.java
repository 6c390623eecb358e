package io.yolo4j.synth;

import io.yolo4j.data.Label;
import io.yolo4j.image.Box;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws pictures of steel surfaces. Threads: safe. */
public final class SteelSurface {
  /** Least side of a picture in pixels: below it the kinds of defects cannot be told apart. */
  public static final int LEAST_SIDE = 64;

  /** Most side of a picture in pixels. */
  public static final int MOST_SIDE = 4096;

  /** Most defects of a picture: more would not find room. */
  public static final int MOST_DEFECTS = 4;

  private static final int ATTEMPTS = 1000;

  private SteelSurface() {}

  /**
   * Draws one picture. The same arguments give the same pixels on every machine.
   *
   * @param seed of the data set
   * @param index of the picture in it
   * @param size side in pixels, {@link #LEAST_SIDE} to {@link #MOST_SIDE}
   * @param kinds the kinds of its defects, at most {@link #MOST_DEFECTS}; none for a clean sheet
   * @throws IllegalArgumentException if size or kinds are out of range
   */
  public static SteelPicture draw(long seed, long index, int size, List<DefectKind> kinds) {
    checkSize(size);
    if (kinds.size() > MOST_DEFECTS) {
      throw new IllegalArgumentException(
          "a picture must have at most %d defects, got %d".formatted(MOST_DEFECTS, kinds.size()));
    }
    // A sheet that leaves no room for its last defect is thrown away.
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Randomness random = Randomness.of(seed, index, attempt);
      Optional<SteelPicture> picture = picture(size, kinds, random);
      if (picture.isPresent()) {
        return picture.get();
      }
    }
    throw new IllegalStateException(
        "no room for %s in a picture of %d pixels, seed %d, index %d"
            .formatted(kinds, size, seed, index));
  }

  static void checkSize(int size) {
    if (size < LEAST_SIDE || size > MOST_SIDE) {
      throw new IllegalArgumentException(
          "size must lie in %d to %d pixels, got %d".formatted(LEAST_SIDE, MOST_SIDE, size));
    }
  }

  private static Optional<SteelPicture> picture(
      int size, List<DefectKind> kinds, Randomness random) {
    Sheet sheet = Sheet.roll(size, random);
    Image cleanSheet = sheet.image();
    Placement placement = new Placement(sheet, size, kinds.size(), random);
    List<Label> labels = new ArrayList<>();
    for (DefectKind kind : kinds) {
      Optional<Box> box = placement.add(kind);
      if (box.isEmpty()) {
        return Optional.empty();
      }
      labels.add(new Label(kind.classId(), box.get().normalized(new ImageSize(size, size))));
    }
    return Optional.of(new SteelPicture(sheet.image(), cleanSheet, labels));
  }
}
