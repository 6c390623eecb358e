package io.yolo4j.data.convert;

import java.nio.file.Path;
import java.util.List;

/**
 * A picture with the objects that an annotation file names.
 *
 * @param image the picture's file
 * @param name its path below the folder of pictures, with {@code /} between folders
 * @param source the annotation file; the picture itself where it has none
 * @param annotations its objects in the file's order; none for background
 */
public record AnnotatedImage(Path image, String name, Path source, List<Annotation> annotations) {
  /** Copies the list. */
  public AnnotatedImage {
    annotations = List.copyOf(annotations);
  }
}
