package io.yolo4j.torch;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.model.Arguments;
import io.yolo4j.model.ModuleRegistry;
import io.yolo4j.model.ModuleType;
import io.yolo4j.testing.TensorFixture;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Builds the module of a fixture as a graph of its own. */
final class FixtureModule {
  private FixtureModule() {}

  /** Returns the graph of the fixture's module; its parameters have no prefix. */
  static Graph graph(TensorFixture fixture) {
    String name = fixture.metadata("module");
    ModuleType type =
        ModuleRegistry.standard()
            .find(name)
            .or(() -> ModuleRegistry.standard().find("nn." + name))
            .orElseThrow(() -> new AssertionError("no module " + name));
    GraphBuilder builder = new GraphBuilder(type.treeType());
    ModuleScope scope = builder.root();
    List<Value> inputs = new ArrayList<>();
    for (String input : inputNames(fixture)) {
      inputs.add(builder.input(Shape.of(fixture.get(input).shape())));
    }
    Arguments arguments = new Arguments(name, plain(fixture.metadataJson("args")));
    List<Value> outputs = type.factory().create(scope, arguments).outputs(inputs);
    return builder.build(outputs, null);
  }

  static List<String> inputNames(TensorFixture fixture) {
    return fixture.names().stream().filter(name -> name.matches("input\\d*")).sorted().toList();
  }

  /** Returns the fixture's weights as a state dictionary. */
  static StateDict state(TensorFixture fixture) {
    StateDict.Builder state = StateDict.builder();
    for (Map.Entry<String, TensorFixture.Entry> weight : fixture.weights().entrySet()) {
      TensorFixture.Entry entry = weight.getValue();
      if (entry.dtype().equals("I64")) {
        state.put(
            weight.getKey(),
            HostTensor.of(new long[] {(long) entry.values()[0]}, Shape.of(entry.shape())));
      } else {
        state.put(weight.getKey(), host(entry));
      }
    }
    return state.build();
  }

  static HostTensor host(TensorFixture.Entry entry) {
    return HostTensor.of(entry.floats(), Shape.of(entry.shape()));
  }

  static Tensor tensor(TensorFixture.Entry entry) {
    return TensorTransfer.toTorch(host(entry));
  }

  private static List<@Nullable Object> plain(JsonNode array) {
    List<@Nullable Object> values = new ArrayList<>();
    for (JsonNode node : array) {
      if (node.isArray()) {
        values.add(plain(node));
      } else if (node.isNull()) {
        values.add(null);
      } else if (node.isBoolean()) {
        values.add(node.asBoolean());
      } else if (node.isTextual()) {
        values.add(node.asText());
      } else {
        values.add(node.isIntegralNumber() ? (Object) node.asLong() : (Object) node.asDouble());
      }
    }
    return values;
  }
}
