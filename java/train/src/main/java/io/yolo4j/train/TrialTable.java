package io.yolo4j.train;

import io.yolo4j.files.AtomicFile;
import io.yolo4j.train.Evolution.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The CSV file of an evolution: number, fitness and hyper-parameters of each trial, exact. */
final class TrialTable {
  private static final String HEADER =
      Stream.concat(
              Stream.of("trial", "fitness"),
              Arrays.stream(Hyperparameter.values()).map(Hyperparameter::key))
          .collect(Collectors.joining(","));

  private TrialTable() {}

  /** Returns the trials of a file; none where there is no such file. */
  static List<Trial> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IllegalArgumentException(
          "%s: is no file of an evolution, its first line must be %s".formatted(file, HEADER));
    }
    List<Trial> trials = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      try {
        trials.add(trial(trials.size(), line));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s: line %d: %s".formatted(file, trials.size() + 2, e.getMessage()), e);
      }
    }
    return trials;
  }

  /** Replaces the file as a whole, so that it never ends within a line. */
  static void write(Path file, List<Trial> trials) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (Trial trial : trials) {
      text.append(trial.number()).append(',').append(trial.fitness());
      for (Hyperparameter one : Hyperparameter.values()) {
        text.append(',').append(one.of(trial.hyperparameters()));
      }
      text.append('\n');
    }
    AtomicFile.write(file, text.toString());
  }

  private static Trial trial(int number, String line) {
    List<String> cells = List.of(line.split(",", -1));
    Hyperparameter[] columns = Hyperparameter.values();
    if (cells.size() != columns.length + 2 || !cells.get(0).equals(Integer.toString(number))) {
      throw new IllegalArgumentException(
          "must hold trial %d and %d values, got '%s'".formatted(number, columns.length + 1, line));
    }
    Map<Hyperparameter, Double> values = new EnumMap<>(Hyperparameter.class);
    for (int i = 0; i < columns.length; i++) {
      values.put(columns[i], number(cells.get(i + 2)));
    }
    double fitness = number(cells.get(1));
    return new Trial(
        number, fitness, Hyperparameters.of(one -> values.getOrDefault(one, Double.NaN)));
  }

  private static double number(String cell) {
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must hold numbers, got '%s'".formatted(cell), e);
    }
  }
}
