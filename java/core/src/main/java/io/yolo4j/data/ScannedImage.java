package io.yolo4j.data;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was found of one picture.
 *
 * @param sample the picture with its labels; null where it cannot be used
 * @param issues what is wrong
 * @param image the picture's state before it was read; null where it must be read again
 * @param labels the label file's state before it was read; empty where there was none
 */
record ScannedImage(
    @Nullable Sample sample,
    List<DataIssue> issues,
    @Nullable FileState image,
    Optional<FileState> labels) {
  ScannedImage {
    issues = List.copyOf(issues);
  }

  /** Returns whether it still holds for files in these states. */
  boolean holds(FileState imageNow, Optional<FileState> labelsNow) {
    return imageNow.equals(image) && labelsNow.equals(labels);
  }
}
