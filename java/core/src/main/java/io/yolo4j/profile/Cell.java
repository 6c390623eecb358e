package io.yolo4j.profile;

import java.util.OptionalDouble;

/**
 * A figure and where it comes from. What isn't known is no number, least of all 0.
 *
 * @param value the figure; NaN where it is unavailable, and nowhere else
 * @param provenance where it comes from
 */
public record Cell(double value, Provenance provenance) {
  /** What nobody knows. */
  public static final Cell UNAVAILABLE = new Cell(Double.NaN, Provenance.UNAVAILABLE);

  /** Checks that there is a number exactly where there should be one. */
  public Cell {
    if (Double.isNaN(value) != (provenance == Provenance.UNAVAILABLE)) {
      throw new IllegalArgumentException(
          "a cell is NaN where it is unavailable and nowhere else, got %s, %s"
              .formatted(value, provenance.text()));
    }
  }

  /** Returns a figure that was counted; unavailable if it is NaN. */
  public static Cell measured(double value) {
    return of(value, Provenance.MEASURED);
  }

  /** Returns a figure that was computed from what was looked at; unavailable if it is NaN. */
  public static Cell derived(double value) {
    return of(value, Provenance.DERIVED);
  }

  /** Returns a figure that shapes and rules give. */
  public static Cell modelled(double value) {
    return of(value, Provenance.MODELLED);
  }

  private static Cell of(double value, Provenance provenance) {
    return Double.isNaN(value) ? UNAVAILABLE : new Cell(value, provenance);
  }

  /** Returns whether there is a number. */
  public boolean isKnown() {
    return provenance != Provenance.UNAVAILABLE;
  }

  /** Returns the number, if there is one. */
  public OptionalDouble known() {
    return isKnown() ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** Returns whether it is known and above a bound. */
  public boolean exceeds(double bound) {
    return isKnown() && value > bound;
  }
}
