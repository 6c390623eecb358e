package io.yolo4j.report;

import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The file {@code results.csv}: a line of titles, then one line an epoch; an empty field is a value
 * that the epoch does not have. It is written anew as a whole, so that it never shows half a line.
 */
final class ResultsCsv {
  private static final String EPOCH = "epoch";
  private static final int DIGITS = 6;

  private final Path file;
  private final SortedMap<Integer, EpochRow> rows = new TreeMap<>();

  private ResultsCsv(Path file) {
    this.file = file;
  }

  /**
   * Returns the file with the lines of the epochs before the first one; later ones will be run
   * again. A file with lines that are not ours is kept beside it as {@code results.csv.old}.
   *
   * @throws IOException if a file is there and cannot be read or copied
   */
  static ResultsCsv open(Path folder, int firstEpoch) throws IOException {
    ResultsCsv csv = new ResultsCsv(folder.resolve("results.csv"));
    if (firstEpoch > 0 && Files.exists(csv.file)) {
      csv.read(firstEpoch);
    }
    return csv;
  }

  private void read(int firstEpoch) throws IOException {
    // Bytes that are no UTF-8 make a line that is not ours, not a failure.
    List<String> lines =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    List<String> titles = lines.isEmpty() ? List.of() : fields(lines.get(0));
    boolean foreign = !titles.contains(EPOCH);
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      Optional<EpochRow> row = row(titles, fields(line));
      foreign |= row.isEmpty();
      row.filter(known -> known.epoch() < firstEpoch)
          .ifPresent(known -> rows.put(known.epoch(), known));
    }
    if (foreign) {
      Files.copy(file, file.resolveSibling("results.csv.old"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Optional<EpochRow> row(List<String> titles, List<String> fields) {
    int epoch = titles.indexOf(EPOCH);
    if (epoch < 0 || fields.size() != titles.size()) {
      return Optional.empty();
    }
    try {
      Map<Column, Double> values = new EnumMap<>(Column.class);
      for (Column column : Column.values()) {
        int index = titles.indexOf(column.title());
        if (index >= 0 && !fields.get(index).isEmpty()) {
          values.put(column, number(fields.get(index)));
        }
      }
      return Optional.of(new EpochRow(Integer.parseInt(fields.get(epoch)), values));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    for (String field : line.split(",", -1)) {
      fields.add(field.strip());
    }
    return fields;
  }

  /** Returns the lines by rising epoch. */
  List<EpochRow> rows() {
    return List.copyOf(rows.values());
  }

  /**
   * Adds an epoch's line, in place of one that is there, and writes the file.
   *
   * @throws IOException if it cannot be written; the line stays in memory and is written with the
   *     next one
   */
  void add(EpochRow row) throws IOException {
    rows.put(row.epoch(), row);
    AtomicFile.write(file, text(rows.values()));
  }

  private static String text(Collection<EpochRow> rows) {
    StringBuilder text = new StringBuilder(EPOCH);
    for (Column column : Column.values()) {
      text.append(',').append(column.title());
    }
    text.append('\n');
    for (EpochRow row : rows) {
      text.append(row.epoch());
      for (Column column : Column.values()) {
        double value = row.value(column);
        text.append(',').append(Double.isNaN(value) ? "" : Numbers.significant(value, DIGITS));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
