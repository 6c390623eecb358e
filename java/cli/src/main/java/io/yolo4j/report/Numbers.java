package io.yolo4j.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/** Numbers as text, the same in every country. */
public final class Numbers {
  private Numbers() {}

  /** Returns up to that many significant digits without an exponent; {@code nan} and so on. */
  public static String significant(double value, int digits) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return "0";
    }
    return new BigDecimal(value)
        .round(new MathContext(digits))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Returns a number with that many decimals; a dash where there is none. */
  public static String fixed(double value, int decimals) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** Returns a percentage; a dash where there is none. */
  public static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** Returns a time as 1:02:03 or 2:03. */
  public static String clock(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "–";
    }
    Duration time = Duration.ofSeconds(Math.round(Math.max(seconds, 0)));
    return time.toHours() > 0
        ? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
