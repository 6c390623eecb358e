package io.yolo4j.data.convert;

import io.yolo4j.data.DatasetException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads COCO annotations: one JSON file for many pictures. */
public final class CocoReader {
  private CocoReader() {}

  /** Reads one file; see {@link #read(List, Path, AnnotationOptions)}. */
  public static AnnotationSet read(Path annotations, Path pictures, AnnotationOptions options)
      throws DatasetException {
    return read(List.of(AnnotationSource.of(annotations)), pictures, options);
  }

  /**
   * Reads some files of object annotations. Pictures are looked for by {@code file_name}, as a path
   * below the folder of pictures or as a name in any folder there. Regions of many objects ({@code
   * iscrowd}) are left out and counted. An outline of several parts becomes one outline, joined
   * where the parts are closest. The user's files are only read.
   *
   * @param sources the JSON files
   * @param pictures the folder of pictures
   * @return the pictures by name, the classes by rising category id; those of further files behind
   *     those of the first, classes of one name joined
   * @throws DatasetException if a file or the folder cannot be read
   */
  public static AnnotationSet read(
      List<AnnotationSource> sources, Path pictures, AnnotationOptions options)
      throws DatasetException {
    Collector collector = new Collector(PictureIndex.of(pictures), options);
    Set<String> classes = new LinkedHashSet<>();
    for (AnnotationSource source : sources) {
      CocoContent content = new CocoContent(source, collector);
      CocoFile.read(source.path(), content::visit);
      content.addTo(classes);
    }
    return collector.finish(classes);
  }
}
