package io.yolo4j.data.convert;

import io.yolo4j.data.DatasetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads folders of Pascal VOC annotations: one XML file a picture. */
public final class VocReader {
  private VocReader() {}

  /** Reads one folder; see {@link #read(List, Path, AnnotationOptions)}. */
  public static AnnotationSet read(Path annotations, Path pictures, AnnotationOptions options)
      throws DatasetException {
    return read(List.of(AnnotationSource.of(annotations)), pictures, options);
  }

  /**
   * Reads all annotation files of some folders and of the folders below them, on all processors.
   * The picture of a file is the one of its own name; where there is none, the one that {@code
   * filename} says, with or without suffix. The user's files are only read.
   *
   * @param sources the folders of XML files
   * @param pictures the folder of pictures
   * @return the pictures by name, the classes sorted by name
   * @throws DatasetException if a folder does not exist or holds nothing to read
   */
  public static AnnotationSet read(
      List<AnnotationSource> sources, Path pictures, AnnotationOptions options)
      throws DatasetException {
    PictureIndex index = PictureIndex.of(pictures);
    Collector collector = new Collector(index, options);
    Set<String> classes = new TreeSet<>();
    for (AnnotationSource source : sources) {
      List<VocFile> read =
          files(source.path()).parallelStream()
              .map(file -> VocFile.read(file, source, index, options))
              .toList();
      for (VocFile file : read) {
        collector.issues().addAll(file.issues());
        collector.addDifficult(file.difficult());
        collector.name(file.named());
        AnnotatedImage image = file.image();
        if (image != null) {
          collector.add(image);
          image.annotations().forEach(annotation -> classes.add(annotation.className()));
        }
      }
    }
    return collector.finish(classes);
  }

  private static List<Path> files(Path folder) throws DatasetException {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(folder + ": the folder of annotations does not exist");
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files =
          all.filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".xml"))
              .filter(Files::isRegularFile)
              .sorted(Comparator.comparing(Path::toString))
              .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException(folder + ": the folder cannot be walked (" + e + ")", e);
    }
    if (files.isEmpty()) {
      throw new DatasetException(folder + ": no annotation file found (suffix: xml)");
    }
    return files;
  }
}
