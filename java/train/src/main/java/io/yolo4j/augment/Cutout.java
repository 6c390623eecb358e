package io.yolo4j.augment;

import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Plain rectangles that hide parts of a picture (after DeVries and Taylor 2017): one to eight, each
 * side a sixteenth to a quarter of the picture's.
 *
 * @param patches the rectangles; later ones lie over earlier ones
 */
record Cutout(List<Patch> patches) {
  private static final int MOST_PATCHES = 8;
  private static final double SMALLEST_SHARE = 1.0 / 16;
  private static final double LARGEST_SHARE = 1.0 / 4;
  private static final int DARKEST = 64;
  private static final int SHADES = 128;

  /** Objects of which more is hidden are no longer objects. */
  private static final double MOST_HIDDEN = 0.6;

  /** A rectangle and its colour. */
  record Patch(Region place, int red, int green, int blue) {}

  /** Copies the list. */
  Cutout {
    patches = List.copyOf(patches);
  }

  static Cutout draw(SampleRandom random, ImageSize frame) {
    List<Patch> patches = new ArrayList<>();
    int count = 1 + random.nextInt(MOST_PATCHES);
    for (int i = 0; i < count; i++) {
      int width = side(random, frame.width());
      int height = side(random, frame.height());
      Region place =
          Region.of(width, height)
              .moved(
                  random.nextInt(frame.width() - width + 1),
                  random.nextInt(frame.height() - height + 1));
      patches.add(new Patch(place, shade(random), shade(random), shade(random)));
    }
    return new Cutout(patches);
  }

  private static int side(SampleRandom random, int whole) {
    return Math.max(1, (int) (whole * random.uniform(SMALLEST_SHARE, LARGEST_SHARE)));
  }

  private static int shade(SampleRandom random) {
    return DARKEST + random.nextInt(SHADES);
  }

  /** Paints the rectangles. */
  void apply(Mat picture) {
    try (PointerScope scope = new PointerScope()) {
      for (Patch patch : patches) {
        Region place = patch.place();
        Rect rect = new Rect(place.left(), place.top(), place.width(), place.height());
        picture.apply(rect).put(new Scalar(patch.red(), patch.green(), patch.blue(), 0));
      }
    }
  }

  /** Returns the objects that can still be seen; what several rectangles hide counts for each. */
  List<Target> visible(List<Target> targets) {
    return targets.stream().filter(target -> hidden(target.box()) <= MOST_HIDDEN).toList();
  }

  private double hidden(Box box) {
    double area = 0;
    for (Patch patch : patches) {
      Region place = patch.place();
      double width = Math.min(box.x2(), place.right()) - Math.max(box.x1(), place.left());
      double height = Math.min(box.y2(), place.bottom()) - Math.max(box.y1(), place.top());
      area += Math.max(width, 0) * Math.max(height, 0);
    }
    return area / box.area();
  }
}
