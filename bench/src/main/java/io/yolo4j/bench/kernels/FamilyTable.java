package io.yolo4j.bench.kernels;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One family's table: a row a layer and form, and sums over the layers. */
final class FamilyTable {
  private static final String NOTHING = "—";

  private final PrintStream out;
  private final boolean eachLayer;
  private final Map<String, Sum> sums = new LinkedHashMap<>();
  private final Set<String> notes = new TreeSet<>();

  /** The layers of a variant, added up; a form that misses one of them has no sum. */
  private static final class Sum {
    final Map<String, Double> seconds = new LinkedHashMap<>();
    Work work = Work.NONE;
    int layers;
  }

  /**
   * Begins a table.
   *
   * @param eachLayer whether to print the layers, or only the sums
   */
  FamilyTable(PrintStream out, boolean eachLayer) {
    this.out = out;
    this.eachLayer = eachLayer;
  }

  void begin(String title) {
    out.printf("### %s%n%n", title);
    out.println("| layer | form | µs | GB/s | GFLOP/s | ratio to ours | share of copy |");
    out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
  }

  /** Prints a case's rows. */
  void add(KernelCase one, Map<String, Double> seconds, Map<String, String> missing) {
    missing.forEach(
        (form, reason) -> notes.add("%s %s: %s".formatted(form, one.variant(), reason)));
    if (eachLayer) {
      rows(one.layer(), one, seconds, one.work());
    }
    Sum sum = sums.computeIfAbsent(one.variant(), variant -> new Sum());
    if (sum.layers == 0) {
      one.forms().forEach(form -> sum.seconds.put(form.name(), 0.0));
    }
    sum.layers++;
    sum.work = sum.work.plus(one.work());
    sum.seconds.replaceAll((form, all) -> all + seconds.getOrDefault(form, Double.NaN));
  }

  /** Prints the sums, and why forms are missing. */
  void end() {
    sums.forEach(
        (variant, sum) -> {
          if (sum.layers > 1 || !eachLayer) {
            sum.seconds.forEach(
                (form, all) -> row("all " + sum.layers, form, variant, all, sum.work, sum.seconds));
          }
        });
    out.println();
    notes.forEach(note -> out.println("- " + note));
    out.println();
    out.flush();
  }

  private void rows(String layer, KernelCase one, Map<String, Double> seconds, Work work) {
    for (FormMaker form : one.forms()) {
      Double time = seconds.get(form.name());
      row(layer, form.name(), one.variant(), time == null ? Double.NaN : time, work, seconds);
    }
    out.flush();
  }

  private void row(
      String layer,
      String form,
      String variant,
      double time,
      Work work,
      Map<String, Double> seconds) {
    out.printf(
        "| %s | %s %s | %s | %s | %s | %s | %s |%n",
        layer,
        form,
        variant,
        number("%.1f", time * 1e6),
        number("%.2f", work.bytes() / time / 1e9),
        number("%.2f", work.flops() / time / 1e9),
        number("%.2f", time / of(seconds, FormMaker.OURS)),
        number("%.2f", of(seconds, FormMaker.COPY) / time));
  }

  private static double of(Map<String, Double> seconds, String form) {
    @Nullable Double time = seconds.get(form);
    return time == null ? Double.NaN : time;
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? NOTHING : String.format(Locale.ROOT, format, value);
  }
}
