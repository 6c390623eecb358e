package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.GpuCounters;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.profile.CounterSet.Figure;
import io.yolo4j.profile.CounterSet.Quantity;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is counted; NVIDIA's library, where it is installed, says that chips have it. */
final class CounterSetTest {
  /** Listed by CUPTI, which then knows nothing of it. */
  private static final String UNKNOWN_TO_CUPTI = "GV11B";

  private static final String L2_MISSES = "lts__t_sectors_lookup_miss.sum";

  private static final String FFMA = "smsp__sass_thread_inst_executed_op_ffma_pred_on.sum";

  @Test
  void everyChip_hasWhatIsCounted_inFewPasses() {
    try (GpuCounters counters = installed()) {
      for (String chip : known(counters)) {
        CounterSet set = CounterSet.of(chip);
        assertThat(set.metrics()).as(chip).doesNotHaveDuplicates();
        for (String metric : set.metrics()) {
          assertThat(counters.hasMetric(chip, metric)).as("%s %s", chip, metric).isTrue();
        }
        assertThat(counters.passes(chip, set.metrics()))
            .as(chip)
            .isEqualTo(set.metrics().contains(L2_MISSES) ? 3 : 2);
      }
    }
  }

  @Test
  void everyChip_hasItsTensorMetrics() {
    try (GpuCounters counters = installed()) {
      int sets = 0;
      for (String chip : known(counters)) {
        for (ElementType type : ElementType.values()) {
          for (String metric : CounterSet.of(chip).tensorMetrics(type)) {
            assertThat(counters.hasMetric(chip, metric)).as("%s %s", chip, metric).isTrue();
            sets++;
          }
        }
      }
      assertThat(sets).isGreaterThan(100);
    }
  }

  /** A chip whose memory is counted under other names must not be taken for one without. */
  @Test
  void l2Misses_standForMemory_onlyWhereItIsNotCounted() {
    try (GpuCounters counters = installed()) {
      for (String chip : known(counters)) {
        boolean counted =
            counters.hasMetric(chip, "dram__bytes_read.sum")
                || counters.hasMetric(chip, "dram__bytes_op_read.sum");
        assertThat(CounterSet.of(chip).title(Quantity.MEMORY_BYTES))
            .as(chip)
            .isEqualTo(counted ? "DRAM traffic" : "L2 miss traffic");
      }
    }
  }

  @Test
  void passes_areThoseOfTheFixture() {
    JsonNode plans = Shared.json("profile/cupti_metrics.json").get("plans");
    try (GpuCounters counters = installed()) {
      assumeTrue(counters.version().equals("13.0.1"), "skipped: the fixture is of CUPTI 13.0.1");
      for (Map.Entry<String, JsonNode> plan : plans.properties()) {
        String chip = plan.getKey();
        JsonNode expected = plan.getValue();
        // The fixture counts nothing for memory where there is no counter of it.
        List<String> metrics = new ArrayList<>(CounterSet.of(chip).metrics());
        metrics.remove(L2_MISSES);
        List<String> all = new ArrayList<>(metrics);
        expected.get("tensor_metric_names").forEach(name -> all.add(name.asText()));
        assertThat(counters.passes(chip, metrics))
            .as(chip)
            .isEqualTo(
                expected.get("bytes_passes").asInt() + expected.get("sass_fp_passes").asInt());
        assertThat(counters.passes(chip, all))
            .as(chip)
            .isEqualTo(expected.get("all_passes").asInt());
      }
    }
  }

