package io.yolo4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Cost;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.HeadDecode;
import io.yolo4j.graph.HeadDecode.EagerForm;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.ThopCounter;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Our own count against the operations that PyTorch really executed, node by node, and thop's
 * against its own figures at full size.
 *
 * <p>What the lists hold and our graph does not, or otherwise:
 *
 * <ul>
 *   <li>Detect decodes in evaluation mode (sigmoid, slices, multiplications, a last concat); our
 *       graph ends in raw heads. Of Detect's own operations only {@code clone}, our SplitAnchors,
 *       is compared.
 *   <li>PyTorch's max-pool writes the index of each maximum, 8 bytes an element; ours does not.
 *   <li>The v5.0 list counts 25 operations a pooled element for all of SPP's pools, those of kernel
 *       9 and 13 too; the rule is kernel².
 *   <li>{@code empty} is the allocation of a batch norm's scratch; views move nothing on both
 *       sides, and one StridedSlice of ours is two of PyTorch's.
 *   <li>The fused lists fold Conv and DWConv only, as the reference does.
 * </ul>
 */
class ReferenceCostTest {
  private static final Map<String, Integer> SPP_KERNELS =
      Map.of("model.8.m.1", 9, "model.8.m.2", 13);
  private static final int BYTES = 4;

  @TestFactory
  Stream<DynamicTest> cost_everyNode_matchesTheExecutedOperations() {
    return tests("aten_", this::checkOperations, 6);
  }

  @TestFactory
  Stream<DynamicTest> thop_everyTable_matchesToTheDigit() {
    return Stream.concat(
        tests("yolov5", this::checkThop, 30), tests("mobilenet", this::checkThop, 6));
  }

