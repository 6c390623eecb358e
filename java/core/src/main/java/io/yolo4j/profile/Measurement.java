package io.yolo4j.profile;

import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.kernels.PerfCounters;
import io.yolo4j.kernels.PerfCounters.Counter;
import io.yolo4j.profile.Profiler.Entrant;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.runtime.StepMemory;
import io.yolo4j.runtime.StepTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One network while it is measured, run by run. */
final class Measurement implements AutoCloseable {
  /** Runs in which is counted step by step; reading counters takes time. */
  private static final int COUNTED_RUNS = 5;

  /** Pages that are touched to see what a fault costs: a few milliseconds. */
  private static final int TOUCHED_PAGES = 4096;

  private final Entrant entrant;
  private final MeasurableExecutor executor;
  private final int runs;
  private final boolean counted;
  private final Profiler.Openers openers;
  private final ImageBatch batch;
  private final StepSamples whole;
  private final ProcessCounters counters;
  private final OtherWork others = new OtherWork();

  Measurement(Entrant entrant, Profiler.Options options, Profiler.Openers openers) {
    this.entrant = entrant;
    this.openers = openers;
    runs = options.runs();
    counted = options.counters();
    executor = entrant.executor();
    batch = ImageBatch.noise(1, entrant.subject().height(), entrant.subject().width());
    whole = new StepSamples(nodes(), runs);
    counters = ProcessCounters.all(openers.process(), runs);
  }

  void warmUp() {
    executor.run(batch);
  }

  /** Runs once without timed steps, once with. */
  void run(int index) {
    run(whole, batch, index, counters);
  }

  private void run(
      StepSamples samples, ImageBatch pixels, int index, @Nullable ProcessCounters process) {
    long start = System.nanoTime();
    executor.run(pixels);
    samples.bare(index, System.nanoTime() - start);
    if (process != null) {
      process.begin(index);
    }
    long begun = samples.begin(index);
    executor.run(pixels, samples);
    samples.end(begun, System.nanoTime());
    if (process != null) {
      process.end(index);
    }
  }

  /** Returns times on the smallest picture. */
  StepSamples smallest(int warmup) {
    int stride = executor.head().maxStride();
    ImageBatch small = ImageBatch.noise(1, stride, stride);
    for (int i = 0; i < warmup; i++) {
      executor.run(small);
    }
    StepSamples samples = new StepSamples(nodes(), runs);
    for (int i = 0; i < runs; i++) {
      run(samples, small, i, null);
    }
    return samples;
  }

  /** Returns the profile of the runs so far. */
  Profile profile(StepSamples small, Roofs roofs, int blocks) {
    Profiler.Subject subject = entrant.subject();
    Cell faultSeconds = faultSeconds();
    // After the times: counting on a GPU changes its clocks.
    Optional<GpuStepCounters.Result> gpu = gpuCounts();
    List<ProfiledLayer> layers = layers(small, roofs, counts(faultSeconds, gpu));
    Map<Counter, Cell> medians = counters.medians();
    Circumstances circumstances =
        new Circumstances(
            whole.seconds(),
            blocks,
            Runtime.getRuntime().availableProcessors(),
            others.processors(),
            medians,
            counters.missing(),
            faultSeconds,
            gpu.map(GpuStepCounters.Result::text));
    return new Profile(
        subject.model(),
        subject.height(),
        subject.width(),
        subject.type(),
        executor.describe(),
        roofs,
        layers,
        whole.timed(),
        whole.bare(),
        small.timed().p50(),
        whole.gaps(),
        circumstances.counter(Counter.MINOR_FAULTS).known().orElse(-1),
        runs,
        circumstances);
  }

  private List<LayerWork> cut() {
    Profiler.Subject subject = entrant.subject();
    return LayerCut.of(
        executor
            .graph()
            .withInputs(Shape.of(1, ImageBatch.CHANNELS, subject.height(), subject.width())),
        executor.doneBy(),
        subject.backboneRows(),
        types(subject.type()));
  }

