package io.yolo4j.report;

import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.Roofs;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Draws the roofline with a line for each level of memory, after Williams, Waterman and Patterson
 * (2009) and, for the levels, Ilic, Pratas and Sousa (2014). The lines are named over the plot,
 * each a row lower than the one to its left, so that no name lies on another's leader.
 */
final class ProfileRoofline {
  private static final double WIDTH = 860;
  private static final double HEIGHT = 520;
  private static final double ROW = 15;

  /** What stays free around dots and where lines meet, as a factor. */
  private static final double ROOM = 2;

  /** The share of the width that stays free for names to the right of the last ridge. */
  private static final double FOR_NAMES = 0.2;

  /** Room of a letter, about. */
  private static final double LETTER = 6.4;

  private final Markup page;
  private final Profile profile;
  private final List<Roofs.Level> levels;
  private final List<ProfilePlot.Dot> dots;
  private final ProfileScale x;
  private final ProfileScale y;
  private final ProfilePlot plot;

  private ProfileRoofline(Markup page, Profile profile) {
    this.page = page;
    this.profile = profile;
    levels =
        profile.roofs().levels().stream()
            .filter(level -> level.bandwidth() > 0 && Double.isFinite(level.bandwidth()))
            .sorted(Comparator.comparingDouble(Roofs.Level::bandwidth).reversed())
            .toList();
    dots =
        profile.layers().stream()
            .map(ProfileRoofline::dot)
            .filter(ProfilePlot.Dot::isShown)
            .toList();
    x = intensities();
    y = speeds();
    double top = ROW * (levels.size() + 1) + 10;
    plot = new ProfilePlot(page, new ProfilePlot.Size(WIDTH, HEIGHT, top), x, y);
  }

  /** Writes a figure with the roofline of a profile. */
  static void write(Markup page, Profile profile, String id) {
    new ProfileRoofline(page, profile).figure(id);
  }

  private static ProfilePlot.Dot dot(ProfiledLayer layer) {
    double speed = layer.work().flops() / layer.time().p50() / 1e9;
    return new ProfilePlot.Dot(layer, layer.work().intensity(), speed, "");
  }

  private double peak() {
    return profile.peak() / 1e9;
  }

  private double ridge(Roofs.Level level) {
    return profile.peak() / level.bandwidth();
  }

  /** Holds all dots and ridges, with room to the right for names. */
  private ProfileScale intensities() {
    double[] all =
        DoubleStream.concat(
                dots.stream().mapToDouble(ProfilePlot.Dot::x),
                levels.stream().mapToDouble(this::ridge))
            .toArray();
    double least = DoubleStream.of(all).min().orElse(1) / ROOM;
    double most = DoubleStream.of(all).max().orElse(1) * ROOM;
    double last = levels.stream().mapToDouble(this::ridge).max().orElse(1);
    double low = ProfileScale.around("", least, most).low();
    double named = Math.exp((Math.log(last) - FOR_NAMES * Math.log(low)) / (1 - FOR_NAMES));
    return ProfileScale.around("FLOP/byte", least, Math.max(most, named));
  }

  private ProfileScale speeds() {
    double least = dots.stream().mapToDouble(ProfilePlot.Dot::y).min().orElse(peak() / 100);
    double most = dots.stream().mapToDouble(ProfilePlot.Dot::y).max().orElse(peak());
    return ProfileScale.around(
        "GFLOP/s", Math.min(least, peak()) / ROOM, Math.max(most, peak()) * 1.2);
  }

  private void figure(String id) {
    page.open("figure", "class", "chart wide", "id", id);
    page.element(
        "figcaption", "Roofline of %s, one dot a layer".formatted(profile.roofs().device()));
    plot.open(summary());
    page.open("g", "class", "roofs");
    levels.forEach(this::slope);
    double first = levels.isEmpty() ? x.low() : Math.max(x.low(), ridge(levels.get(0)));
    plot.svg().line(plot.px(first), plot.py(peak()), plot.right(), plot.py(peak()), "roof");
    page.close();
    plot.dots(dots, profile.sum(layer -> layer.time().p50()));
    names();
    plot.close(dots);
    page.close();
  }

  private String summary() {
    return "Roofline of %s: GFLOP/s over FLOP/byte of %d layers, a peak of %s GFLOP/s"
        .formatted(profile.model(), dots.size(), ProfileUnits.significant(peak(), 4));
  }

  /** The line of a level, from where it enters the plot to the peak. */
  private void slope(Roofs.Level level) {
    double bandwidth = level.bandwidth() / 1e9;
    double from = Math.max(x.low(), y.low() / bandwidth);
    double to = peak() / bandwidth;
    if (from < to) {
      plot.svg()
          .line(plot.px(from), plot.py(from * bandwidth), plot.px(to), plot.py(peak()), "roof");
    }
  }

  private void names() {
    page.open("g", "class", "names");
    double last = plot.px(x.low());
    for (int i = 0; i < levels.size(); i++) {
      Roofs.Level level = levels.get(i);
      last = plot.px(ridge(level));
      String speed = ProfileUnits.significant(level.bandwidth() / 1e9, 3);
      name("%s %s GB/s".formatted(level.name(), speed), last, ROW * (i + 1));
    }
    String peak = ProfileUnits.significant(peak(), 3);
    name("peak %s GFLOP/s".formatted(peak), last + ROW, ROW * (levels.size() + 1));
    page.close();
  }

  /** A name that begins at a leader down to the peak. */
  private void name(String text, double at, double base) {
    plot.svg().line(at, base - 8, at, plot.py(peak()), "leader");
    double farthest = plot.right() - LETTER * text.length();
    plot.svg().text(text, Math.min(at + 4, farthest), base, "mark");
  }
}