  private static Stream<DynamicTest> tests(
      String prefix, BiConsumer<String, JsonNode> check, int count) {
    if (!Shared.present()) {
      return Stream.empty();
    }
    List<String> files = Shared.fixtureNames("profile", prefix);
    assertThat(files).hasSize(count);
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file, () -> check.accept(file, Shared.json("profile/" + file))));
  }

  private void checkOperations(String file, JsonNode table) {
    Graph graph = graph(file, table).withInputs(square(table.get("imgsz").asInt()));
    String detect = graph.node(graph.outputs().get(0)).modulePath();
    List<String> expected = new ArrayList<>();
    for (JsonNode op : table.get("ops")) {
      if (comparable(op, detect)) {
        expected.add(expected(op));
      }
    }
    List<String> actual = new ArrayList<>();
    for (Node node : graph.nodes()) {
      // Views and identities: PyTorch runs nothing for them, or several views.
      if (!node.op().isView()) {
        Cost cost = graph.cost(node);
        actual.add(
            row(
                node.modulePath(),
                cost.flops(),
                BYTES * cost.inputElements(),
                BYTES * cost.weightElements(),
                BYTES * cost.outputElements()));
      }
    }
    assertThat(actual).containsExactlyElementsOf(expected);
    checkDecode(HeadDecode.of(graph), table, detect, file.contains("v5.0"));
  }

  /** The eager form is what ran behind the raw heads; ours has the same arithmetic in one. */
  private static void checkDecode(HeadDecode decode, JsonNode table, String detect, boolean old) {
    List<String> executed = new ArrayList<>();
    boolean decodes = false;
    long flops = 0;
    for (JsonNode op : table.get("ops")) {
      String name = op.get("op").asText();
      boolean inside = op.get("path").asText().equals(detect);
      // Behind the clone that splits the anchors, until the next level's convolution.
      decodes = inside && (decodes || name.equals("cat"));
      if (decodes) {
        flops += op.get("flops").asLong();
        executed.add(
            row(
                name,
                op.get("flops").asLong(),
                op.get("in_bytes").asLong() + op.get("w_bytes").asLong(),
                0,
                op.get("out_bytes").asLong()));
      }
      decodes = inside && (decodes || name.equals("clone"));
    }
    assertThat(
            decode.eager(old ? EagerForm.BROADCAST : EagerForm.EXPANDED).stream()
                .map(ReferenceCostTest::row))
        .containsExactlyElementsOf(executed);
    Cost cost = decode.cost();
    assertThat(cost.flops()).isEqualTo(flops);
    assertThat(cost.inputElements()).isEqualTo(cost.outputElements());
    assertThat(BYTES * cost.outputElements())
        .as("all levels, one after the other")
        .isEqualTo(table.get("ops").get(table.get("ops").size() - 1).get("out_bytes").asLong());
  }

  private static String row(HeadDecode.EagerOp op) {
    return row(op.name(), op.flops(), BYTES * op.inputElements(), 0, BYTES * op.outputElements());
  }

  private static boolean comparable(JsonNode op, String detect) {
    String name = op.get("op").asText();
    boolean decodes = op.get("path").asText().equals(detect) && !name.equals("clone");
    return !decodes && !op.path("view").asBoolean() && !name.equals("empty");
  }

  private static String expected(JsonNode op) {
    String path = op.get("path").asText();
    long written = op.get("out_bytes").asLong();
    long flops = op.get("flops").asLong();
    if (op.get("op").asText().equals("max_pool2d_with_indices")) {
      written -= 8 * elements(op.get("outs").get(1));
      int kernel = SPP_KERNELS.getOrDefault(path, 5);
      flops = flops / 25 * kernel * kernel;
    }
    return row(path, flops, op.get("in_bytes").asLong(), op.get("w_bytes").asLong(), written);
  }

  private static long elements(JsonNode shape) {
    long elements = 1;
    for (JsonNode dim : shape) {
      elements *= dim.asLong();
    }
    return elements;
  }

  private static String row(String path, long flops, long read, long weights, long written) {
    return "%s flops %d read %d weights %d written %d"
        .formatted(path, flops, read, weights, written);
  }

  private void checkThop(String file, JsonNode table) {
    Graph graph = graph(file, table);
    assertThat(graph.root().moduleCount()).as("layers").isEqualTo(table.get("layers").asInt());
    assertThat(graph.root().trainableElements()).isEqualTo(table.get("params").asLong());
    int size = table.get("imgsz").asInt();
    checkThop(ThopCounter.V0_0_31, graph, size, table.get("thop").get("0.0.31.post2005241907"));
    checkThop(ThopCounter.V0_1_1, graph, size, table.get("thop").get("0.1.1.post2209072238"));
    long multiplyAdds = 0;
    for (JsonNode call : table.get("leaf_calls")) {
      multiplyAdds += call.get("type").asText().equals("Conv2d") ? torchinfoConv(call) : 0;
    }
    assertThat(ofConvolutions(graph.withInputs(square(size)))).isEqualTo(multiplyAdds);
  }

  private static void checkThop(ThopCounter counter, Graph graph, int size, JsonNode expected) {
    assertThat(counter.multiplyAdds(graph.withInputs(square(size))))
        .as("%s at %d", counter, size)
        .isEqualTo(expected.get("macs").asLong());
    int stride = expected.get("stride").asInt();
    assertThat(counter.multiplyAdds(graph.withInputs(square(stride))))
        .as("%s at %d", counter, stride)
        .isEqualTo(expected.get("macs_at_stride").asLong());
  }

  /** Weights, without the bias, times output cells. */
  private static long torchinfoConv(JsonNode call) {
    JsonNode output = call.get("output");
    long biases = call.get("bias").asBoolean() ? output.get(1).asLong() : 0;
    return (call.get("params").asLong() - biases) * output.get(2).asLong() * output.get(3).asLong();
  }

  private static long ofConvolutions(Graph graph) {
    long sum = 0;
    for (Node node : graph.nodes()) {
      sum += node.op() instanceof Conv2d conv ? conv.multiplyAdds(node.shape()) : 0;
    }
    return sum;
  }

  private static Graph graph(String file, JsonNode table) {
    String name = file.replaceAll("^aten_|_nc.*$", "").replace("_v5.0", "-v5.0");
    int classes = table.get("nc").asInt();
    Graph graph = Model.of(Zoo.find(name).orElseThrow().withClasses(classes)).graph();
    boolean fused = table.get("fused").asBoolean();
    return fused ? ModelSummary.foldedAsReference(graph) : graph;
  }

  private static Shape square(int side) {
    return Shape.of(1, 3, side, side);
  }
}