  private List<ProfiledLayer> layers(
      StepSamples small, Roofs roofs, Map<Integer, LayerCounts> counts) {
    List<ProfiledLayer> layers = new ArrayList<>();
    for (LayerWork work : cut()) {
      layers.add(
          new ProfiledLayer(
              work,
              whole.time(work.node()),
              whole.gap(work.node()),
              small.time(work.node()).p50(),
              RoofTime.of(work, roofs),
              Objects.requireNonNull(counts.get(work.node()))));
    }
    return layers;
  }

  private List<StepTypes> types(ElementType usual) {
    List<StepTypes> types = executor.types();
    return types.isEmpty() ? StepTypes.all(nodes(), usual) : types;
  }

  private Optional<GpuStepCounters.Result> gpuCounts() {
    return counted && executor.gpu().isPresent()
        ? Optional.of(
            GpuStepCounters.count(openers.gpu(), executor, batch, entrant.subject().type()))
        : Optional.empty();
  }

  private Map<Integer, LayerCounts> counts(
      Cell faultSeconds, Optional<GpuStepCounters.Result> gpu) {
    Map<Integer, StepMemory> memory = new HashMap<>();
    executor.memory(batch).forEach(step -> memory.put(step.node(), step));
    Map<Integer, LayerCounts> counts = new HashMap<>();
    Set<Counter> faults = Set.of(Counter.MINOR_FAULTS);
    StepCounters paging = counted(faults);
    for (LayerWork layer : cut()) {
      int node = layer.node();
      counts.put(
          node, counts(paging.of(Counter.MINOR_FAULTS, node), faultSeconds, memory.get(node)));
    }
    if (counted) {
      // By themselves: more files to read would add their faults to the steps'.
      StepCounters processor = counted(LayerCounters.COUNTED);
      counts.replaceAll((node, count) -> count.withCounters(counters(processor, node)));
    }
    gpu.ifPresent(found -> counts.replaceAll((node, count) -> count.withGpu(found.of(node))));
    return counts;
  }

  private StepCounters counted(Set<Counter> wanted) {
    // Who tells of all steps at the end of the run would leave it all to the first.
    Set<Counter> seen = executor.tellsOfStepsAsTheyEnd() ? wanted : Set.of();
    try (ProcessCounters reader = new ProcessCounters(openers.process(), wanted, 1)) {
      StepCounters steps = new StepCounters(reader, seen, nodes(), COUNTED_RUNS);
      for (int i = 0; i < COUNTED_RUNS && !seen.isEmpty(); i++) {
        steps.begin(i);
        executor.run(batch, steps);
      }
      return steps;
    }
  }

  private static LayerCounters counters(StepCounters steps, int node) {
    return new LayerCounters(
        steps.of(Counter.CYCLES, node),
        steps.of(Counter.INSTRUCTIONS, node),
        steps.of(Counter.CACHE_MISSES, node),
        steps.of(Counter.FLOPS, node));
  }

  private static LayerCounts counts(Cell faults, Cell seconds, @Nullable StepMemory memory) {
    Cell paging = Cell.derived(faults.value() * seconds.value());
    return memory == null
        ? new LayerCounts(faults, paging, Cell.UNAVAILABLE, Cell.UNAVAILABLE, Cell.UNAVAILABLE)
        : new LayerCounts(
            faults,
            paging,
            Cell.derived(memory.allocations()),
            Cell.derived((double) memory.bytes()),
            memory.reorders() < 0 ? Cell.UNAVAILABLE : Cell.modelled(memory.reorders()));
  }

  private static Cell faultSeconds() {
    try {
      return Cell.measured(PerfCounters.faultSeconds(TOUCHED_PAGES));
    } catch (UnsupportedOperationException | NativeException e) {
      return Cell.UNAVAILABLE;
    }
  }

  private int nodes() {
    return executor.graph().nodes().size();
  }

  @Override
  public void close() {
    counters.close();
  }
}
