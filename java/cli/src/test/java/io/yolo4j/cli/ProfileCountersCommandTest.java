package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.kernels.GpuCounters;
import io.yolo4j.kernels.NativeException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What GPUs can count; asked of NVIDIA's library where it is installed. */
final class ProfileCountersCommandTest {
  private static final Map<String, String> NO_LIBRARY =
      Map.of("YOLO4J_CUPTI", "/nowhere/libcupti.so.13");

  @Test
  void counters_withoutTheLibrary_saysTimingOnly() {
    Cli.Run run = Cli.runWith(NO_LIBRARY, "profile", "counters").succeeds();
    assertThat(run.lines())
        .singleElement()
        .asString()
        .startsWith("timing only: path must name CUPTI's library of CUDA 13, got /nowhere/libcupti")
        .doesNotContain("yolo4j_");
    assertThat(run.err()).isEmpty();
    JsonNode json =
        Cli.runWith(NO_LIBRARY, "profile", "counters", "--chip", "GA102", "--format", "json")
            .succeeds()
            .json();
    assertThat(json.get("tier").asText()).isEqualTo("timing only");
    assertThat(json.get("library").isNull()).isTrue();
    assertThat(json.get("detail").asText()).contains("/nowhere/libcupti.so.13");
    assertThat(Cli.runWith(NO_LIBRARY, "profile", "counters", "--format", "csv").lines())
        .containsExactly("chip");
  }

  @Test
  void doctor_withoutTheLibrary_isWellAndSaysTimingOnly() {
    JsonNode json =
        Cli.runWith(NO_LIBRARY, "doctor", "--format", "json").succeeds().json().get("counters");
    assertThat(json.get("ok").asBoolean()).isFalse();
    assertThat(json.get("detail").asText()).startsWith("timing only: path must name");
  }

  @Test
  void doctor_withTheLibrary_tellsItsVersion() {
    assumeInstalled();
    JsonNode json = Cli.run("doctor", "--format", "json").succeeds().json().get("counters");
    assertThat(json.get("detail").asText()).containsPattern("libcupti 1[3-9]\\.\\d+\\.\\d+ \\(");
  }

  @Test
  void counters_list_hasChipsAndPasses() {
    assumeInstalled();
    Cli.Run run = Cli.run("profile", "counters").succeeds();
    assertThat(run.out())
        .containsPattern("GA102 +DRAM traffic +11 +2\n")
        .containsPattern("GA10B +L2 miss traffic +10 +3\n");
    JsonNode json = Cli.run("profile", "counters", "--format", "json").succeeds().json();
    assertThat(json.get("chips")).hasSizeGreaterThan(20);
    for (JsonNode chip : json.get("chips")) {
      assertThat(chip.get("passes").isNull() || chip.get("passes").asInt() <= 3)
          .as("%s", chip)
          .isTrue();
    }
    assertThat(Cli.run("profile", "counters", "--format", "csv").succeeds().lines())
        .startsWith("chip,memory,metrics,passes")
        .contains("GH100,DRAM traffic,11,2");
  }

  @Test
  void counters_ofAChip_hasItsMetrics() {
    assumeInstalled();
    Cli.Run run = Cli.run("profile", "counters", "--chip", "ga102").succeeds();
    assertThat(run.out())
        .containsPattern("dram__bytes_read.sum +DRAM reads +yes +1\n")
        .containsPattern("sm__ops_path_tensor_src_int8.sum +tensor operations, i8 +yes +2\n")
        .contains("The default set, all but tensor operations, takes 2 passes.");
    JsonNode json =
        Cli.run("profile", "counters", "--chip", "GB202", "--format", "json").succeeds().json();
    assertThat(json.get("default_passes").asInt()).isEqualTo(2);
    assertThat(json.get("metrics").findValuesAsText("metric")).contains("dram__bytes_op_read.sum");
    for (JsonNode metric : json.get("metrics")) {
      assertThat(metric.get("exists").asBoolean()).as("%s", metric).isTrue();
    }
  }

  @Test
  void counters_ofAnUnknownChip_isAWrongUse() {
    assumeInstalled();
    Cli.run("profile", "counters", "--chip", "GA999")
        .fails(2, "--chip: no chip is named 'GA999'; there are GV100, ");
    Cli.run("profile", "counters", "--chip", "GV11B")
        .fails(2, "--chip: no counters are known for chip GV11B");
  }

  private static void assumeInstalled() {
    try (GpuCounters counters = GpuCounters.open()) {
      assertThat(counters.path()).isNotEmpty();
    } catch (NativeException e) {
      assumeTrue(false, "skipped: " + e.getMessage());
    }
  }
}
