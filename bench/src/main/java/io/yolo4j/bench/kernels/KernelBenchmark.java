package io.yolo4j.bench.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A family's layers in one form, one after the other. What {@link KernelTable} prints side by side
 * JMH measures one at a time, each in a process of its own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class KernelBenchmark {
  /** Which layer to measure, from 0, or -1 for all. */
  @Param("-1")
  int place = -1;

  @Param({"640", "224"})
  int size = 640;

  @Param({"1", "16"})
  int batch = 1;

  @Param("1")
  int threads = 1;

  @Param Temperature temperature = Temperature.HOT;

  private final List<OpenCase> open = new ArrayList<>();
  private final List<KernelForm> forms = new ArrayList<>();
  private int turn;

  /** Creates a benchmark; JMH sets its fields. */
  protected KernelBenchmark() {}

  /** Returns whose layers are measured. */
  abstract KernelFamily family();

  /** Returns the variant that is measured. */
  abstract String variant();

  /** Returns the form that is measured. */
  abstract String form();

  /** Checks that all forms of the layers agree, then opens the one that is measured. */
  @Setup
  public void setUp() {
    List<KernelCase> cases =
        family().cases(new Setting(size, batch, threads)).stream()
            .filter(one -> one.variant().equals(variant()))
            .toList();
    if (cases.isEmpty() || place >= cases.size()) {
      throw new IllegalArgumentException(
          "%s has %d layers of %s, got place %d"
              .formatted(family(), cases.size(), variant(), place));
    }
    if (place >= 0) {
      cases = cases.subList(place, place + 1);
    }
    cases.forEach(OpenCase::check);
    int copies = temperature.copies(cases.stream().mapToLong(KernelCase::bufferBytes).sum());
    for (KernelCase one : cases) {
      OpenCase opened = new OpenCase(one, copies, form()::equals);
      open.add(opened);
      forms.add(opened.form(form()));
    }
  }

  /** Frees buffers and forms. */
  @TearDown
  public void tearDown() {
    open.forEach(OpenCase::close);
  }

  /** Runs every layer once. */
  @Benchmark
  public void layers() {
    for (KernelForm one : forms) {
      one.run(turn);
    }
    turn = (turn + 1) % open.get(0).copies();
  }
}
