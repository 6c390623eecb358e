package io.yolo4j.cli;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.GpuCounters;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.profile.CounterSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j profile counters}. */
@Command(
    name = "counters",
    description = "Show what NVIDIA's GPUs can count, by their chip; it takes CUPTI, but no GPU.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ProfileCountersCommand implements Callable<Integer> {
  /** Types whose products tensor cores make. */
  private static final List<ElementType> TENSOR_TYPES =
      List.of(ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.I8);

  private static final String NOT_KNOWN = "n/a";

  @Mixin private TableOutput output = new TableOutput();

  @Option(
      names = "--chip",
      paramLabel = "NAME",
      description = "Show the metrics of a chip, for example GA102, and how many passes they take.")
  private @Nullable String chip;

  @Override
  public Integer call() {
    try (GpuCounters counters = CounterAccess.open(output.environment())) {
      CounterAccess.Result access = CounterAccess.of(counters);
      if (chip == null) {
        list(counters, access);
      } else {
        describe(counters, access, known(counters, chip));
      }
    } catch (NativeException | UnsupportedOperationException e) {
      withoutLibrary(CounterAccess.without(e));
    }
    return ExitCode.DONE;
  }

  /** The tools that come without counters still take times; so that isn't a failure. */
  private void withoutLibrary(CounterAccess.Result access) {
    Table table = new Table(List.of("chip"));
    print(access, table, json(access));
  }

  private void list(GpuCounters counters, CounterAccess.Result access) {
    Table table = new Table(List.of("chip", "memory", "metrics", "passes"));
    List<Map<String, Object>> chips = new ArrayList<>();
    for (String name : counters.chips()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("chip", name);
      try {
        CounterSet set = CounterSet.of(name);
        int passes = counters.passes(name, set.metrics());
        row.put("memory", set.title(CounterSet.Quantity.MEMORY_BYTES));
        row.put("metrics", set.metrics().size());
        row.put("passes", passes);
      } catch (UnsupportedOperationException | NativeException e) {
        // CUPTI lists chips that it knows nothing more of, and will list ones that we don't know.
        row.put("memory", null);
        row.put("metrics", null);
        row.put("passes", null);
      }
      table.row(row.values().stream().map(cell -> cell == null ? NOT_KNOWN : cell).toList());
      chips.add(row);
    }
    Map<String, Object> json = json(access);
    json.put("chips", chips);
    print(access, table, json);
  }

  private static String known(GpuCounters counters, String wanted) {
    String name = wanted.toUpperCase(Locale.ROOT);
    if (!counters.chips().contains(name)) {
      throw new CommandException(
          ExitCode.USAGE,
          "--chip: no chip is named '%s'; there are %s"
              .formatted(wanted, String.join(", ", counters.chips())));
    }
    return name;
  }

  private void describe(GpuCounters counters, CounterAccess.Result access, String name) {
    CounterSet set = setOf(name);
    Table table = new Table(List.of("metric", "gives", "exists", "passes"));
    List<Map<String, Object>> metrics = new ArrayList<>();
    for (CounterSet.Counter counter : set.counters()) {
      row(counters, name, counter.metric(), set.title(counter.quantity()), table, metrics);
    }
    for (ElementType type : TENSOR_TYPES) {
      for (String metric : set.tensorMetrics(type)) {
        row(counters, name, metric, "tensor operations, " + type.nativeName(), table, metrics);
      }
    }
    Map<String, Object> json = json(access);
    json.put("chip", name);
    json.put("metrics", metrics);
    OptionalInt passes = passes(counters, name, set.metrics());
    json.put("default_passes", passes.isPresent() ? passes.getAsInt() : null);
    print(access, table, json);
    if (output.format() == TableOutput.Format.TABLE) {
      output
          .out()
          .printf(
              "The default set, all but tensor operations, takes %s passes.%n",
              passes.isPresent() ? passes.getAsInt() : NOT_KNOWN);
    }
  }

  private static CounterSet setOf(String name) {
    try {
      return CounterSet.of(name);
    } catch (UnsupportedOperationException e) {
      throw new CommandException(ExitCode.USAGE, "--chip: " + e.getMessage());
    }
  }

  private static void row(
      GpuCounters counters,
      String name,
      String metric,
      String gives,
      Table table,
      List<Map<String, Object>> json) {
    boolean exists = counters.hasMetric(name, metric);
    OptionalInt passes = exists ? passes(counters, name, List.of(metric)) : OptionalInt.empty();
    table.row(
        List.of(
            metric,
            gives,
            exists ? "yes" : "no",
            passes.isPresent() ? passes.getAsInt() : NOT_KNOWN));
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("metric", metric);
    row.put("gives", gives);
    row.put("exists", exists);
    row.put("passes", passes.isPresent() ? passes.getAsInt() : null);
    json.add(row);
  }

  private static OptionalInt passes(GpuCounters counters, String name, List<String> metrics) {
    try {
      return OptionalInt.of(counters.passes(name, metrics));
    } catch (NativeException e) {
      return OptionalInt.empty();
    }
  }

  private static Map<String, Object> json(CounterAccess.Result access) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("tier", access.tier());
    json.put("detail", access.sentence());
    json.put("library", access.library().orElse(null));
    return json;
  }

  private void print(CounterAccess.Result access, Table table, Map<String, Object> json) {
    switch (output.format()) {
      case JSON -> output.printJson(json);
      case CSV -> table.printCsv(output.out());
      case TABLE -> {
        output.out().println(access.sentence());
        if (access.library().isPresent()) {
          table.print(output.out());
        }
      }
    }
  }
}
