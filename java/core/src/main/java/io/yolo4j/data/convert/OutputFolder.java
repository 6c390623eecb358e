package io.yolo4j.data.convert;

import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Label;
import io.yolo4j.data.PictureSource;
import io.yolo4j.data.Split;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The folder that a conversion writes; it never touches the files that it converts. */
final class OutputFolder {
  private final Path folder;
  private final ConversionOptions options;
  private final Set<Path> written = new HashSet<>();

  private OutputFolder(Path folder, ConversionOptions options) {
    this.folder = folder;
    this.options = options;
  }

  static OutputFolder open(Path folder, List<AnnotatedImage> images, ConversionOptions options)
      throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new DatasetException(folder + ": must be a folder, is a file");
    }
    checkApart(folder, images);
    if (Files.isDirectory(folder) && !options.force()) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new DatasetException(
              folder + ": the folder is not empty; name another one, or overwrite by force");
        }
      }
    }
    Files.createDirectories(folder);
    return new OutputFolder(folder, options);
  }

  /** Who converts into the source would replace pictures by themselves, or find them twice. */
  private static void checkApart(Path folder, List<AnnotatedImage> images) throws IOException {
    for (String part : List.of("images", "labels")) {
      Path target = folder.resolve(part);
      if (!Files.isDirectory(target)) {
        continue;
      }
      Path real = target.toRealPath();
      for (AnnotatedImage image : images) {
        if (image.image().toRealPath().startsWith(real)
            || image.source().toRealPath().startsWith(real)) {
          throw new DatasetException(
              "%s: must be another folder than that of the data to convert, holds %s"
                  .formatted(folder, image.image()));
        }
      }
    }
  }

  Path datasetFile() {
    return folder.resolve("data.yaml");
  }

  void write(AnnotatedImage image, Split split, List<Label> labels) throws IOException {
    Path picture = folder.resolve("images").resolve(split.key()).resolve(image.name());
    prepare(picture);
    place(image.image(), picture);
    written.add(picture);
    Path file =
        folder
            .resolve("labels")
            .resolve(split.key())
            .resolve(PictureIndex.withoutSuffix(image.name()) + ".txt");
    prepare(file);
    String rows = labels.stream().map(label -> label.row() + "\n").collect(Collectors.joining());
    Files.writeString(file, rows, StandardOpenOption.CREATE_NEW);
  }

  /* An old entry is taken away, not written through: it may be a link to a file of the user. */
  private void prepare(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (options.force()) {
      Files.deleteIfExists(file);
    }
  }

  private void place(Path picture, Path target) throws IOException {
    switch (options.placement()) {
      case COPY -> Files.copy(picture, target);
      case SYMLINK -> Files.createSymbolicLink(target, picture.toRealPath());
      case LINK -> {
        try {
          Files.createLink(target, picture.toRealPath());
        } catch (IOException | UnsupportedOperationException e) {
          throw new DatasetException(
              "%s: cannot be linked to %s (%s); symlink or copy it".formatted(target, picture, e),
              e);
        }
      }
    }
  }

  /** Returns how many pictures lie in the written parts beside those written. */
  int foreignPictures() throws IOException {
    int foreign = 0;
    for (Split split : Split.values()) {
      Path part = folder.resolve("images").resolve(split.key());
      if (Files.isDirectory(part)) {
        try (Stream<Path> files = Files.walk(part, FileVisitOption.FOLLOW_LINKS)) {
          foreign +=
              (int)
                  files
                      .filter(file -> PictureSource.isPicture(file.toString()))
                      .filter(file -> !written.contains(file))
                      .count();
        }
      }
    }
    return foreign;
  }
}
