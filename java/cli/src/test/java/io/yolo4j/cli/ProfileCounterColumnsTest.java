package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.Category;
import io.yolo4j.profile.Cell;
import io.yolo4j.profile.Circumstances;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.GpuLayerCounters;
import io.yolo4j.profile.LayerCounters;
import io.yolo4j.profile.LayerCounts;
import io.yolo4j.profile.LayerWork;
import io.yolo4j.profile.Part;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.RoofTime;
import io.yolo4j.profile.Roofs;
import io.yolo4j.profile.Timing;
import io.yolo4j.profile.WorkCount;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * The CPU's and a GPU's counters of a layer in table, CSV and JSON, where there are some and where
 * not.
 */
final class ProfileCounterColumnsTest {
  private static final Roofs ROOFS =
      new Roofs(
          "a processor",
          1,
          "scalar",
          1e11,
          Map.of(),
          List.of(new Roofs.Level("DRAM", Long.MAX_VALUE, 1e10, 1e10, 1e10, 1e10, 1e10)));

  private static Profile profile(LayerCounters counters) {
    return profile(LayerCounts.UNKNOWN.withCounters(counters), Circumstances.UNKNOWN);
  }

  /** Of a GPU that was asked to count. */
  private static Profile onGpu(GpuLayerCounters counters, String text) {
    Circumstances how =
        new Circumstances(
            List.of(),
            1,
            1,
            Cell.UNAVAILABLE,
            Map.of(),
            Map.of(),
            Cell.UNAVAILABLE,
            Optional.of(text));
    return profile(LayerCounts.UNKNOWN.withGpu(counters), how);
  }

  private static Profile profile(LayerCounts counts, Circumstances how) {
    LayerWork work =
        new LayerWork(
            0,
            List.of(0),
            "model.0",
            "Conv2d",
            Category.DENSE_CONVOLUTION,
            Part.BACKBONE,
            Shape.of(1, 8, 4, 4),
            1000,
            List.of(500L),
            100,
            400);
    Timing time = new Timing(1e-3, 1e-3, 1e-3);
    ProfiledLayer layer =
        new ProfiledLayer(work, time, 1e-6, 1e-6, RoofTime.of(work, ROOFS), counts);
    return new Profile(
        "a model",
        64,
        64,
        ElementType.F32,
        "cpu",
        ROOFS,
        List.of(layer),
        time,
        time,
        1e-4,
        0,
        0,
        3,
        how);
  }

  private static WorkCount count(Profile profile) {
    return new WorkCount(
        Convention.OURS, profile.flops(), OptionalLong.of(profile.bytes()), List.of());
  }

  private static final LayerCounters COUNTED =
      new LayerCounters(
          Cell.measured(2e6), Cell.measured(5e6), Cell.measured(1e4), Cell.measured(6.4e6));

  private static String table(Profile profile, ProfileText.Extras extras) {
    StringWriter out = new StringWriter();
    ProfileText.print(profile, count(profile), extras, new PrintWriter(out, true));
    return out.toString();
  }

  private static final GpuLayerCounters COUNTED_ON_GPU =
      new GpuLayerCounters(
          Cell.measured(3e6),
          Cell.measured(1e6),
          Cell.measured(4e6),
          Cell.measured(5e6),
          Cell.derived(2e6),
          Cell.measured(6e6));

  @Test
  void table_ofAGpu_showsItsColumnsAndWhatCounted() {
    Profile profile = onGpu(COUNTED_ON_GPU, "GA102 counted, 3 passes of the same run");
    assertThat(table(profile, new ProfileText.Extras(false, true)))
        .contains("GPU MB read", "GPU counters: GA102 counted, 3 passes of the same run; bytes")
        .containsPattern("3\\.000 +1\\.000 +4\\.000 +5\\.000 +2\\.00 +6\\.00 +8\\.00 +2\\.00")
        .doesNotContain("M cycles");
    Profile none = onGpu(GpuLayerCounters.UNKNOWN, "timing only: partitioned (MIG)");
    assertThat(table(none, new ProfileText.Extras(false, true)))
        .contains("GPU counters: timing only: partitioned (MIG)")
        .containsPattern("(n/a +){7}n/a");
  }

