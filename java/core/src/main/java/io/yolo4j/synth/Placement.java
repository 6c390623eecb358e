package io.yolo4j.synth;

import io.yolo4j.image.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds room on a sheet for one defect after the other; no two overlap. */
final class Placement {
  /** Least side of a box, as a fraction of the picture's. */
  private static final double LEAST_BOX = 0.05;

  /** Room between two defects, likewise. */
  private static final double GAP = 0.025;

  /** How large defects are where there are 1, 2, 3, 4 of them. */
  private static final List<Double> CROWDING = List.of(1.25, 1.0, 0.82, 0.7);

  /** Every attempt to find room is a little smaller than the one before. */
  private static final double SHRINK = 0.97;

  private static final int ATTEMPTS = 60;

  private final Sheet sheet;
  private final int side;
  private final double crowding;
  private final Randomness random;
  private final List<Box> boxes = new ArrayList<>();

  /**
   * Starts with an empty sheet.
   *
   * @param defects how many there will be
   */
  Placement(Sheet sheet, int side, int defects, Randomness random) {
    this.sheet = sheet;
    this.side = side;
    this.random = random;
    crowding = CROWDING.get(Math.max(defects, 1) - 1);
  }

  /** Draws one more defect; empty if there is no room for it, then the sheet is as it was. */
  Optional<Box> add(DefectKind kind) {
    DefectPainter painter = DefectPainter.of(kind);
    double scale = (double) side / DefectPainter.NOMINAL_SIDE;
    double factor = scale * crowding;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++, factor *= SHRINK) {
      DefectPainter.Extent extent = painter.extent(random);
      int across = (int) Math.min(extent.across() * factor, side);
      int along = (int) Math.min(extent.along() * factor, side);
      int width = sheet.upright() ? across : along;
      int height = sheet.upright() ? along : across;
      int left = start(width);
      int top = start(height);
      if (isFree(left, top, width, height)) {
        Layer layer = new Layer(across, along, scale);
        painter.paint(layer, random);
        Optional<Box> box = sheet.press(layer, left, top, LEAST_BOX * side);
        box.ifPresent(boxes::add);
        if (box.isPresent()) {
          return box;
        }
      }
    }
    return Optional.empty();
  }

  /** Mostly inside the picture; at times its edge cuts the defect. */
  private int start(int length) {
    int over = random.chance(0.2) ? length / 5 : 0;
    return (int) Math.floor(random.between(-over, side - length + over + 1.0));
  }

  private boolean isFree(int left, int top, int width, int height) {
    double gap = GAP * side;
    return boxes.stream()
        .allMatch(
            box ->
                left >= box.x2() + gap
                    || left + width + gap <= box.x1()
                    || top >= box.y2() + gap
                    || top + height + gap <= box.y1());
  }
}
