package io.yolo4j.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Input;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OnnxExporterTest {
  private static final OnnxOptions SMALL = OnnxOptions.defaults().withShape(InputShape.square(64));

  @TempDir private Path folder = Path.of("");

  private final Graph graph = Model.of(Zoo.find("yolov5n").orElseThrow()).graph();
  private final StateDict state = Initializer.initialize(graph, 0);

  private ProtoReader written(OnnxOptions options, StateDict weights) throws IOException {
    Path file = folder.resolve("n.onnx");
    new OnnxExporter(options).export(graph, weights, Map.of("b", "2", "a", "ü")).write(file);
    return new ProtoReader(ByteBuffer.wrap(Files.readAllBytes(file)));
  }

  @Test
  void rules_coverEveryOperation() {
    Set<String> operations = new HashSet<>();
    for (Class<?> type : Op.class.getPermittedSubclasses()) {
      operations.add(type.getName());
    }
    operations.remove(Input.class.getName()); // the exporter writes it itself
    assertThat(OpRules.standard().operations().stream().map(Class::getName))
        .containsExactlyInAnyOrderElementsOf(operations);
  }

  @Test
  void operationWithoutRule_isNamedWithItsModule() {
    OpRules few = ConvolutionRules.addTo(LayoutRules.addTo(OpRules.none()));
    assertThatThrownBy(() -> new OnnxExporter(SMALL, few).export(graph, state, Map.of()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("module model.0.act: there is no ONNX form of SiLU");
  }

  @Test
  void model_holdsNamesTypesShapesAndMetadata() throws IOException {
    ProtoReader model = written(SMALL, state);
    assertThat(model.integer(1)).isEqualTo(8);
    assertThat(model.text(2)).isEqualTo("yolo4j");
    assertThat(model.messages(8).get(0).integer(2)).isEqualTo(17);
    assertThat(model.messages(14).stream().map(m -> m.text(1) + m.text(2)))
        .containsExactly("aü", "b2");
    ProtoReader network = model.messages(7).get(0);
    ProtoReader first = network.messages(1).get(0);
    assertThat(first.text(3)).isEqualTo("model.0.conv");
    assertThat(first.text(4)).isEqualTo("Conv");
    assertThat(first.text(6)).startsWith("Conv2d: Conv2d 3→16 k6 s2 p2");
    assertThat(first.texts(1))
        .containsExactly("images", "model.0.conv.weight", "model.0.conv.bias");
    ProtoReader weight =
        network.messages(5).stream()
            .filter(tensor -> tensor.text(8).equals("model.0.conv.weight"))
            .findFirst()
            .orElseThrow();
    assertThat(weight.integers(1)).containsExactly(16L, 3L, 6L, 6L);
    assertThat(weight.bytes(9).get(0).remaining()).isEqualTo(16 * 3 * 6 * 6 * 4);
  }

  @Test
  void knownShapes_areThoseOfTheGraph() throws IOException {
    ProtoReader network = written(SMALL, state).messages(7).get(0);
    ProtoReader value =
        network.messages(13).stream()
            .filter(v -> v.text(1).equals("model.0.conv"))
            .findFirst()
            .orElseThrow();
    ProtoReader tensor = value.messages(2).get(0).messages(1).get(0);
    assertThat(tensor.integer(1)).isEqualTo(OnnxType.FLOAT32.code());
    assertThat(tensor.messages(2).get(0).messages(1).stream().map(d -> d.integer(1)))
        .containsExactly(1L, 16L, 32L, 32L);
  }

  @Test
  void float16_refusesWhatItCannotHold() {
    String name = "model.24.m.0.bias";
    float[] values = state.get(name).toFloats();
    values[3] = 70_000;
    StateDict wide = state.with(name, HostTensor.of(values, Shape.of(values.length)));
    assertThatThrownBy(() -> written(SMALL.withHalf(OnnxOptions.Half.COMPUTE), wide))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "model.24.m.0.bias must fit float16, which ends at 65504, got 70000.0; export it in float32");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void input_mustFitTheStrides() {
    OnnxOptions odd = SMALL.withShape(InputShape.square(80));
    assertThatThrownBy(() -> new OnnxExporter(odd).export(graph, state, Map.of()))
        .hasMessage("height and width must be multiples of the largest stride 32, got 80x80");
  }

  @Test
  void size_over2GiB_isRefused() {
    OnnxModel.requireSize(Integer.MAX_VALUE);
    assertThatThrownBy(() -> OnnxModel.requireSize(1L << 31))
        .hasMessageContaining("must be smaller than 2 GiB, this one would have 2147483648 bytes");
  }

  @Test
  void hardSwish_isAnOperatorFrom14On() {
    Graph one = Model.of(Zoo.find("mobilenetv3small_yolo5s").orElseThrow()).graph();
    assertThat(
            one.nodes().stream()
                .anyMatch(n -> n.op().equals(new Activation(Activation.Kind.HARDSWISH))))
        .isTrue();
    StateDict weights = Initializer.initialize(one, 0);
    int old = new OnnxExporter(SMALL.withOpset(13)).export(one, weights, Map.of()).nodes();
    int young = new OnnxExporter(SMALL.withOpset(14)).export(one, weights, Map.of()).nodes();
    assertThat(young).isLessThan(old);
  }

  @Test
  void check_findsEveryKindOfDamage() throws IOException {
    Path file = folder.resolve("n.onnx");
    written(SMALL, state);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(OnnxCheck.of(file).outputs()).containsExactly("output");
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> OnnxCheck.of(file)).hasMessageContaining("must fit the message");
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("model.0.conv.weight");
    byte[] renamed = bytes.clone();
    renamed[at] = 'M';
    Files.write(file, renamed);
    assertThatThrownBy(() -> OnnxCheck.of(file))
        .hasMessageContaining("node model.0.conv (Conv) must read values that are given before it");
  }
}