  @Test
  void of_chipsOfDifferentGenerations_hasTheirNames() {
    assertThat(CounterSet.of("GA102").metrics())
        .hasSize(11)
        .contains("dram__bytes_read.sum", "dram__bytes_write.sum", FFMA);
    assertThat(CounterSet.of("GB202").metrics())
        .contains("dram__bytes_op_read.sum", "dram__bytes_op_write.sum")
        .doesNotContain("dram__bytes_read.sum");
    assertThat(CounterSet.of("GA10B").metrics())
        .contains(L2_MISSES)
        .noneMatch(metric -> metric.startsWith("dram"));
    assertThatThrownBy(() -> CounterSet.of("GM200"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("no counters are known for chip GM200; they are for Volta");
  }

  @Test
  void withTensor_ofAType_addsItsMetricsOnly() {
    CounterSet set = CounterSet.of("GA102");
    assertThat(set.withTensor(ElementType.F16).metrics())
        .containsAll(set.metrics())
        .hasSize(13)
        .contains("sm__ops_path_tensor_src_fp16_dst_fp32.sum");
    assertThat(CounterSet.of("GH100").withTensor(ElementType.F16).metrics())
        .endsWith("sm__ops_path_tensor_src_fp16.sum");
    assertThat(set.withTensorIfCounted(ElementType.F16)).isEqualTo(set.withTensor(ElementType.F16));
    CounterSet turing = CounterSet.of("TU116");
    assertThat(turing.withTensorIfCounted(ElementType.F32)).isSameAs(turing);
    assertThat(set.withTensor(ElementType.F32).metrics())
        .endsWith("sm__ops_path_tensor_src_tf32_dst_fp32.sum");
    assertThatThrownBy(() -> CounterSet.of("TU116").withTensor(ElementType.I8))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("chip TU116 has no counter of all tensor operations in i8");
  }

  @Test
  void read_values_countsAMultiplyAddTwice() {
    CounterSet set = CounterSet.of("GA102").withTensor(ElementType.F32);
    Map<String, Double> values = zeros(set);
    values.put("gpu__time_duration.sum", 2_500.0);
    values.put("dram__bytes_read.sum", 1000.0);
    values.put("dram__bytes_write.sum", 24.0);
    values.put("lts__t_bytes.sum", 4096.0);
    values.put("smsp__sass_thread_inst_executed_op_fadd_pred_on.sum", 3.0);
    values.put("smsp__sass_thread_inst_executed_op_fmul_pred_on.sum", 5.0);
    values.put(FFMA, 100.0);
    values.put("smsp__sass_thread_inst_executed_op_hfma_pred_on.sum", 7.0);
    values.put("sm__ops_path_tensor_src_tf32_dst_fp32.sum", 11.0);

    assertThat(set.read(values))
        .containsEntry(Quantity.GPU_TIME, new Figure(2_500 * 1e-9, Provenance.MEASURED))
        .containsEntry(Quantity.MEMORY_READ, new Figure(1000, Provenance.MEASURED))
        .containsEntry(Quantity.MEMORY_WRITTEN, new Figure(24, Provenance.MEASURED))
        .containsEntry(Quantity.MEMORY_BYTES, new Figure(1024, Provenance.MEASURED))
        .containsEntry(Quantity.L2_BYTES, new Figure(4096, Provenance.MEASURED))
        .containsEntry(Quantity.L1_BYTES, new Figure(0, Provenance.MEASURED))
        .containsEntry(Quantity.FLOAT32_FLOPS, new Figure(208, Provenance.DERIVED))
        .containsEntry(Quantity.FLOAT16_FLOPS, new Figure(14, Provenance.DERIVED))
        .containsEntry(Quantity.TENSOR_OPERATIONS, new Figure(11, Provenance.MEASURED));
  }

  @Test
  void read_l2Misses_areSectorsOf32Bytes() {
    CounterSet set = CounterSet.of("GA10B");
    Map<String, Double> values = zeros(set);
    values.put(L2_MISSES, 10.0);
    assertThat(set.read(values))
        .containsEntry(Quantity.MEMORY_BYTES, new Figure(320, Provenance.DERIVED))
        .containsEntry(Quantity.MEMORY_READ, new Figure(Double.NaN, Provenance.UNAVAILABLE));
  }

  @Test
  void read_whatIsNotThere_isNeverZero() {
    CounterSet set = CounterSet.of("GA102");
    Map<String, Double> values = zeros(set);
    values.put(FFMA, Double.NaN);
    Map<Quantity, Figure> figures = set.read(values);
    Figure unknown = new Figure(Double.NaN, Provenance.UNAVAILABLE);
    assertThat(figures)
        .containsEntry(Quantity.TENSOR_OPERATIONS, unknown)
        .containsEntry(Quantity.FLOAT32_FLOPS, unknown);
    assertThat(Provenance.UNAVAILABLE.text()).isEqualTo("n/a");
    values.remove(FFMA);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> set.read(values))
        .withMessageContaining("the values must hold " + FFMA);
  }

  private static Map<String, Double> zeros(CounterSet set) {
    Map<String, Double> values = new HashMap<>();
    set.metrics().forEach(metric -> values.put(metric, 0.0));
    return values;
  }

  private static List<String> known(GpuCounters counters) {
    List<String> chips = new ArrayList<>(counters.chips());
    chips.remove(UNKNOWN_TO_CUPTI);
    assertThat(chips).hasSizeGreaterThan(20);
    return chips;
  }

  private static GpuCounters installed() {
    try {
      return GpuCounters.open();
    } catch (NativeException e) {
      assumeTrue(false, "skipped: " + e.getMessage());
      throw e;
    }
  }
}
