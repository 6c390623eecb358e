package io.yolo4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.graph.ThopCounter;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every shipped model against the tables of the Python reference: 23 models, 80 and 6 classes. */
class ReferenceTablesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  Stream<DynamicTest> summary_everyModel_matchesReference() {
    JsonNode models = Shared.json("models.json").get("models");
    List<DynamicTest> tests = new ArrayList<>();
    models
        .properties()
        .forEach(
            model -> {
              for (int classes : new int[] {80, 6}) {
                JsonNode expected = model.getValue().get("nc" + classes);
                String name = model.getKey() + " nc " + classes;
                tests.add(
                    DynamicTest.dynamicTest(name, () -> check(model.getKey(), classes, expected)));
              }
            });
    assertThat(tests).hasSize(46);
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> text_printedModels_areEqualToTheConsole() {
    List<DynamicTest> tests = new ArrayList<>();
    Shared.json("models.json")
        .get("printed")
        .properties()
        .forEach(
            entry -> {
              String[] name = entry.getKey().split(" nc", -1);
              int classes = Integer.parseInt(name[1]);
              tests.add(
                  DynamicTest.dynamicTest(
                      entry.getKey(),
                      () -> {
                        String printed = entry.getValue().asText();
                        String table =
                            printed.substring(printed.indexOf("\n                 from"));
                        ModelSummary summary =
                            ModelSummary.of(model(name[0], classes), 640, 640, false);
                        assertThat(SummaryText.YOLOV5_V6.text(summary))
                            .isEqualTo(table.replaceFirst("\n$", ""));
                      }));
            });
    return tests.stream();
  }

  @Test
  void stateDictionary_namesAndShapes_followThePythonOrder() {
    Shared.json("state_dict_keys.json")
        .get("models")
        .properties()
        .forEach(
            entry -> {
              String[] name = entry.getKey().split(" nc", -1);
              List<String> expected = new ArrayList<>();
              for (JsonNode key : entry.getValue()) {
                if (!key.get(0).asText().endsWith("anchor_grid")) {
                  expected.add(key.get(0).asText() + key.get(1).toString());
                }
              }
              String zooName = name[0].contains("v5.0") ? "yolov5s-v5.0" : name[0].trim();
              List<String> actual =
                  model(zooName, Integer.parseInt(name[1].trim())).graph().parameters().stream()
                      .map(parameter -> parameter.name() + parameter.shape())
                      .toList();
              assertThat(actual).as(entry.getKey()).isEqualTo(expected);
            });
  }

  private static Model model(String name, int classes) {
    return Model.of(Zoo.find(name).orElseThrow().withClasses(classes));
  }

  private static void check(String name, int classes, JsonNode expected) throws Exception {
    Model model = model(name, classes);
    SummaryText form = name.endsWith("v5.0") ? SummaryText.YOLOV5_V5 : SummaryText.YOLOV5_V6;
    checkRows(model, form, expected.get("rows"));
    // The reference lists a row twice that two others read.
    Set<Integer> saved = new TreeSet<>();
    expected.get("save").forEach(row -> saved.add(row.asInt()));
    assertThat(model.savedRows()).containsExactlyElementsOf(saved);
    ModelSummary summary = ModelSummary.of(model, 640, 640, false);
    checkFigures(summary, form, expected);
    assertThat(summary.gradients()).isEqualTo(expected.get("gradients").asLong());
    ModelSummary fused = ModelSummary.of(model, 640, 640, true);
    checkFigures(fused, form, expected.get("fused"));
    checkHead(model, expected);
    boolean anchorGrid = form == SummaryText.YOLOV5_V5;
    assertThat(model.graph().parameters().size() + (anchorGrid ? 1 : 0))
        .isEqualTo(expected.get("state_dict_entries").asInt());
    assertThat(summary.profileSize()).isEqualTo(expected.get("profile_input").asInt());
  }

  private static void checkRows(Model model, SummaryText form, JsonNode rows) throws Exception {
    assertThat(model.rows()).hasSize(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      ModelRow row = model.rows().get(i);
      Object from = row.row().fromList() ? row.row().from() : row.row().from().get(0);
      List<Object> actual = new ArrayList<>();
      actual.add(row.index());
      actual.add(from);
      actual.add(form.repeats(row));
      actual.add(row.parameters());
      actual.add(form.moduleName(row));
      actual.add(row.arguments());
      assertThat(JSON.readTree(JSON.writeValueAsString(actual)).toString())
          .isEqualTo(rows.get(i).toString());
    }
  }

  private static void checkFigures(ModelSummary summary, SummaryText form, JsonNode expected) {
    assertThat(summary.layers()).as("layers").isEqualTo(expected.get("layers").asInt());
    assertThat(summary.parameters())
        .as("parameters")
        .isEqualTo(expected.get("parameters").asLong());
    assertThat(form.figures(summary)).isEqualTo(expected.get("summary").asText());
    JsonNode old = expected.get("flops").get("thop_0.0.31");
    JsonNode recent = expected.get("flops").get("thop_0.1.1");
    assertThat(summary.multiplyAdds())
        .as("thop 0.0.31")
        .isEqualTo(old.get("macs_at_profile_input").asLong());
    assertThat(summary.multiplyAddsNew())
        .as("thop 0.1.1")
        .isEqualTo(recent.get("macs_at_profile_input").asLong());
    assertThat(summary.gigaFlops(ThopCounter.V0_0_31)).isEqualTo(old.get("gflops_640").asDouble());
    assertThat(summary.gigaFlops(ThopCounter.V0_1_1))
        .isEqualTo(recent.get("gflops_640").asDouble());
    assertThat(SummaryText.oneDecimal(summary.gigaFlops(ThopCounter.V0_1_1)))
        .isEqualTo(recent.get("printed").asText());
  }

  private static void checkHead(Model model, JsonNode expected) {
    List<Level> levels = model.head().levels();
    assertThat(model.head().outputs()).isEqualTo(expected.get("detect_no").asInt());
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      assertThat(level.stride()).isEqualTo(expected.get("stride").get(i).asInt());
      assertThat(level.anchors()).hasSize(expected.get("detect_na").asInt());
      for (int j = 0; j < level.anchors().size(); j++) {
        JsonNode pixels = expected.get("anchors_px").get(i).get(j);
        JsonNode cells = expected.get("anchors_grid").get(i).get(j);
        assertThat((double) level.anchors().get(j).width()).isEqualTo(pixels.get(0).asDouble());
        assertThat((double) level.anchors().get(j).height()).isEqualTo(pixels.get(1).asDouble());
        assertThat(level.anchors().get(j).width() / level.stride())
            .isEqualTo((float) cells.get(0).asDouble());
      }
    }
  }
}
