package io.yolo4j.data.convert;

import io.yolo4j.data.Split;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Annotations to read.
 *
 * @param path a folder of Pascal VOC files, or a COCO file
 * @param split the part that its pictures belong to; null where list files tell
 */
public record AnnotationSource(Path path, @Nullable Split split) {
  /** Returns a source whose pictures no part is set for. */
  public static AnnotationSource of(Path path) {
    return new AnnotationSource(path, null);
  }
}
