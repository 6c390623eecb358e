package io.yolo4j.study;

import io.yolo4j.data.DatasetFile;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The data sets of a study's runs: lists of pictures in the folder {@code data}. The pictures stay
 * where they are. Where one class is kept, its labels are files of their own beside links to the
 * pictures, so that the user's are left alone.
 */
final class StudyFiles {
  private final Path folder;
  private final StudyData data;
  private final Map<Path, String> names = new HashMap<>();

  private StudyFiles(Path folder, StudyData data) {
    this.folder = folder;
    this.data = data;
  }

  /** Writes what the runs share; what is there already stays. */
  static StudyFiles write(Path study, StudyData data) throws IOException {
    StudyFiles files = new StudyFiles(Files.createDirectories(study.resolve("data")), data);
    files.place(data.training().samples(), Split.TRAIN);
    files.place(data.validation().samples(), Split.VAL);
    files.list(Split.VAL.key(), data.validation().samples());
    return files;
  }

  /**
   * Writes the data set of runs with these training pictures.
   *
   * @return its file
   */
  Path write(String name, List<Sample> training) throws IOException {
    String list = list("train_" + name, training);
    Path file = folder.resolve(name + ".yaml");
    DatasetFile.write(
        file, Map.of(Split.TRAIN, list, Split.VAL, Split.VAL.key() + ".txt"), data.fileNames());
    return file;
  }

  private String list(String name, List<Sample> samples) throws IOException {
    String file = name + ".txt";
    String lines =
        samples.stream()
            .map(sample -> names.getOrDefault(sample.image(), sample.image().toString()) + "\n")
            .collect(Collectors.joining());
    AtomicFile.write(folder.resolve(file), lines);
    return file;
  }

  private void place(List<Sample> samples, Split split) throws IOException {
    if (data.className().isEmpty()) {
      return;
    }
    Path images = Files.createDirectories(folder.resolve("images").resolve(split.key()));
    Path labels = Files.createDirectories(folder.resolve("labels").resolve(split.key()));
    Set<String> taken = new HashSet<>();
    for (Sample sample : samples) {
      String picture = sample.image().getFileName().toString();
      int dot = picture.lastIndexOf('.');
      String stem = picture.substring(0, dot);
      String free = stem;
      // Pictures of several folders may have the same name.
      for (int i = 2; !taken.add(free); i++) {
        free = stem + "-" + i;
      }
      String name = free + picture.substring(dot);
      link(images.resolve(name), sample.image());
      Path rows = labels.resolve(free + ".txt");
      if (!Files.exists(rows)) {
        AtomicFile.write(
            rows, sample.labels().stream().map(StudyFiles::row).collect(Collectors.joining()));
      }
      names.put(sample.image(), "./images/%s/%s".formatted(split.key(), name));
    }
  }

  private static String row(Label label) {
    return label.row() + "\n";
  }

  /** Where links cannot be made, a copy does as well. */
  private static void link(Path link, Path picture) throws IOException {
    if (Files.exists(link)) {
      return;
    }
    Files.deleteIfExists(link);
    try {
      Files.createSymbolicLink(link, picture.toRealPath());
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(picture, link);
    }
  }
}
