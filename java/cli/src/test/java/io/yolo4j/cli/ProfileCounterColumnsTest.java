package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.Category;
import io.yolo4j.profile.Cell;
import io.yolo4j.profile.Convention;
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
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The CPU's counters of a layer in table, CSV and JSON, where there are some and where not. */
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
        new ProfiledLayer(
            work,
            time,
            1e-6,
            1e-6,
            RoofTime.of(work, ROOFS, ElementType.F32),
            LayerCounts.UNKNOWN.withCounters(counters));
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
        3);
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
