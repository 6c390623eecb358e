package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java face. What chips have is asked of NVIDIA's library, where it is installed. Counting
 * needs the native tests' fake library and driver: {@code YOLO4J_TEST_CUPTI} names the library, and
 * {@code LD_LIBRARY_PATH} the folder of the fake {@code libcuda.so.1}.
 */
final class GpuCountersTest {
  private static final String TIME = "gpu__time_duration.sum";

  @TempDir private Path folder;

  @Test
  void open_whatIsNoLibrary_saysWhatMustBeNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("libcupti.so.13"), "no library");

    assertThatThrownBy(() -> GpuCounters.open(text))
        .isInstanceOfSatisfying(
            NativeException.class, e -> assertThat(e.status()).isEqualTo(NativeStatus.UNSUPPORTED))
        .hasMessageContaining("path must name CUPTI's library of CUDA 13, got " + text);
  }

  @Test
  void chips_andMetrics_areKnownWithoutAGpu() {
    try (GpuCounters counters = installed()) {
      assertThat(counters.version()).matches("1[3-9]\\.\\d+\\.\\d+");
      assertThat(counters.path()).contains("libcupti");
      assertThat(counters.chips()).contains("GA102", "AD102", "GH100");
      assertThat(counters.hasMetric("GA102", TIME)).isTrue();
      assertThat(counters.hasMetric("GA102", "no_such_metric.sum")).isFalse();
      assertThat(counters.passes("GA102", List.of(TIME))).isEqualTo(1);
    }
  }

  @Test
  void passes_unknownChipOrMetric_isNamed() {
    try (GpuCounters counters = installed()) {
      assertThatThrownBy(() -> counters.hasMetric("GA999", TIME))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("cuptiProfilerHostInitialize must succeed");
      assertThatThrownBy(() -> counters.passes("GA102", List.of(TIME, "no_such_metric.sum")))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("no_such_metric.sum must succeed, got INVALID_METRIC_NAME (17)");
      assertThatThrownBy(() -> counters.passes("GA102", List.of()))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("their number from 1 to 1024");
    }
  }

  @Test
  void close_thenUse_throws() {
    GpuCounters counters = installed();
    counters.close();
    counters.close();
    assertThatThrownBy(counters::chips)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the counters are closed");
  }

  @Test
  void counting_withTheFakeLibrary_givesTheRanges() {
    try (GpuCounters counters = GpuCounters.open(fake());
        GpuCounting counting = counters.begin(0, List.of("m0", "m1", "m2", "m3"), 2)) {
      assertThat(counters.whyNot(0)).isEmpty();
      assertThat(counters.chip(0)).isEqualTo("FAKE1");
      int passes = 0;
      boolean another = true;
      while (another) {
        counting.beginPass();
        for (String range : List.of("model.0", "model.1")) {
          counting.push(range);
          counting.pop();
        }
        another = counting.endPass();
        passes++;
      }
      assertThat(passes).isEqualTo(2).isEqualTo(counters.passes("FAKE1", counting.metrics()));
      Map<String, Map<String, Double>> values = counting.values();
      // Nothing worked.
      assertThat(values.keySet()).containsExactly("model.0", "model.1");
      assertThat(values.get("model.1"))
          .containsExactlyEntriesOf(
              new TreeMap<>(Map.of("m0", 0.0, "m1", 0.0, "m2", 0.0, "m3", 0.0)));
      assertThatThrownBy(() -> counting.push("again"))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("it is after its last pass");
      counting.close();
      assertThatThrownBy(counting::values)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the counting is closed");
    }
  }

  @Test
  void count_withTheFakeLibrary_runsTheWorkOnceAPass() {
    int[] runs = new int[1];
    try (GpuCounters counters = GpuCounters.open(fake());
        GpuCounting counting = counters.begin(0, List.of("m0", "m1", "m2", "m3"), 1)) {
      assertThat(counting.count(() -> runs[0]++).keySet())
          .containsExactlyElementsOf(counting.metrics());
      assertThat(runs[0]).isEqualTo(2);
      assertThatThrownBy(() -> counting.count(() -> runs[0]++))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("it is after its last pass");
    }
  }

  @Test
  void whyNot_whereNothingCanBeCounted_isASentence() {
    try (GpuCounters counters = installed()) {
      Optional<String> reason = counters.whyNot(0);
      assumeTrue(reason.isPresent(), "skipped: this GPU counts");
      assertThat(reason.get()).doesNotStartWith("yolo4j_").matches(".*(must|can't|may).*");
      assertThatThrownBy(() -> counters.begin(0, List.of(TIME), 1))
          .isInstanceOf(NativeException.class);
    }
  }

  /** NVIDIA's, or the test is skipped. */
  private static GpuCounters installed() {
    try {
      return GpuCounters.open();
    } catch (NativeException e) {
      assumeTrue(false, "skipped: " + e.getMessage());
      throw e;
    }
  }

  private static Path fake() {
    @Nullable String file = System.getenv("YOLO4J_TEST_CUPTI");
    assumeTrue(file != null, "skipped: YOLO4J_TEST_CUPTI names no fake libcupti");
    return Path.of(file == null ? "" : file);
  }
}
