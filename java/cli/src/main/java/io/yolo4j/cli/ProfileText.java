package io.yolo4j.cli;

import io.yolo4j.profile.Category;
import io.yolo4j.profile.LayerWork;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.report.Numbers;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A profile as tables. */
final class ProfileText {
  private ProfileText() {}

  /** Returns a row a layer, in the order in which they ran. */
  static Table layers(Profile profile) {
    Table table =
        new Table(
            List.of(
                "layer",
                "category",
                "part",
                "output",
                "MFLOP",
                "MB",
                "FLOP/B",
                "min ms",
                "p50 ms",
                "p95 ms",
                "gap us",
                "GFLOP/s",
                "roof ms",
                "% roof",
                "lost ms",
                "bound"));
    for (ProfiledLayer layer : profile.layers()) {
      LayerWork work = layer.work();
      double seconds = layer.time().p50();
      table.row(
          List.of(
              work.path().isEmpty() ? "input" : work.path(),
              work.category().title(),
              work.part().name().toLowerCase(Locale.ROOT),
              work.output().toString(),
              Numbers.fixed(work.flops() / 1e6, 2),
              Numbers.fixed(work.bytes() / 1e6, 3),
              Numbers.fixed(work.intensity(), 2),
              milliseconds(layer.time().minimum()),
              milliseconds(seconds),
              milliseconds(layer.time().p95()),
              Numbers.fixed(1e6 * layer.gap(), 1),
              seconds > 0 ? Numbers.fixed(work.flops() / seconds / 1e9, 1) : "n/a",
              milliseconds(layer.roof().seconds()),
              Numbers.fixed(100 * layer.roofShare(), 0),
              milliseconds(layer.lost()),
              layer.boundText()));
    }
    return table;
  }

  /** Prints the layers, then sums by category and what the whole run took. */
  static void print(Profile profile, PrintWriter out) {
    layers(profile).print(out);
    out.println();
    categories(profile).print(out);
    out.println();
    double sum = profile.sum(layer -> layer.time().p50());
    out.printf(
        "%s at %dx%d on %s%n",
        profile.model(), profile.height(), profile.width(), profile.executor());
    out.printf(
        "end to end %s ms (min %s, p95 %s): layers %s, between them %s; sum and median differ by %s%n",
        milliseconds(profile.endToEnd().p50()),
        milliseconds(profile.endToEnd().minimum()),
        milliseconds(profile.endToEnd().p95()),
        milliseconds(sum),
        milliseconds(profile.gaps()),
        Numbers.percent((sum + profile.gaps()) / profile.endToEnd().p50() - 1));
    out.printf(
        "%s GFLOP, %s MB moved (our convention); %s GFLOP/s of %s, %s ms under the roofs, %s ms issue alone%n",
        Numbers.fixed(profile.flops() / 1e9, 2),
        Numbers.fixed(profile.bytes() / 1e6, 1),
        Numbers.fixed(profile.flops() / profile.endToEnd().p50() / 1e9, 1),
        Numbers.fixed(profile.peak() / 1e9, 1),
        milliseconds(profile.sum(layer -> layer.roof().seconds())),
        milliseconds(profile.issue()));
    out.printf(
        "timing the steps cost %s; minor page faults a run: %s%s%n",
        Numbers.percent(profile.overhead()),
        profile.faults() < 0 ? "n/a" : Numbers.fixed(profile.faults(), 0),
        profile.faults() > Profile.MANY_FAULTS ? ", enough to show in the times" : "");
  }

  private static Table categories(Profile profile) {
    Table table = new Table(List.of("category", "layers", "ms", "share", "GFLOP/s", "roof ms"));
    double sum = profile.sum(layer -> layer.time().p50());
    for (Map.Entry<Category, Double> entry : profile.secondsByCategory().entrySet()) {
      List<ProfiledLayer> layers =
          profile.layers().stream()
              .filter(layer -> layer.work().category() == entry.getKey())
              .toList();
      if (layers.isEmpty()) {
        continue;
      }
      long flops = layers.stream().mapToLong(layer -> layer.work().flops()).sum();
      table.row(
          List.of(
              entry.getKey().title(),
              layers.size(),
              milliseconds(entry.getValue()),
              Numbers.percent(entry.getValue() / sum),
              Numbers.fixed(flops / entry.getValue() / 1e9, 1),
              milliseconds(layers.stream().mapToDouble(l -> l.roof().seconds()).sum())));
    }
    return table;
  }

  static String threads(int count) {
    return count == 1 ? "1 thread" : count + " threads";
  }

  static String milliseconds(double seconds) {
    return Numbers.fixed(1e3 * seconds, 3);
  }
}
