package io.yolo4j.cli;

import io.yolo4j.kernels.LaunchCost;
import io.yolo4j.kernels.PerfCounters.Counter;
import io.yolo4j.profile.Cell;
import io.yolo4j.profile.Circumstances;
import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.Finding;
import io.yolo4j.profile.GpuLayerCounters;
import io.yolo4j.profile.LayerCounters;
import io.yolo4j.profile.LayerCounts;
import io.yolo4j.profile.LayerWork;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.Provenance;
import io.yolo4j.profile.Roofs;
import io.yolo4j.profile.Timing;
import io.yolo4j.profile.Verdict;
import io.yolo4j.profile.WorkCount;
import io.yolo4j.profile.WorkRatio;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Profiles as JSON. Times are seconds, rates per second; what isn't known is null. */
final class ProfileJson {
  /** Raised when a name or unit changes. */
  private static final int SCHEMA = 4;

  private ProfileJson() {}

  /** A profile whose work is told in our own counts and in those of a convention. */
  static Map<String, Object> of(Profile profile, WorkCount count) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", SCHEMA);
    json.put("model", profile.model());
    json.put("height", profile.height());
    json.put("width", profile.width());
    json.put("type", profile.type().nativeName());
    json.put("executor", profile.executor());
    json.put("runs", profile.runs());
    json.put("convention", Convention.OURS.toString());
    json.put("flops", profile.flops());
    json.put("bytes", profile.bytes());
    json.put("counted", of(count));
    json.put("end_to_end", of(profile.endToEnd()));
    json.put("end_to_end_untimed", of(profile.bare()));
    json.put("layers_sum", profile.sum(layer -> layer.time().p50()));
    json.put("gaps_sum", profile.gaps());
    json.put("issue", profile.issue());
    json.put("minor_faults", profile.faults() < 0 ? null : profile.faults());
    json.put("peak", profile.peak());
    json.put("roofs", of(profile.roofs()));
    json.put("work_provenance", Provenance.MODELLED.text());
    json.put("circumstances", of(profile.circumstances()));
    json.put("paging", of(profile.paging()));
    json.put("disturbance", profile.disturbance().orElse(null));
    json.put("findings", Finding.of(profile).stream().map(ProfileJson::of).toList());
    json.put("layers", profile.layers().stream().map(l -> of(l, count)).toList());
    return json;
  }

  static Map<String, Object> of(
      Comparison comparison, Footprints footprints, List<WorkRatio> ratios) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", SCHEMA);
    json.put("flop_ratio", comparison.flopRatio());
    json.put("byte_ratio", comparison.byteRatio());
    json.put("time_ratio", comparison.timeRatio());
    json.put("torchinfo_ratio_raw", footprints.raw());
    json.put("torchinfo_ratio_folded", footprints.folded());
    json.put("torchinfo_ratio_as_run", footprints.asRun());
    json.put("raw_counts_warning", footprints.warning().orElse(null));
    json.put("conventions", ratios.stream().map(ProfileJson::of).toList());
    json.put("fold", footprints.folding().toString());
    json.put("gap", comparison.gap());
    OptionalDouble uncertainty = comparison.uncertainty();
    json.put("gap_uncertainty", uncertainty.isPresent() ? uncertainty.getAsDouble() : null);
    json.put("by_category", shares(comparison.byCategory()));
    json.put("by_part", shares(comparison.byPart()));
    json.put("verdict", Verdict.of(comparison));
    WorkRatio ours = ratios.get(0);
    json.put("first", of(comparison.first(), ours.first()));
    json.put("second", of(comparison.second(), ours.second()));
    return json;
  }

  static Map<String, Object> of(WorkCount count) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("convention", count.convention().toString());
    json.put("unit", count.convention().unit());
    json.put("total", number(count.arithmetic()));
    json.put("bytes", count.bytes().isPresent() ? count.bytes().getAsLong() : null);
    return json;
  }

  private static Map<String, Object> of(WorkRatio ratio) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("convention", ratio.convention().toString());
    json.put("unit", ratio.convention().unit());
    json.put("first", number(ratio.first().arithmetic()));
    json.put("second", number(ratio.second().arithmetic()));
    json.put("ratio", ratio.arithmetic());
    OptionalDouble bytes = ratio.bytes();
    json.put("byte_ratio", bytes.isPresent() ? bytes.getAsDouble() : null);
    return json;
  }

  /** Whole numbers without a point, so that they are read as they were counted. */
  private static Number number(double value) {
    return value == Math.rint(value) && Math.abs(value) < Long.MAX_VALUE ? (long) value : value;
  }

  static Map<String, Object> of(Roofs roofs) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("device", roofs.device());
    json.put("instructions", roofs.instructions());
    json.put("threads", roofs.threads());
    json.put("flops_per_second_float32", roofs.flops());
    json.put("spread", share(roofs.spread()));
    json.put("operations_per_second", roofs.otherPeaks());
    json.put("levels", roofs.levels().stream().map(ProfileJson::of).toList());
    LaunchCost launch = roofs.launch();
    json.put("launch_host", launch == null ? null : launch.hostSeconds());
    json.put("launch_device", launch == null ? null : launch.deviceSeconds());
    return json;
  }

  private static Map<String, Object> of(Roofs.Level level) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", level.name());
    json.put("bytes", level.bytes() == Long.MAX_VALUE ? null : level.bytes());
    json.put("read", level.read());
    json.put("write", level.write());
    json.put("copy", level.copy());
    json.put("triad", level.triad());
    json.put("update", level.update());
    json.put("spread", share(level.spread()));
    return json;
  }

  private static @Nullable Double share(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private static Map<String, Object> of(Timing timing) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("minimum", timing.minimum());
    json.put("p50", timing.p50());
    json.put("p95", timing.p95());
    return json;
  }

  private static Map<String, Object> of(ProfiledLayer layer, WorkCount count) {
    LayerWork work = layer.work();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("node", work.node());
    json.put("path", work.path());
    json.put("operation", work.operation());
    json.put("category", work.category().title());
    json.put("part", work.part().name().toLowerCase(Locale.ROOT));
    json.put("output", work.output().toString());
    json.put("operands", work.operands().nativeName());
    json.put("flops", work.flops());
    OptionalLong counted = count.of(work);
    json.put("counted", counted.isPresent() ? counted.getAsLong() : null);
    json.put("input_bytes", work.inputBytes());
    json.put("weight_bytes", work.weightBytes());
    json.put("output_bytes", work.outputBytes());
    json.put("time", of(layer.time()));
    json.put("gap", layer.gap());
    json.put("issue", layer.issue());
    json.put("roof_compute", layer.roof().compute());
    json.put("roof_memory", layer.roof().memory());
    json.put("bound", layer.boundText());
    LayerCounts counts = layer.counts();
    json.put("minor_faults", of(counts.faults()));
    json.put("paging", of(counts.paging()));
    json.put("allocations", of(counts.allocations()));
    json.put("allocated_bytes", of(counts.allocatedBytes()));
    json.put("reorders", of(counts.reorders()));
    json.put("cpu_counters", of(counts.counters()));
    json.put("gpu_counters", of(counts.gpu()));
    return json;
  }

  private static Map<String, Object> of(LayerCounters counters) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cycles", of(counters.cycles()));
    json.put("instructions", of(counters.instructions()));
    json.put("instructions_per_cycle", of(counters.instructionsPerCycle()));
    json.put("cache_misses", of(counters.misses()));
    json.put("missed_bytes", of(counters.missedBytes()));
    json.put("flops", of(counters.flops()));
    json.put("flops_per_missed_byte", of(counters.intensity()));
    return json;
  }

  private static Map<String, Object> of(GpuLayerCounters counters) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("memory_read_bytes", of(counters.memoryRead()));
    json.put("memory_written_bytes", of(counters.memoryWritten()));
    json.put("memory_bytes", of(counters.memory()));
    json.put("l2_bytes", of(counters.l2()));
    json.put("lane_flops", of(counters.lanes()));
    json.put("tensor_operations", of(counters.tensor()));
    json.put("flops", of(counters.flops()));
    json.put("flops_per_memory_byte", of(counters.intensity()));
    return json;
  }

  private static Map<String, Object> of(Circumstances how) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("end_to_end_runs", how.seconds());
    json.put("blocks", how.blocks());
    json.put("processors", how.processors());
    json.put("load", of(how.load()));
    json.put("fault_seconds", of(how.faultSeconds()));
    Map<String, Object> counters = new LinkedHashMap<>();
    for (Counter counter : Counter.values()) {
      Map<String, Object> cell = of(how.counter(counter));
      cell.put("missing", how.missing().get(counter));
      counters.put(name(counter), cell);
    }
    json.put("counters", counters);
    json.put("gpu_counters", how.gpuCounters().orElse(null));
    return json;
  }

  private static Map<String, Object> of(Finding finding) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
    json.put("seconds", finding.seconds());
    json.put("text", finding.text());
    return json;
  }

  private static Map<String, Object> of(Cell cell) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("value", cell.isKnown() ? cell.value() : null);
    json.put("provenance", cell.provenance().text());
    return json;
  }

  static String name(Counter counter) {
    return counter.name().toLowerCase(Locale.ROOT);
  }

  private static List<Map<String, Object>> shares(List<Comparison.Share> shares) {
    return shares.stream()
        .map(
            share -> {
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("name", share.name());
              json.put("first", share.first());
              json.put("second", share.second());
              json.put("gap", share.gap());
              return json;
            })
        .toList();
  }
}
