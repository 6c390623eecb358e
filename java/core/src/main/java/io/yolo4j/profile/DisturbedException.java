package io.yolo4j.profile;

/** The machine wasn't quiet enough for a measurement that would be believed later. */
public final class DisturbedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DisturbedException(String message) {
    super(message);
  }
}
