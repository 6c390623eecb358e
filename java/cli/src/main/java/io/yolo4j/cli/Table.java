package io.yolo4j.cli;

import io.yolo4j.report.Csv;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of text under a header: aligned for people, or comma-separated (RFC 4180). */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> header) {
    rows.add(List.copyOf(header));
  }

  /** Adds a row, which must be as long as the header. */
  void row(List<?> cells) {
    if (cells.size() != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "a row must have %d cells, got %s".formatted(rows.get(0).size(), cells));
    }
    rows.add(cells.stream().map(String::valueOf).toList());
  }

  /** Prints columns two spaces apart, the first to the left, the others to the right. */
  void print(PrintWriter out) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String space = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? row.get(i) + space : "  " + space + row.get(i));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** Prints comma-separated values. */
  void printCsv(PrintWriter out) {
    for (List<String> row : rows) {
      out.println(row.stream().map(Csv::quoted).collect(Collectors.joining(",")));
    }
  }
}
