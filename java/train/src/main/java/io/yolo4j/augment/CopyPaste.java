package io.yolo4j.augment;

import io.yolo4j.image.Box;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Pastes outlined objects once more, mirrored left to right with their place on the canvas (after
 * Ghiasi et al. 2021), where they hide little of the others.
 */
final class CopyPaste {
  /* Of no object may a pasted one hide this much. */
  private static final double GREATEST_COVER = 0.3;
  private static final double EPSILON = 1e-7;
  private static final int LEFT_RIGHT = 1;
  private static final int SET = 255;

  private CopyPaste() {}

  /**
   * Draws the objects to be pasted: round(share · number of outlined objects), none twice, in
   * random order.
   */
  static List<Target> draw(List<Target> targets, double share, SampleRandom random) {
    List<Target> outlined = targets.stream().filter(t -> t.outline() != null).toList();
    int[] order = random.permutation(outlined.size());
    int count = (int) Math.rint(share * outlined.size());
    List<Target> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add(outlined.get(order[i]));
    }
    return drawn;
  }

  /**
   * Returns those of the drawn objects that may be pasted, in their order: mirrored, an object
   * hides less than 30 % of every object that is there by then.
   */
  static List<Target> accept(List<Target> drawn, List<Target> targets, int canvasWidth) {
    List<Target> present = new ArrayList<>(targets);
    List<Target> accepted = new ArrayList<>();
    for (Target target : drawn) {
      Target pasted = mirrored(target, canvasWidth);
      boolean hidesLittle =
          present.stream().allMatch(t -> cover(pasted.box(), t.box()) < GREATEST_COVER);
      if (hidesLittle) {
        present.add(pasted);
        accepted.add(target);
      }
    }
    return accepted;
  }

  /** Returns an object as it is when pasted. */
  static Target mirrored(Target target, int canvasWidth) {
    Box box = target.box();
    Outline outline = target.outline();
    return new Target(
        target.classId(),
        new Box(canvasWidth - box.x2(), box.y1(), canvasWidth - box.x1(), box.y2()),
        outline == null ? null : outline.mirrored(canvasWidth));
  }

  /* The share of an object that a box hides. */
  private static double cover(Box box, Box object) {
    double width = Math.min(box.x2(), object.x2()) - Math.max(box.x1(), object.x1());
    double height = Math.min(box.y2(), object.y2()) - Math.max(box.y1(), object.y1());
    return Math.max(width, 0) * Math.max(height, 0) / (object.area() + EPSILON);
  }

  /**
   * Pastes the pixels of these objects, mirrored. All are taken from the canvas as it is now.
   *
   * @param objects with outlines
   */
  static void paste(Mat canvas, List<Target> objects, Workspace workspace) {
    try (PointerScope scope = new PointerScope()) {
      Mat mask = workspace.grey(Workspace.Slot.MASK, canvas.cols(), canvas.rows());
      mask.put(new Scalar(0, 0, 0, 0));
      MatVector outlines = new MatVector();
      for (Target object : objects) {
        if (object.outline() != null) {
          outlines.push_back(points(object.outline()));
        }
      }
      opencv_imgproc.fillPoly(mask, outlines, new Scalar(SET, SET, SET, SET));
      opencv_core.flip(mask, mask, LEFT_RIGHT);
      Mat mirrored = workspace.rgb(Workspace.Slot.COLOURS, canvas.cols(), canvas.rows());
      opencv_core.flip(canvas, mirrored, LEFT_RIGHT);
      mirrored.copyTo(canvas, mask);
    }
  }

  /* Whole pixels, fractions cut off. */
  private static Mat points(Outline outline) {
    int[] coordinates = new int[2 * outline.size()];
    for (int i = 0; i < outline.size(); i++) {
      coordinates[2 * i] = (int) outline.x(i);
      coordinates[2 * i + 1] = (int) outline.y(i);
    }
    Mat points = new Mat(outline.size(), 1, opencv_core.CV_32SC2);
    new IntPointer(points.data()).put(coordinates);
    return points;
  }
}
