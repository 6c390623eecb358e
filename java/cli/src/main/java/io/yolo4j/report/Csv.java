package io.yolo4j.report;

/** Cells of comma-separated values (RFC 4180). */
public final class Csv {
  private Csv() {}

  /** Returns a cell as it stands in a line: in quotes where it needs them. */
  public static String quoted(String cell) {
    boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
