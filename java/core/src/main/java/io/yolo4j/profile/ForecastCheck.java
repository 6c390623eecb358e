package io.yolo4j.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A forecast held against the measurement.
 *
 * @param profile the measurement
 * @param forecast the prediction for the same picture, step by step
 * @param calibration what it was made with
 */
public record ForecastCheck(Profile profile, Forecast forecast, Calibration calibration) {
  /** The share by which a time is commonly held to be well predicted. */
  public static final double BAND = 0.3;

  /** Page faults under this share of the time are no reason for an error that matters. */
  private static final double PAGING_SHARE = 0.02;

  /** Checks that both are of the same steps. */
  public ForecastCheck {
    if (profile.layers().size() != forecast.layers().size()) {
      throw new IllegalArgumentException(
          "a forecast must be of the measured steps, got %d for %d"
              .formatted(forecast.layers().size(), profile.layers().size()));
    }
  }

  /**
   * A category's times, seconds.
   *
   * @param category the category
   * @param measured the sum of its layers' medians
   * @param predicted what was predicted for it
   * @param whole the median of whole runs
   */
  public record Line(Category category, double measured, double predicted, double whole) {
    /** Returns whether its error is to be judged by what it is of the whole. */
    public boolean isSmall() {
      return measured < Forecast.SMALL_SHARE * whole;
    }

    /** Returns the error as a share of what was measured. */
    public double error() {
      return predicted / measured - 1;
    }

    /** Returns the error as a share of the whole run. */
    public double errorOfWhole() {
      return (predicted - measured) / whole;
    }
  }

  /** Returns a line for each category that took time. */
  public List<Line> lines() {
    double whole = profile.endToEnd().p50();
    List<Line> lines = new ArrayList<>();
    profile
        .secondsByCategory()
        .forEach(
            (category, seconds) -> {
              if (seconds > 0) {
                lines.add(new Line(category, seconds, forecast.seconds(category), whole));
              }
            });
    return List.copyOf(lines);
  }

  /** Returns the error end to end as a share of what was measured. */
  public double error() {
    return forecast.endToEnd() / profile.endToEnd().p50() - 1;
  }

  /** Returns the error of what lies between steps as a share of the whole run. */
  public double gapErrorOfWhole() {
    return (forecast.gaps() - profile.gaps()) / profile.endToEnd().p50();
  }

  /** Returns how well it was predicted, in words. */
  public String headline() {
    List<Line> large = lines().stream().filter(line -> !line.isSmall()).toList();
    long near = large.stream().filter(line -> Math.abs(line.error()) <= BAND).count();
    return "Predicted are %s ms end to end, measured were %s ms: an error of %s %%. Of %d categories with at least %s %% of the time %d are within %s %%."
        .formatted(
            fixed(1e3 * forecast.endToEnd(), 3),
            fixed(1e3 * profile.endToEnd().p50(), 3),
            String.format(Locale.ROOT, "%+.1f", 100 * error()),
            large.size(),
            fixed(100 * Forecast.SMALL_SHARE, 0),
            near,
            fixed(100 * BAND, 0));
  }

  /** Returns what the prediction rests on. */
  public String basis() {
    return "predicted by %d calibrated rules, of the class of an operation or, where that wasn't calibrated, of its category"
        .formatted(calibration.rules().size());
  }

  /** Returns what page faults have to do with an error; empty where that is next to nothing. */
  public Optional<String> paging() {
    Cell cost = profile.paging();
    return cost.exceeds(PAGING_SHARE * profile.endToEnd().p50())
        ? Optional.of(
            "page faults cost the measured network at most %s ms a run; calibrated rules leave them out"
                .formatted(fixed(1e3 * cost.value(), 3)))
        : Optional.empty();
  }

  private static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
