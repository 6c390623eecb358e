package io.yolo4j.cli;

import io.yolo4j.kernels.PerfCounters.Counter;
import io.yolo4j.profile.Category;
import io.yolo4j.profile.Cell;
import io.yolo4j.profile.Circumstances;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.Finding;
import io.yolo4j.profile.LayerWork;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.WorkCount;
import io.yolo4j.report.CounterColumn;
import io.yolo4j.report.Numbers;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;

/** A profile as tables. */
final class ProfileText {
  private ProfileText() {}

  private static final List<String> COLUMNS =
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
          "bound");

  /** What is counted beside the time, with so many decimals. */
  private record Count(String name, Function<ProfiledLayer, Cell> cell, double unit, int decimals) {
    String text(ProfiledLayer layer, String unknown) {
      Cell value = cell.apply(layer);
      return value.isKnown() ? Numbers.fixed(value.value() / unit, decimals) : unknown;
    }
  }

  /** Of the CPU and of GPUs, so that every file has the same columns. */
  private static final List<CounterColumn> COUNTERS = List.of(CounterColumn.values());

  private static final List<Count> COUNTS =
      List.of(
          new Count("faults", layer -> layer.counts().faults(), 1, 0),
          new Count("paging us", layer -> layer.counts().paging(), 1e-6, 1),
          new Count("allocations", layer -> layer.counts().allocations(), 1, 0),
          new Count("allocated MB", layer -> layer.counts().allocatedBytes(), 1e6, 3),
          new Count("reorders", layer -> layer.counts().reorders(), 1, 0));

  /**
   * What is shown of each layer beside its time.
   *
   * @param wide page faults, allocations and reorders
   * @param counters what the CPU counted, or the GPU that ran the steps
   */
  record Extras(boolean wide, boolean counters) {}

  /** Returns a row a layer, in the order in which they ran. */
  static Table layers(Profile profile, WorkCount count, Extras extras) {
    List<String> header = new ArrayList<>(COLUMNS);
    boolean other = count.convention() != Convention.OURS && !count.byNode().isEmpty();
    if (other) {
      header.add("%s M %s".formatted(count.convention(), count.convention().unit()));
    }
    if (extras.wide()) {
      COUNTS.forEach(column -> header.add(column.name()));
    }
    List<CounterColumn> counters = extras.counters() ? CounterColumn.of(profile) : List.of();
    counters.forEach(column -> header.add(column.title()));
    Table table = new Table(header);
    for (ProfiledLayer layer : profile.layers()) {
      List<String> row = row(layer, "n/a");
      if (other) {
        row.add(Numbers.fixed(count.of(layer.work()).orElseThrow() / 1e6, 2));
      }
      if (extras.wide()) {
        COUNTS.forEach(column -> row.add(column.text(layer, "n/a")));
      }
      counters.forEach(column -> row.add(column.text(layer, "n/a")));
      table.row(row);
    }
    return table;
  }

  /**
   * As the wide table, with where each count comes from and the whole numbers of a convention; what
   * isn't known is empty.
   */
  static Table values(Profile profile, WorkCount work) {
    List<String> header = new ArrayList<>(COLUMNS);
    COUNTS.forEach(count -> header.addAll(List.of(count.name(), count.name() + " from")));
    COUNTERS.forEach(count -> header.addAll(List.of(count.title(), count.title() + " from")));
    header.addAll(List.of("convention", "counted", "counted unit"));
    Table table = new Table(header);
    for (ProfiledLayer layer : profile.layers()) {
      List<String> row = row(layer, "");
      for (Count count : COUNTS) {
        row.add(count.text(layer, ""));
        row.add(count.cell().apply(layer).provenance().text());
      }
      for (CounterColumn count : COUNTERS) {
        row.add(count.text(layer, ""));
        row.add(count.cell(layer).provenance().text());
      }
      OptionalLong counted = work.of(layer.work());
      row.add(work.convention().toString());
      row.add(counted.isPresent() ? Long.toString(counted.getAsLong()) : "");
      row.add(work.convention().unit());
      table.row(row);
    }
    return table;
  }

  private static List<String> row(ProfiledLayer layer, String unknown) {
    LayerWork work = layer.work();
    double seconds = layer.time().p50();
    return new ArrayList<>(
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
            seconds > 0 ? Numbers.fixed(work.flops() / seconds / 1e9, 1) : unknown,
            milliseconds(layer.roof().seconds()),
            Numbers.fixed(100 * layer.roofShare(), 0),
            milliseconds(layer.lost()),
            layer.boundText()));
  }

  /** Prints the layers, then sums by category and what the whole run took. */
  static void print(Profile profile, WorkCount count, Extras extras, PrintWriter out) {
    layers(profile, count, extras).print(out);
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
    out.println(count.text());
    profile.roofs().tensorNote(profile.type()).ifPresent(out::println);
    out.printf("timing the steps cost %s%n", Numbers.percent(profile.overhead()));
    circumstances(profile, extras, out);
    Finding.of(profile).forEach(finding -> out.println(finding.text()));
    profile.disturbance().ifPresent(text -> out.printf("Warning: %s.%n", text));
  }

  private static void circumstances(Profile profile, Extras extras, PrintWriter out) {
    Circumstances how = profile.circumstances();
    out.printf(
        "a run: %s minor page faults, %s context switches, %s of them involuntary; others kept %s of %d processors busy%n",
        text(how.counter(Counter.MINOR_FAULTS), 0),
        text(how.counter(Counter.CONTEXT_SWITCHES), 0),
        text(how.counter(Counter.INVOLUNTARY_SWITCHES), 0),
        text(how.load(), 2),
        how.processors());
    Cell flops = how.counter(Counter.FLOPS);
    out.printf(
        "times are measured, FLOPs, bytes and roofs modelled%s; faults and switches are measured, allocations derived from where tensors lie, reorders modelled from layouts%n",
        flops.isKnown()
            ? ", %s GFLOP were counted".formatted(Numbers.fixed(flops.value() / 1e9, 2))
            : "");
    if (extras.counters() && how.gpuCounters().isPresent()) {
      out.printf(
          "GPU counters: %s; bytes and tensor operations are measured, lanes' operations derived from their instructions%n",
          how.gpuCounters().get());
    } else if (extras.counters()) {
      out.println(
          COUNTERS.stream().anyMatch(column -> column.isKnown(profile))
              ? "cycles, instructions, misses and counted MFLOP are measured, in runs of their own; the rest of the CPU's columns is derived from them"
              : "single steps: n/a, nothing counts here or the runtime tells of its steps at the end of a run");
    }
    if (extras.wide() || extras.counters()) {
      for (Counter counter : Counter.values()) {
        String reason = how.missing().get(counter);
        out.printf(
            "%s: %s%n",
            ProfileJson.name(counter),
            reason == null ? text(how.counter(counter), 0) : "n/a, " + reason);
      }
    }
  }

  private static String text(Cell cell, int decimals) {
    return cell.isKnown() ? Numbers.fixed(cell.value(), decimals) : "n/a";
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
