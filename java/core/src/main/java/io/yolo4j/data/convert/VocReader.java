package io.yolo4j.data.convert;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.ScanOptions.MissingLabels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads folders of Pascal VOC annotations: one XML file a picture. */
public final class VocReader {
  private VocReader() {}

  /**
   * Reads all annotation files of a folder and of the folders below it, on all processors. The
   * picture of a file is the one of its own name; where there is none, the one that {@code
   * filename} says, with or without suffix. The user's files are only read.
   *
   * @param annotations the folder of XML files
   * @param pictures the folder of pictures
   * @return the pictures by name, the classes sorted by name
   * @throws DatasetException if a folder does not exist or holds nothing to read
   */
  public static AnnotationSet read(Path annotations, Path pictures, AnnotationOptions options)
      throws DatasetException {
    List<Path> files = files(annotations);
    PictureIndex index = PictureIndex.of(pictures);
    List<VocFile> read =
        files.parallelStream()
            .map(file -> VocFile.read(file, annotations, index, options))
            .toList();
    return collect(read, index, options);
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

  private static AnnotationSet collect(
      List<VocFile> files, PictureIndex index, AnnotationOptions options) {
    List<AnnotatedImage> images = new ArrayList<>();
    List<DataIssue> issues = new ArrayList<>();
    Set<String> classes = new TreeSet<>();
    Set<String> taken = new HashSet<>();
    int difficult = 0;
    for (VocFile file : files) {
      issues.addAll(file.issues());
      difficult += file.difficult();
      taken.addAll(file.named());
      AnnotatedImage image = file.image();
      if (image == null) {
        continue;
      }
      image.annotations().forEach(annotation -> classes.add(annotation.className()));
      images.add(image);
    }
    images = withoutRepeats(images, issues);
    addUndescribed(index, taken, options, images, issues);
    images.sort(Comparator.comparing(AnnotatedImage::name));
    return new AnnotationSet(images, List.copyOf(classes), issues, difficult, 0);
  }

  private static List<AnnotatedImage> withoutRepeats(
      List<AnnotatedImage> images, List<DataIssue> issues) {
    Set<String> names = new HashSet<>();
    List<AnnotatedImage> kept = new ArrayList<>();
    for (AnnotatedImage image : images) {
      if (names.add(image.name())) {
        kept.add(image);
      } else {
        issues.add(
            new DataIssue(
                DataIssue.Kind.BAD_ANNOTATION,
                image.source(),
                0,
                "another file describes the picture " + image.name() + " already"));
      }
    }
    return kept;
  }

  private static void addUndescribed(
      PictureIndex index,
      Set<String> taken,
      AnnotationOptions options,
      List<AnnotatedImage> images,
      List<DataIssue> issues) {
    for (String name : index.names()) {
      Path picture = index.picture(name);
      if (taken.contains(name)) {
        continue;
      }
      if (options.missingAnnotations() == MissingLabels.BACKGROUND) {
        images.add(new AnnotatedImage(picture, name, picture, List.of()));
      } else {
        issues.add(
            new DataIssue(
                DataIssue.Kind.MISSING_LABELS, picture, 0, "no annotation file describes it"));
      }
    }
  }
}
