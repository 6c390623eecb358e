package io.yolo4j.data.convert;

import io.yolo4j.data.Split;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture with the objects that an annotation file names.
 *
 * @param image the picture's file
 * @param name its path below the folder of pictures, with {@code /} between folders
 * @param source the annotation file; the picture itself where it has none
 * @param split the part that it belongs to; null where list files tell
 * @param annotations its objects in the file's order; none for background
 */
public record AnnotatedImage(
    Path image, String name, Path source, @Nullable Split split, List<Annotation> annotations) {
  /** Copies the list. */
  public AnnotatedImage {
    annotations = List.copyOf(annotations);
  }
}
