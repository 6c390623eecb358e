package io.yolo4j.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.weights.Initializer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Where the threads of a plan's runs may be, as the system's own table of threads says. */
@EnabledOnOs(OS.LINUX)
final class PlanProcessorsTest {
  private static final Graph GRAPH = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
  private static final String KEY = "Cpus_allowed_list:";

  /** No system numbers so many. */
  private static final int ABSENT = 1023;

  private static String all = "";
  private static int last;

  @BeforeAll
  static void readsProcessors() throws IOException {
    all = allowed(thisThread());
    String[] numbers = all.split("[,-]", -1);
    last = Integer.parseInt(numbers[numbers.length - 1]);
  }

  private static Path thisThread() throws IOException {
    return Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
  }

  private static String allowed(Path thread) throws IOException {
    return Files.readAllLines(thread.resolve("status")).stream()
        .filter(line -> line.startsWith(KEY))
        .map(line -> line.substring(KEY.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void run_withAProcessor_keepsTheCallerThereAndLetsItGo() throws Exception {
    assumeTrue(!all.equals(Integer.toString(last)), "this process has one processor");
    Path caller = thisThread();
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Boolean> seen =
        CompletableFuture.supplyAsync(() -> isSeenOn(last, caller, done));
    try (PlanExecutor executor = executor(PlanOptions.defaults().withCpus(List.of(last)))) {
      assertThat(executor.describe()).contains("1 threads on processors [" + last + "]");
      ImageBatch batch = ImageBatch.noise(1, 160, 160);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (!seen.isDone() && System.nanoTime() < end) {
        executor.run(batch);
        assertThat(allowed(caller)).isEqualTo(all);
      }
    } finally {
      done.set(true);
    }
    assertThat(seen.get(10, TimeUnit.SECONDS)).isTrue();
  }

  /** One thread of a plan is one core, with the processors of all the machine at hand. */
  @Test
  void run_oneThread_keepsOneCoreBusy() {
    ImageBatch batch = ImageBatch.noise(1, 320, 320);
    try (PlanExecutor executor = executor(PlanOptions.defaults().withThreads(1))) {
      executor.run(batch);
      long cpu = cpuNanos();
      long start = System.nanoTime();
      for (int i = 0; i < 40; i++) {
        executor.run(batch);
      }
      double cores = (double) (cpuNanos() - cpu) / (System.nanoTime() - start);
      // The JVM's own threads compile meanwhile.
      assertThat(cores).isLessThan(1.5);
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /** Whether another thread may run on that processor alone, at some time before the end. */
  private static boolean isSeenOn(int cpu, Path thread, AtomicBoolean done) {
    try {
      while (!done.get()) {
        if (allowed(thread).equals(Integer.toString(cpu))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void run_onProcessors_givesTheSameValues() {
    ImageBatch batch = ImageBatch.noise(1, 64, 64);
    try (PlanExecutor anywhere = executor(PlanOptions.defaults().withThreads(1));
        PlanExecutor kept = executor(PlanOptions.defaults().withCpus(List.of(last)))) {
      RawHead expected = anywhere.run(batch).get(0);
      assertThat(kept.run(batch).get(0).values()).isEqualTo(expected.values());
    }
  }

  @Test
  void run_processorThatIsNotThere_isRefused() {
    assumeTrue(last < ABSENT, "this machine has " + ABSENT + " processors");
    try (PlanExecutor executor = executor(PlanOptions.defaults().withCpus(List.of(ABSENT)))) {
      assertThatThrownBy(() -> executor.run(ImageBatch.noise(1, 64, 64)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("processor " + ABSENT + ": this process may not run there");
    }
  }

  @Test
  void options_ofProcessors_countAndCheck() {
    PlanOptions options = PlanOptions.defaults().withCpus(List.of(4, 6));
    assertThat(options.threadCount()).isEqualTo(2);
    assertThat(options.withThreads(1).threadCount()).isEqualTo(1);
    assertThat(options.withPrecision(PlanPrecision.BFLOAT16).cpus()).containsExactly(4, 6);
    assertThatThrownBy(() -> options.withThreads(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there must be a processor for each thread, got [4, 6] for 3");
    assertThatThrownBy(() -> options.withCpus(List.of(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("processors must be different numbers from 0 on, got [1, 1]");
    assertThatThrownBy(() -> options.withCpus(List.of(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static PlanExecutor executor(PlanOptions options) {
    return PlanExecutor.create(GRAPH, Initializer.initialize(GRAPH, 0), options);
  }
}
