package io.yolo4j.profile;

/** Where a figure comes from. */
public enum Provenance {
  /** Read off a clock or a counter. */
  MEASURED("measured"),
  /** Computed from what was measured. */
  DERIVED("derived"),
  /** Computed from the network and a model of the device. */
  MODELLED("modelled"),
  /** Not known here; never shown as 0. */
  UNAVAILABLE("n/a");

  private final String text;

  Provenance(String text) {
    this.text = text;
  }

  /** Returns the word for people and files. */
  public String text() {
    return text;
  }
}