  @Test
  void csvAndJson_ofAGpu_tellWhereEachComesFrom() {
    Profile profile = onGpu(COUNTED_ON_GPU, "GA102 counted");
    StringWriter out = new StringWriter();
    ProfileText.values(profile, count(profile)).printCsv(new PrintWriter(out, true));
    assertThat(out.toString())
        .contains("GPU MB read,GPU MB read from,")
        .contains(
            "3.000,measured,1.000,measured,4.000,measured,5.000,measured,2.00,derived,6.00,measured,8.00,derived,2.00,derived");
    JsonNode json = new ObjectMapper().valueToTree(ProfileJson.of(profile, count(profile)));
    JsonNode cells = json.get("layers").get(0).get("gpu_counters");
    assertThat(cells.get("memory_read_bytes").get("value").asDouble()).isEqualTo(3e6);
    assertThat(cells.get("lane_flops").get("provenance").asText()).isEqualTo("derived");
    assertThat(json.get("circumstances").get("gpu_counters").asText()).isEqualTo("GA102 counted");
  }

  @Test
  void table_showsThemWhereTheyAreAskedFor() {
    String shown = table(profile(COUNTED), new ProfileText.Extras(false, true));
    assertThat(shown)
        .containsPattern("2\\.000 +5\\.000 +2\\.50 +10\\.00 +0\\.640 +6\\.40 +10\\.00")
        .contains("in runs of their own");
    assertThat(table(profile(COUNTED), new ProfileText.Extras(false, false)))
        .doesNotContain("M cycles");
    assertThat(table(profile(LayerCounters.UNKNOWN), new ProfileText.Extras(false, true)))
        .containsPattern("(n/a +){6}n/a");
  }

  @Test
  void csv_tellsWhereEachComesFrom() {
    StringWriter out = new StringWriter();
    Profile profile = profile(COUNTED);
    ProfileText.values(profile, count(profile)).printCsv(new PrintWriter(out, true));
    assertThat(out.toString())
        .contains("M cycles,M cycles from,")
        .contains(
            "2.000,measured,5.000,measured,2.50,derived,10.00,measured,0.640,derived,6.40,measured,10.00,derived");
    StringWriter none = new StringWriter();
    Profile unknown = profile(LayerCounters.UNKNOWN);
    ProfileText.values(unknown, count(unknown)).printCsv(new PrintWriter(none, true));
    assertThat(none.toString()).contains(",n/a,,n/a,,n/a,,n/a,,n/a,,n/a,,n/a");
  }

  @Test
  void json_hasCells() {
    JsonNode layer = layer(COUNTED).get("cpu_counters");
    assertThat(layer.get("instructions_per_cycle").get("value").asDouble()).isEqualTo(2.5);
    assertThat(layer.get("instructions_per_cycle").get("provenance").asText()).isEqualTo("derived");
    assertThat(layer.get("missed_bytes").get("value").asDouble()).isEqualTo(640_000);
    assertThat(layer.get("flops").get("provenance").asText()).isEqualTo("measured");
    JsonNode none = layer(LayerCounters.UNKNOWN).get("cpu_counters");
    none.forEach(
        cell -> {
          assertThat(cell.get("value").isNull()).isTrue();
          assertThat(cell.get("provenance").asText()).isEqualTo("n/a");
        });
    assertThat(none).hasSize(7);
  }

  private static JsonNode layer(LayerCounters counters) {
    Profile profile = profile(counters);
    JsonNode json = new ObjectMapper().valueToTree(ProfileJson.of(profile, count(profile)));
    return json.get("layers").get(0);
  }
}
