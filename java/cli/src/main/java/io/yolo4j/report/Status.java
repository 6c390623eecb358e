package io.yolo4j.report;

/**
 * How a run stands.
 *
 * @param kind chooses the colour
 * @param text what the page says
 */
record Status(Kind kind, String text) {
  /** What a run can be doing. */
  enum Kind {
    RUNNING,
    FINISHED,
    STOPPED_EARLY,
    CANCELLED,
    FAILED
  }

  /** Returns whether the page will still change. */
  boolean running() {
    return kind == Kind.RUNNING;
  }
}
