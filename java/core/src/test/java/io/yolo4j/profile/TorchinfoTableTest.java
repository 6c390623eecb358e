package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelSummary;
import io.yolo4j.model.Zoo;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** All tables that torchinfo itself made: every row, total and printed line. */
final class TorchinfoTableTest {
  @TestFactory
  Stream<DynamicTest> of_everyTable_equalsTorchinfo() {
    if (!Shared.present()) {
      return Stream.empty();
    }
    List<String> files = new ArrayList<>(Shared.fixtureNames("profile", "yolov5"));
    files.addAll(Shared.fixtureNames("profile", "mobilenet"));
    assertThat(files).hasSize(36);
    return files.stream().map(file -> DynamicTest.dynamicTest(file, () -> check(file)));
  }

  private static void check(String file) {
    JsonNode expected = Shared.json("profile/" + file);
    TorchinfoTable table = TorchinfoTable.of(graph(file, expected));
    List<String> rows = new ArrayList<>();
    expected.get("torchinfo_rows").forEach(row -> rows.add(text(row)));
    assertThat(table.rows().stream().map(TorchinfoTableTest::text).toList())
        .containsExactlyElementsOf(rows);
    JsonNode totals = expected.get("torchinfo").get("totals");
    assertThat(table.parameters()).isEqualTo(totals.get("total_params").asLong());
    assertThat(table.multiplyAdds()).isEqualTo(totals.get("total_mult_adds").asLong());
    assertThat(table.inputBytes()).isEqualTo(totals.get("total_input_bytes").asLong());
    assertThat(table.outputBytes()).isEqualTo(totals.get("total_output_bytes").asLong());
    assertThat(table.parameterBytes()).isEqualTo(totals.get("total_param_bytes").asLong());
    assertThat(table.estimatedTotalBytes()).isEqualTo(totals.get("estimated_total_bytes").asLong());
    List<String> printed = new ArrayList<>();
    totals.get("printed").forEach(line -> printed.add(line.asText()));
    assertThat(table.printedTotals()).containsExactlyElementsOf(printed);
  }

  private static String text(TorchinfoRow row) {
    return "%d.%d %s %s %s leaf %s executed %s recursive %s %s → %s params %d mult-adds %s bytes %d, %d"
        .formatted(
            row.depth(),
            row.index(),
            row.path(),
            row.name(),
            row.type(),
            row.leaf(),
            row.executed(),
            row.recursive(),
            row.input().map(Shape::toString).orElse("[]"),
            row.output().map(Shape::toString).orElse("[]"),
            row.parameters(),
            row.multiplyAdds().isPresent() ? row.multiplyAdds().getAsLong() : "null",
            row.outputBytes(),
            row.countedBytes());
  }

  private static String text(JsonNode row) {
    return "%d.%d %s %s %s leaf %s executed %s recursive %s %s → %s params %d mult-adds %s bytes %d, %d"
        .formatted(
            row.get("depth").asInt(),
            row.get("idx").asInt(),
            row.get("path").asText(),
            row.get("var").asText(),
            row.get("type").asText(),
            row.get("leaf").asBoolean(),
            row.get("executed").asBoolean(),
            row.get("recursive").asBoolean(),
            row.get("input").toString().replace(" ", ""),
            row.get("output").toString().replace(" ", ""),
            row.get("params").asLong(),
            row.get("mult_adds").asText(),
            row.get("output_bytes").asLong(),
            row.get("counted_bytes").asLong());
  }

  private static Graph graph(String file, JsonNode table) {
    String name = file.replaceAll("_nc.*$", "").replace("_v5.0", "-v5.0");
    int classes = table.get("nc").asInt();
    Graph graph = Model.of(Zoo.find(name).orElseThrow().withClasses(classes)).graph();
    boolean fused = table.get("fused").asBoolean();
    int size = table.get("imgsz").asInt();
    return (fused ? ModelSummary.foldedAsReference(graph) : graph)
        .withInputs(Shape.of(1, 3, size, size));
  }

  @Test
  void of_graphWithoutHead_isRefused() {
    GraphBuilder builder = new GraphBuilder("Net");
    Value x = builder.input(Shape.of(1, 3, 8, 8));
    Graph graph =
        builder.build(List.of(builder.root().conv2d("conv", Conv2d.of(3, 4, 3)).apply(x)), null);
    assertThat(graph.head()).isEqualTo(Optional.empty());
    assertThatThrownBy(() -> TorchinfoTable.of(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the graph has no detection head");
  }

  /** The founding comparison: 0.714 times the bytes unfused, and 1.082 as the programs run. */
  @Test
  void totals_ofTheSeed_areItsOwn() {
    TorchinfoTable mobile = table("mobilenetv3small_yolo5s", false);
    TorchinfoTable yolo = table("yolov5s-v5.0", false);
    assertThat(mobile.printedTotals())
        .contains("Total mult-adds (G): 3.25", "Estimated Total Size (MB): 316.26");
    assertThat(yolo.printedTotals())
        .contains("Total mult-adds (G): 8.48", "Estimated Total Size (MB): 442.74");
    assertThat(ratio(mobile, yolo)).isCloseTo(0.714, within(0.0005));
    assertThat(ratio(table("mobilenetv3small_yolo5s", true), table("yolov5s-v5.0", true)))
        .isCloseTo(1.082, within(0.0005));
  }

  private static double ratio(TorchinfoTable one, TorchinfoTable other) {
    return (double) one.estimatedTotalBytes() / other.estimatedTotalBytes();
  }

  private static TorchinfoTable table(String name, boolean fused) {
    Graph graph = Model.of(Zoo.find(name).orElseThrow()).graph();
    return TorchinfoTable.of(
        (fused ? ModelSummary.foldedAsReference(graph) : graph)
            .withInputs(Shape.of(1, 3, 640, 640)));
  }
}
