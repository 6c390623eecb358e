package io.yolo4j.data;

import java.nio.file.Path;

/**
 * Something wrong with a data set.
 *
 * @param kind what
 * @param file the picture or label file
 * @param line its line, from 1; 0 where the whole file is meant
 * @param message what must hold and what was found
 */
public record DataIssue(Kind kind, Path file, int line, String message) {
  /** What can be wrong. */
  public enum Kind {
    /** The picture cannot be read; it is left out. */
    UNREADABLE_IMAGE,
    /** A side of the picture is under 10 pixels; it is left out. */
    SMALL_IMAGE,
    /** There is no label file. */
    MISSING_LABELS,
    /** The label file cannot be read; its picture is left out. */
    UNREADABLE_LABELS,
    /** A row has neither five columns nor those of a polygon; it is dropped. */
    WRONG_COLUMNS,
    /** A column is no number; the row is dropped. */
    NOT_A_NUMBER,
    /** The class is not one of the data set's; the row is dropped. */
    UNKNOWN_CLASS,
    /** A coordinate is outside 0 to 1; the row is dropped or clipped. */
    OUT_OF_RANGE,
    /** The box has no area; the row is dropped. */
    ZERO_AREA,
    /** The row says what an earlier one says; it is dropped. */
    DUPLICATE,
    /** An annotation file of another format cannot be read; it is left out. */
    UNREADABLE_ANNOTATIONS,
    /** An object or picture of an annotation file cannot be understood; it is left out. */
    BAD_ANNOTATION,
    /** No picture, or more than one, has the name that a file gives; the entry is left out. */
    MISSING_IMAGE,
    /** Two names of a picture disagree and both exist; the annotation file's own is followed. */
    NAME_MISMATCH,
    /** Boxes were drawn on a picture of another shape; the picture is left out. */
    SIZE_MISMATCH,
    /** Another picture of the same part has the same pixels. */
    DUPLICATE_IMAGE,
    /** A picture, or another with the same pixels, is in two parts. */
    SHARED_IMAGE
  }

  /** Returns {@code file:line: message}. */
  @Override
  public String toString() {
    return (line > 0 ? file + ":" + line : file.toString()) + ": " + message;
  }
}
