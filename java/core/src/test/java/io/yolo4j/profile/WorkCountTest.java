package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.ThopCounter;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelSummary;
import io.yolo4j.model.Zoo;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class WorkCountTest {
  private static final int FLOAT = 4;

  @TestFactory
  Stream<DynamicTest> of_everyTable_equalsTheTools() {
    if (!Shared.present()) {
      return Stream.empty();
    }
    List<String> files = new ArrayList<>(Shared.fixtureNames("profile", "yolov5"));
    files.addAll(Shared.fixtureNames("profile", "mobilenet"));
    assertThat(files).hasSize(36);
    return files.stream().map(file -> DynamicTest.dynamicTest(file, () -> check(file)));
  }

  private static void check(String file) {
    JsonNode table = Shared.json("profile/" + file);
    Graph graph = graph(file, table);
    JsonNode totals = table.get("torchinfo").get("totals");
    WorkCount torchinfo = WorkCount.of(Convention.TORCHINFO, graph, FLOAT);
    assertThat(torchinfo.arithmetic()).isEqualTo(totals.get("total_mult_adds").asDouble());
    assertThat(torchinfo.bytes()).hasValue(totals.get("estimated_total_bytes").asLong());
    for (Convention convention : Convention.values()) {
      WorkCount count = WorkCount.of(convention, graph, FLOAT);
      if (convention == Convention.YOLOV5) {
        assertThat(count.byNode()).isEmpty();
      } else {
        assertThat(count.byNode()).hasSameSizeAs(graph.nodes());
        assertThat((double) count.byNode().stream().mapToLong(Long::longValue).sum())
            .isEqualTo(count.arithmetic());
      }
    }
    JsonNode thop = table.get("thop");
    assertThat(WorkCount.of(Convention.YOLOV5, graph, FLOAT).arithmetic())
        .isEqualTo(thop.get("0.0.31.post2005241907").get("yolov5_model_info_gflops").asDouble());
    assertThat(WorkCount.of(Convention.THOP_0_0_31, graph, FLOAT).arithmetic())
        .isEqualTo(thop.get("0.0.31.post2005241907").get("macs").asDouble());
    assertThat(WorkCount.of(Convention.THOP_0_1_1, graph, FLOAT).arithmetic())
        .isEqualTo(thop.get("0.1.1.post2209072238").get("macs").asDouble());
  }

  private static Graph graph(String file, JsonNode table) {
    String name = file.replaceAll("_nc.*$", "").replace("_v5.0", "-v5.0");
    int size = table.get("imgsz").asInt();
    Graph graph =
        Model.of(Zoo.find(name).orElseThrow().withClasses(table.get("nc").asInt())).graph();
    boolean fused = table.get("fused").asBoolean();
    return (fused ? ModelSummary.foldedAsReference(graph) : graph)
        .withInputs(Shape.of(1, 3, size, size));
  }

  /** 6.3 is what YOLOv5 prints; 5.93 are there, for a single pixel doesn't grow with the area. */
  @Test
  void of_squeezeAndExcite_isCountedTooOftenByYolov5Only() {
    Model model = Model.of(Zoo.find("mobilenetv3small_yolo5s").orElseThrow().withClasses(6));
    Graph graph = model.graphFor(1, 640, 640);
    double printed = WorkCount.of(Convention.YOLOV5, graph, FLOAT).arithmetic();
    assertThat(WorkCount.of(Convention.YOLOV5, graph, FLOAT).text())
        .isEqualTo("yolov5 counts 6.3 GFLOPs");
    assertThat(printed)
        .isEqualTo(ModelSummary.of(model, 640, 640, false).gigaFlops(ThopCounter.V0_0_31));
    assertThat(2e-9 * WorkCount.of(Convention.THOP_0_0_31, graph, FLOAT).arithmetic())
        .isBetween(5.9, 5.96);
  }

  @Test
  void ours_ofAProfile_isWhatItsStepsMove() {
    Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graphFor(1, 64, 64);
    Profile profile =
        Profiles.of("p", 1, Profiles.step(1, Category.DENSE_CONVOLUTION, 1234, 4000, 1));
    WorkCount count = WorkCount.of(Convention.OURS, graph, profile);
    assertThat(count.arithmetic()).isEqualTo(1234);
    assertThat(count.bytes()).hasValue(4000);
    assertThat(count.of(profile.layers().get(0).work()))
        .hasValue(graph.cost(graph.node(1)).flops());
    WorkCount whole = WorkCount.of(Convention.YOLOV5, graph, profile);
    assertThat(whole.of(profile.layers().get(0).work())).isEqualTo(OptionalLong.empty());
    assertThat(count.text()).isEqualTo("ours counts 1,234 FLOPs, 4,000 bytes (moved)");
    assertThat(new WorkRatio(whole, whole).bytes()).isEmpty();
    assertThat(new WorkRatio(count, count).bytes()).hasValue(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WorkRatio(count, whole))
        .withMessage("counts must be of one convention, got ours and yolov5");
  }

  /** The founding comparison's figures, to the digit. */
  @Test
  void text_ofTorchinfo_isToTheDigit() {
    Graph graph = Model.of(Zoo.find("yolov5s-v5.0").orElseThrow()).graphFor(1, 640, 640);
    assertThat(WorkCount.of(Convention.TORCHINFO, graph, FLOAT).text())
        .isEqualTo(
            "torchinfo counts 8,481,086,064 multiply-adds, 442,735,220 bytes (estimated total size)");
  }

  @Test
  void convention_unknownName_namesAll() {
    assertThat(Convention.of("thop-0.1.1")).isEqualTo(Convention.THOP_0_1_1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Convention.of("fvcore"))
        .withMessage(
            "a convention must be one of ours, torchinfo, thop-0.0.31, thop-0.1.1, yolov5, got 'fvcore'");
  }
}
