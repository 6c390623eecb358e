package io.yolo4j.study;

import java.util.Locale;

/** What differs between the cells of a study. */
public enum StudyKind {
  /** The number of training pictures a class. */
  SIZE("pictures a class"),
  /** The augmentation. */
  AUGMENT("augmentation"),
  /** What stands still, and until when. */
  FREEZE("freezing"),
  /** The network. */
  BACKBONE("network");

  private final String title;

  StudyKind(String title) {
    this.title = title;
  }

  /** Returns the word in files and commands. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns what differs, for people. */
  public String title() {
    return title;
  }
}
