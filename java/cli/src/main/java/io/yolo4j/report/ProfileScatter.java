package io.yolo4j.report;

import static io.yolo4j.report.Polyline.number;

import io.yolo4j.profile.ForecastCheck;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Draws what layers took over another time of theirs: the least that they could, or a forecast. */
final class ProfileScatter {
  private static final double WIDTH = 560;
  private static final double HEIGHT = 520;
  private static final double TOP = 12;
  private static final double ROOM = 1.5;

  /** The name of the diagonal stands so far under its end, where layers seldom are. */
  private static final double UNDER = 170;

  private final Markup page;
  private final Profile profile;
  private final Words words;
  private final List<ProfilePlot.Dot> dots;

  /**
   * What the drawing says.
   *
   * @param caption its title
   * @param axis what lies to the right
   * @param diagonal what holds on the diagonal
   */
  private record Words(String caption, String axis, String diagonal) {}

  private ProfileScatter(
      Markup page, Profile profile, Words words, List<ProfilePlot.Dot> candidates) {
    this.page = page;
    this.profile = profile;
    this.words = words;
    dots = candidates.stream().filter(ProfilePlot.Dot::isShown).toList();
  }

  /** Writes what layers took over the least time under their roofs. */
  static void roofs(Markup page, Profile profile, String id) {
    Words words =
        new Words(
            "Each layer's median over the least time under its roof",
            "least time under the roof, ms",
            "measured = roof");
    List<ProfilePlot.Dot> dots =
        profile.layers().stream()
            .map(l -> new ProfilePlot.Dot(l, 1e3 * l.roof().seconds(), 1e3 * l.time().p50(), ""))
            .toList();
    new ProfileScatter(page, profile, words, dots).figure(id, 0);
  }

  /** Writes what layers took over what was predicted for them, with a band of errors. */
  static void forecast(Markup page, ForecastCheck check, String id) {
    Words words =
        new Words(
            "Each layer's median over its prediction; shaded: errors of up to ±%s"
                .formatted(ProfileUnits.percent(ForecastCheck.BAND)),
            "predicted, ms",
            "measured = predicted");
    List<ProfilePlot.Dot> dots = new ArrayList<>();
    for (int i = 0; i < check.profile().layers().size(); i++) {
      ProfiledLayer layer = check.profile().layers().get(i);
      double predicted = check.forecast().layers().get(i);
      String note = ", predicted %s ms".formatted(ProfileUnits.millis(predicted));
      dots.add(new ProfilePlot.Dot(layer, 1e3 * predicted, 1e3 * layer.time().p50(), note));
    }
    new ProfileScatter(page, check.profile(), words, dots).figure(id, ForecastCheck.BAND);
  }

  /**
   * The figure, or a sentence where no layer has both times.
   *
   * @param error the share of the measured time that the band leaves room for; 0: no band
   */
  private void figure(String id, double error) {
    if (dots.isEmpty()) {
      page.element("p", "No layer has both times.", "class", "muted");
      return;
    }
    ProfileScale x = scale(words.axis());
    ProfileScale y = scale("measured, ms");
    ProfilePlot plot = new ProfilePlot(page, new ProfilePlot.Size(WIDTH, HEIGHT, TOP), x, y);
    page.open("figure", "class", "chart scatter", "id", id);
    page.element("figcaption", words.caption());
    plot.open(
        "Measured milliseconds over %s of %d layers of %s"
            .formatted(words.axis(), dots.size(), profile.model()));
    if (error > 0) {
      band(plot, x, error);
    }
    plot.svg()
        .line(plot.px(x.low()), plot.py(y.low()), plot.px(x.high()), plot.py(y.high()), "roof");
    plot.dots(dots, profile.sum(layer -> layer.time().p50()));
    plot.svg().text(words.diagonal(), plot.right() - 6, plot.top() + UNDER, "mark end");
    plot.close(dots);
    page.close();
  }

  /**
   * Shades where the predicted time is at most that much off the measured one, from edge to edge;
   * both axes are one scale.
   */
  private void band(ProfilePlot plot, ProfileScale scale, double error) {
    double low = scale.low();
    double high = scale.high();
    double over = 1 + error;
    double under = 1 - error;
    String path =
        "M%sL%sL%sL%sL%sL%sZ"
            .formatted(
                at(plot, low, low),
                at(plot, low, low / under),
                at(plot, high * under, high),
                at(plot, high, high),
                at(plot, high, high / over),
                at(plot, low * over, low));
    page.leaf("path", "d", path, "class", "band");
  }

  private static String at(ProfilePlot plot, double x, double y) {
    return number(plot.px(x)) + " " + number(plot.py(y));
  }

  /** The same for both axes, so that the diagonal runs from corner to corner. */
  private ProfileScale scale(String title) {
    double[] all = dots.stream().flatMapToDouble(d -> DoubleStream.of(d.x(), d.y())).toArray();
    double least = DoubleStream.of(all).min().orElseThrow() / ROOM;
    double most = DoubleStream.of(all).max().orElseThrow() * ROOM;
    return ProfileScale.around(title, least, most);
  }
}
