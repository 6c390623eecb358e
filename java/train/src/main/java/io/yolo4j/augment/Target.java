package io.yolo4j.augment;

import io.yolo4j.data.Label;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A labelled object in the pixels of a frame.
 *
 * @param classId its class
 * @param box around it
 * @param outline where the label has one
 */
record Target(int classId, Box box, @Nullable Outline outline) {
  /** Boxes end this far inside the frame, so that no centre lies on its far edge. */
  static final float INSIDE = 1e-3f;

  /** Numbers of a target in a batch: image, class, centre x, centre y, width, height. */
  static final int COLUMNS = 6;

  /** Returns the object of a label whose picture lies at an offset in a frame. */
  static Target of(Label label, ImageSize picture, double offsetX, double offsetY) {
    Outline outline =
        label.polygon() == null ? null : Outline.of(label.polygon(), picture, offsetX, offsetY);
    return new Target(label.classId(), label.box().toPixels(picture, offsetX, offsetY), outline);
  }

  /** Returns the object with its corners and its outline's points moved into a region. */
  Target clippedTo(Region region) {
    Box inside =
        new Box(
            clamp(box.x1(), region.left(), region.right()),
            clamp(box.y1(), region.top(), region.bottom()),
            clamp(box.x2(), region.left(), region.right()),
            clamp(box.y2(), region.top(), region.bottom()));
    return new Target(classId, inside, outline == null ? null : outline.clippedTo(region));
  }

  private static float clamp(float value, int low, int high) {
    return Math.min(Math.max(value, low), high);
  }

  /** Returns the object of a picture that was flipped. */
  Target flipped(Flips flips, ImageSize frame) {
    float x1 = flips.leftRight() ? frame.width() - box.x2() : box.x1();
    float x2 = flips.leftRight() ? frame.width() - box.x1() : box.x2();
    float y1 = flips.upDown() ? frame.height() - box.y2() : box.y1();
    float y2 = flips.upDown() ? frame.height() - box.y1() : box.y2();
    return new Target(classId, new Box(x1, y1, x2, y2), null);
  }

  /** Returns the object after a transform, clipped to the frame, if it is still worth learning. */
  Optional<Target> transformed(Homography map, double scale, ImageSize frame) {
    Box after = outline == null ? boxAfter(map, frame) : outline.boxAfter(map, frame);
    double leastArea = outline == null ? BoxCandidates.BOX_AREA : BoxCandidates.OUTLINE_AREA;
    return BoxCandidates.keep(box, scale, after, leastArea)
        ? Optional.of(new Target(classId, after, null))
        : Optional.empty();
  }

  /* The box around the four mapped corners; of a box that crosses the horizon nothing stays. */
  Box boxAfter(Homography map, ImageSize frame) {
    float[] xs = {box.x1(), box.x2(), box.x1(), box.x2()};
    float[] ys = {box.y1(), box.y2(), box.y2(), box.y1()};
    double x1 = Double.POSITIVE_INFINITY;
    double y1 = Double.POSITIVE_INFINITY;
    double x2 = Double.NEGATIVE_INFINITY;
    double y2 = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < 4; i++) {
      if (!(map.w(xs[i], ys[i]) > 0)) {
        return new Box(0, 0, 0, 0);
      }
      double x = map.x(xs[i], ys[i]);
      double y = map.y(xs[i], ys[i]);
      x1 = Math.min(x1, x);
      y1 = Math.min(y1, y);
      x2 = Math.max(x2, x);
      y2 = Math.max(y2, y);
    }
    return new Box((float) x1, (float) y1, (float) x2, (float) y2).clippedTo(frame);
  }

  /** Writes the object as a row of a batch: class and the box in fractions of the frame. */
  void write(int image, ImageSize frame, float[] rows, int row) {
    Box inside = box.clippedTo(frame.width() - INSIDE, frame.height() - INSIDE);
    int at = row * COLUMNS;
    rows[at] = image;
    rows[at + 1] = classId;
    rows[at + 2] = (float) (((double) inside.x1() + inside.x2()) / 2 / frame.width());
    rows[at + 3] = (float) (((double) inside.y1() + inside.y2()) / 2 / frame.height());
    rows[at + 4] = (float) (((double) inside.x2() - inside.x1()) / frame.width());
    rows[at + 5] = (float) (((double) inside.y2() - inside.y1()) / frame.height());
  }
}
