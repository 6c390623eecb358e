package io.yolo4j.report;

import io.yolo4j.profile.Profile;
import java.util.List;
import java.util.stream.DoubleStream;

/** Draws what layers took over what their roofs predict. */
final class ProfileScatter {
  private static final double WIDTH = 560;
  private static final double HEIGHT = 520;
  private static final double TOP = 12;
  private static final double ROOM = 1.5;

  /** The name of the diagonal stands so far under its end, where layers seldom are. */
  private static final double UNDER = 170;

  private final Markup page;
  private final Profile profile;
  private final List<ProfilePlot.Dot> dots;

  private ProfileScatter(Markup page, Profile profile) {
    this.page = page;
    this.profile = profile;
    dots =
        profile.layers().stream()
            .map(l -> new ProfilePlot.Dot(l, 1e3 * l.roof().seconds(), 1e3 * l.time().p50()))
            .filter(ProfilePlot.Dot::isShown)
            .toList();
  }

  /** Writes a figure, or a sentence where no layer has both times. */
  static void write(Markup page, Profile profile, String id) {
    new ProfileScatter(page, profile).figure(id);
  }

  private void figure(String id) {
    if (dots.isEmpty()) {
      page.element("p", "No layer has a predicted and a measured time.", "class", "muted");
      return;
    }
    ProfileScale x = scale("predicted by the roof, ms");
    ProfileScale y = scale("measured, ms");
    ProfilePlot plot = new ProfilePlot(page, new ProfilePlot.Size(WIDTH, HEIGHT, TOP), x, y);
    page.open("figure", "class", "chart", "id", id);
    page.element("figcaption", "Each layer's median over the least time under its roof");
    plot.open(
        "Measured over predicted milliseconds of %d layers of %s"
            .formatted(dots.size(), profile.model()));
    plot.svg()
        .line(plot.px(x.low()), plot.py(y.low()), plot.px(x.high()), plot.py(y.high()), "roof");
    plot.dots(dots, profile.sum(layer -> layer.time().p50()));
    plot.svg().text("measured = predicted", plot.right() - 6, plot.top() + UNDER, "mark end");
    plot.close(dots);
    page.close();
  }

  /** The same for both axes, so that the diagonal runs from corner to corner. */
  private ProfileScale scale(String title) {
    double[] all = dots.stream().flatMapToDouble(d -> DoubleStream.of(d.x(), d.y())).toArray();
    double least = DoubleStream.of(all).min().orElseThrow() / ROOM;
    double most = DoubleStream.of(all).max().orElseThrow() * ROOM;
    return ProfileScale.around(title, least, most);
  }
}
