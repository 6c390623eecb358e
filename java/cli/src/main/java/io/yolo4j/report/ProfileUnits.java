package io.yolo4j.report;

import java.util.Locale;

/** Quantities of a profile as text; {@code n/a} where there is no number. */
final class ProfileUnits {
  private static final String NONE = "n/a";

  private ProfileUnits() {}

  /** Returns seconds as milliseconds, without the unit. */
  static String millis(double seconds) {
    return fixed(1e3 * seconds, 3);
  }

  /** Returns a number with that many decimals. */
  static String fixed(double value, int decimals) {
    return Double.isFinite(value) ? Numbers.fixed(value, decimals) : NONE;
  }

  /** Returns a number with up to that many significant digits. */
  static String significant(double value, int digits) {
    return Double.isFinite(value) ? Numbers.significant(value, digits) : NONE;
  }

  /** Returns a share as a percentage. */
  static String percent(double share) {
    return Double.isFinite(share) ? Numbers.percent(share) : NONE;
  }

  /** Returns a share, 0 to 1, as a style's length of a bar. */
  static String part(double share) {
    return Double.isFinite(share)
        ? String.format(Locale.ROOT, "%.4f", Math.max(0, Math.min(share, 1)))
        : "0";
  }
}
