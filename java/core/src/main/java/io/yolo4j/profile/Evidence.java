package io.yolo4j.profile;

/** What a predicted time rests on, the strongest first. */
public enum Evidence {
  /** The very thing was run and timed. */
  REPLAYED("replayed"),
  /** Scaled from times on the same device, by rules fitted to other times on it. */
  CALIBRATED("calibrated"),
  /** Scaled from times on the same device, where a rule is missing as its roofs would have it. */
  SCALED("scaled by the roofs"),
  /** A vendor's figures and assumed costs: only ever a range. */
  SPECIFICATION_ONLY("specification only");

  private final String text;

  Evidence(String text) {
    this.text = text;
  }

  /** Returns the words for people and files. */
  public String text() {
    return text;
  }
}
