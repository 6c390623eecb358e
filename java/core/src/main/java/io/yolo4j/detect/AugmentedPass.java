package io.yolo4j.detect;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Letterbox;
import io.yolo4j.image.LetterboxOptions;
import java.util.List;

/**
 * One pass of test-time augmentation over the letterboxed picture: reduced, perhaps mirrored, and
 * read at some of the levels only. The full-size pass leaves the largest objects to the reduced
 * ones, the smallest pass leaves the smallest objects to the others.
 */
record AugmentedPass(double scale, boolean mirrored, int firstLevel, int endLevel) {
  static List<AugmentedPass> all(int levels) {
    return List.of(
        new AugmentedPass(1, false, 0, Math.max(levels - 1, 1)),
        new AugmentedPass(0.83, true, 0, levels),
        new AugmentedPass(0.67, false, Math.min(1, levels - 1), levels));
  }

  /* Reduces the frame, sides truncated, and fills up to the stride on the right and below. */
  Letterbox letterbox(ImageSize frame, int stride) {
    int width = Math.max((int) (frame.width() * scale), 1);
    int height = Math.max((int) (frame.height() * scale), 1);
    int right = Math.floorMod(-width, stride);
    int bottom = Math.floorMod(-height, stride);
    return new Letterbox(
        frame,
        new ImageSize(width, height),
        scale,
        scale,
        right / 2.0,
        bottom / 2.0,
        0,
        bottom,
        0,
        right,
        LetterboxOptions.DEFAULT_FILL);
  }

  static Image mirror(Image picture) {
    byte[] source = picture.rgb();
    byte[] target = new byte[source.length];
    int rowBytes = picture.width() * Image.CHANNELS;
    for (int row = 0; row < source.length; row += rowBytes) {
      for (int x = 0; x < rowBytes; x += Image.CHANNELS) {
        int from = row + rowBytes - Image.CHANNELS - x;
        target[row + x] = source[from];
        target[row + x + 1] = source[from + 1];
        target[row + x + 2] = source[from + 2];
      }
    }
    return Image.wrap(target, picture.width(), picture.height());
  }
}
