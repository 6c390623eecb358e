package io.yolo4j.study;

/**
 * One training of a study.
 *
 * @param cell the alternative
 * @param seed of all its random choices, that of its pictures included
 * @param pictures training pictures
 */
public record StudyRun(StudyCell cell, long seed, int pictures) {
  /** Returns the name of its files. */
  String fileName() {
    return "%s_seed%d".formatted(cell.name(), seed);
  }

  /** Returns what messages call it. */
  public String text() {
    return "%s, seed %d".formatted(cell.name(), seed);
  }
}
