package io.yolo4j.weights;

import static io.yolo4j.weights.PickleTree.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.testing.Closeness;
import io.yolo4j.testing.Shared;
import io.yolo4j.testing.TensorFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every file of fixtures/checkpoints against expected.json. */
class CheckpointFixtureTest {
  private static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  private static JsonNode expected() {
    return Shared.json("checkpoints/expected.json").get("files");
  }

  private static Path file(String name) {
    return Shared.path("fixtures/checkpoints/" + name);
  }

  private static Stream<String> names(String prefix, String suffix) {
    return Shared.fixtureNames("checkpoints", prefix).stream()
        .filter(name -> name.endsWith(suffix));
  }

  @Test
  void expected_files_areAllThere() {
    List<String> listed = new ArrayList<>();
    expected().fieldNames().forEachRemaining(listed::add);
    assertThat(listed).hasSize(42).allSatisfy(name -> assertThat(file(name)).exists());
  }

  @TestFactory
  Stream<DynamicTest> open_badFile_namesReason() {
    return names("bad_", ".pt").map(name -> DynamicTest.dynamicTest(name, () -> refused(name)));
  }

  private static void refused(String name) {
    Set<String> reasons = new HashSet<>();
    reasons.add(expected().get(name).get("expected_error").asText());
    String about = expected().get(name).get("about").asText();
    for (CheckpointException.Reason reason : CheckpointException.Reason.values()) {
      if (about.contains(reason + " is acceptable")) {
        reasons.add(reason.name());
      }
    }
    Throwable thrown =
        assertTimeoutPreemptively(
            TIME_LIMIT,
            () ->
                catchThrowable(
                    () -> {
                      try (Checkpoint checkpoint = Checkpoint.open(file(name))) {
                        checkpoint.state();
                      }
                    }));
    assertThat(thrown)
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file(name) + ": ")
        .hasMessageMatching("(?s).*(must|may|can't|not|ends|bad).*");
    assertThat(((CheckpointException) thrown).reason().name()).isIn(reasons);
  }

  @TestFactory
  Stream<DynamicTest> state_tensors_haveShapesStridesAndValues() {
    return Stream.of("shared_storage_", "strided_", "dtypes_")
        .flatMap(prefix -> names(prefix, ".pt"))
        .map(name -> DynamicTest.dynamicTest(name, () -> tensorsMatch(name)));
  }

  private static void tensorsMatch(String name) throws IOException {
    JsonNode tensors = expected().get(name).get("tensors");
    try (Checkpoint checkpoint = Checkpoint.open(file(name))) {
      assertThat(checkpoint.format()).isEqualTo(formatOf(name));
      Map<?, ?> root = PickleTree.root(checkpoint);
      List<String> keys = new ArrayList<>();
      tensors.fieldNames().forEachRemaining(keys::add);
      assertThat(checkpoint.state().names()).isEqualTo(keys);
      Map<PickledStorage, Integer> storageIds = new HashMap<>();
      for (String key : keys) {
        JsonNode want = tensors.get(key);
        PickledTensor stored = at(root, PickledTensor.class, key);
        assertThat(stored.dtype().torchName()).isEqualTo(want.get("dtype").asText());
        assertThat(stored.shape().dims()).as(key).isEqualTo(ints(want.get("shape")));
        assertThat(stored.strides().stream().map(Long::intValue).toList())
            .isEqualTo(ints(want.get("stride")));
        assertThat(stored.offset()).isEqualTo(want.get("storage_offset").asLong());
        storageIds.putIfAbsent(stored.storage(), storageIds.size());
        assertThat(storageIds.get(stored.storage()))
            .as(key)
            .isEqualTo(want.get("shares_storage_id").asInt());
        valuesMatch(key, checkpoint.state().get(key), want);
      }
    }
  }

  private static void valuesMatch(String key, HostTensor tensor, JsonNode want) {
    double[] values = tensor.toDoubles();
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    Closeness.assertClose(
        key + " sum", new double[] {sum}, new double[] {number(want.get("sum"))}, 1e-12, 1e-12);
    JsonNode first = want.get("first_values");
    for (int i = 0; i < first.size(); i++) {
      assertThat(Double.compare(values[i], number(first.get(i))))
          .as("%s[%d] = %s, expected %s", key, i, values[i], first.get(i))
          .isZero();
    }
  }

  private static double number(JsonNode node) {
    return node.isTextual() ? Double.parseDouble(node.asText()) : node.asDouble();
  }

  private static List<Integer> ints(JsonNode list) {
    List<Integer> ints = new ArrayList<>();
    list.forEach(value -> ints.add(value.asInt()));
    return ints;
  }

  private static Checkpoint.Format formatOf(String name) {
    return name.contains("legacy") ? Checkpoint.Format.PT_LEGACY : Checkpoint.Format.PT_ZIP;
  }

  @TestFactory
  Stream<DynamicTest> state_mobilenet_hasAllEntries() {
    return names("mobilenet", ".pth")
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      try (Checkpoint checkpoint = Checkpoint.open(file(name))) {
                        JsonNode want = expected().get(name).get("tensors_key_shape_dtype_sum");
                        entriesMatch(checkpoint.state(), want);
                        assertThat(checkpoint.state().size()).isEqualTo(244);
                        assertThat(checkpoint.info()).isEqualTo(ModelInfo.EMPTY);
                      }
                    }));
  }

  private static void entriesMatch(StateDict state, JsonNode want) {
    List<String> keys = new ArrayList<>();
    want.forEach(entry -> keys.add(entry.get(0).asText()));
    assertThat(state.names()).isEqualTo(keys);
    for (JsonNode entry : want) {
      HostTensor tensor = state.get(entry.get(0).asText());
      assertThat(tensor.shape().dims()).isEqualTo(ints(entry.get(1)));
      assertThat(tensor.dtype().torchName()).isEqualTo(entry.get(2).asText());
      double sum = 0;
      for (double value : tensor.toDoubles()) {
        sum += value;
      }
      Closeness.assertClose(
          entry.get(0).asText(),
          new double[] {sum},
          new double[] {number(entry.get(3))},
          1e-9,
          1e-9);
    }
  }

  @Test
  void state_trainingCheckpoint_takesEma() throws IOException {
    JsonNode want = expected().get("yolov5_tiny_nc2_last.pt");
    try (Checkpoint checkpoint = Checkpoint.open(file("yolov5_tiny_nc2_last.pt"))) {
      entriesMatch(checkpoint.state(), want.get("ema_state_dict_key_shape_dtype_sum"));
      modelInfoMatches(checkpoint.info(), want);
      assertThat(checkpoint.info().epoch()).hasValue(7);
      Map<?, ?> root = PickleTree.root(checkpoint);
      assertThat(root.get("updates")).isEqualTo(1L);
      assertThat(at(root, PickleObject.class, "ema").className()).isEqualTo("models.yolo.Model");
      HostTensor fitness = at(root, PickledArray.class, "best_fitness").values().orElseThrow();
      assertThat(fitness.toDoubles()).containsExactly(0.3125);
    }
  }

  @Test
  void state_strippedCheckpoint_takesModel() throws IOException {
    JsonNode want = expected().get("yolov5_tiny_nc2_stripped.pt");
    try (Checkpoint checkpoint = Checkpoint.open(file("yolov5_tiny_nc2_stripped.pt"))) {
      entriesMatch(checkpoint.state(), want.get("model_state_dict_key_shape_dtype_sum"));
      modelInfoMatches(checkpoint.info(), want);
      assertThat(checkpoint.info().epoch()).hasValue(-1);
    }
  }

  private static void modelInfoMatches(ModelInfo info, JsonNode want) {
    assertThat(info.classNames()).containsExactly("scratch", "dent");
    assertThat(info.classCount()).hasValue(2);
    assertThat(info.strides()).containsExactly(8.0, 16.0, 32.0);
    assertThat(info.anchors())
        .containsExactly(
            List.of(10.0, 13.0, 16.0, 30.0, 33.0, 23.0),
            List.of(30.0, 61.0, 62.0, 45.0, 59.0, 119.0),
            List.of(116.0, 90.0, 156.0, 198.0, 373.0, 326.0));
    JsonNode description = new ObjectMapper().valueToTree(info.description().orElseThrow());
    assertThat(description.toString()).isEqualTo(want.get("yaml").toString());
    assertThat(info.hyperParameters()).hasSize(29).containsEntry("lr0", 0.01);
  }

  @TestFactory
  Stream<DynamicTest> root_objects_becomePlainValues() {
    return names("objects_", ".pt")
        .map(name -> DynamicTest.dynamicTest(name, () -> objectsMatch(name)));
  }

  private static void objectsMatch(String name) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file(name))) {
      Map<?, ?> root = PickleTree.root(checkpoint);
      JsonNode want = expected().get(name).get("expected");
      assertThat(root.get("epoch")).isEqualTo(3L);
      assertThat(String.valueOf(root.get("big"))).isEqualTo(want.get("big_as_text").asText());
      assertThat(root.get("neg")).isEqualTo(-5L);
      assertThat(root.get("float")).isEqualTo(1.5);
      assertThat(root.containsKey("none")).isTrue();
      assertThat(root.get("none")).isNull();
      assertThat(root.get("true")).isEqualTo(true);
      assertThat(root.get("text")).isEqualTo(want.get("text").asText());
      assertThat((byte[]) root.get("bytes")).containsExactly(0, 0xff);
      assertThat(at(root, List.class, "list").toString()).isEqualTo("[1, [2, x], [3, null]]");
      assertThat(root.get("tuple1")).isEqualTo(List.of(1L));
      assertThat(root.get("empty")).isEqualTo(List.of(Map.of(), List.of(), List.of()));
      assertThat(root.get("size")).isEqualTo(List.of(2L, 3L));
      assertThat(at(root, Map.class, "ordered").keySet().toString()).isEqualTo("[z, a]");
      assertThat(root.get("set")).isEqualTo(Set.of(1L, 2L, 3L));
      assertThat(root.get("numpy_scalar")).isEqualTo(0.25);
      HostTensor array = at(root, PickledArray.class, "numpy_array").values().orElseThrow();
      assertThat(array.shape().dims()).containsExactly(2, 3);
      assertThat(array.toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(root.get("int_keys")).isEqualTo(Map.of(0L, "a", 1L, "b"));
      assertThat(String.valueOf(root.get("dtype"))).isEqualTo("torch.float16");
      assertThat(root.get("device")).isEqualTo("cpu");
      assertThat((List<?>) root.get("long_list")).hasSize(1200).last().isEqualTo(1199L);
      assertThat(at(root, PickledTensor.class, "tensor").toHostTensor().toFloats())
          .containsExactly(1, 2);
      List<?> twice = at(root, List.class, "same_list_twice");
      assertThat(twice.get(0)).isSameAs(twice.get(1)).isEqualTo(List.of(1L, 2L));
    }
  }

  @Test
  void root_optimizerState_hasGroupsAndBuffers() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file("optimizer_state.pt"))) {
      Map<?, ?> root = PickleTree.root(checkpoint);
      assertThat(at(root, List.class, "optimizer", "param_groups").size()).isEqualTo(3);
      HostTensor buffer =
          at(root, PickledTensor.class, "optimizer", "state", 1L, "momentum_buffer").toHostTensor();
      JsonNode want = expected().get("optimizer_state.pt").get("momentum_buffers").get("1");
      assertThat(buffer.shape().dims()).containsExactly(2, 2);
      assertThat((double) buffer.toFloats()[3])
          .isCloseTo(want.get(1).get(1).asDouble(), org.assertj.core.data.Offset.offset(1e-7));
      assertThat(catchThrowable(checkpoint::state))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("must have a model or a dictionary of tensors");
    }
  }

  @TestFactory
  Stream<DynamicTest> open_realCheckpoint_hasModelAndNames() {
    Map<String, List<Object>> files =
        Map.of(
            "yolov5n-coco-v6.0.pt", List.of(80, 350, 1_872_157L, "person", "toothbrush"),
            "yolov5n-ppe-v6.1.pt", List.of(2, 349, 1_766_623L, "helmet", "vest"),
            "yolov5n-neu-reference.pt", List.of(6, 349, 0L, "crazing", "scratches"));
    return Shared.present()
        ? files.entrySet().stream()
            .map(
                entry ->
                    DynamicTest.dynamicTest(
                        entry.getKey(), () -> realFile(entry.getKey(), entry.getValue())))
        : Stream.empty();
  }

  private static void realFile(String name, List<Object> want) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(Shared.path("weights/" + name))) {
      ModelInfo info = checkpoint.info();
      assertThat(info.classCount()).hasValue((Integer) want.get(0));
      assertThat(info.classNames()).first().isEqualTo(want.get(3));
      assertThat(info.classNames()).last().isEqualTo(want.get(4));
      assertThat(info.strides()).containsExactly(8.0, 16.0, 32.0);
      assertThat(info.anchors()).hasSize(3).allSatisfy(level -> assertThat(level).hasSize(6));
      assertThat(info.description().orElseThrow()).containsEntry("depth_multiple", 0.33);
      StateDict state = checkpoint.state();
      assertThat(state.size()).isEqualTo(want.get(1));
      assertThat(state.names()).first().isEqualTo("model.0.conv.weight");
      assertThat(state.get("model.0.conv.weight").dtype()).isEqualTo(DType.F16);
      long parameters =
          state.toMap().entrySet().stream()
              .filter(e -> e.getKey().matches(".*\\.(weight|bias)"))
              .mapToLong(e -> e.getValue().elements())
              .sum();
      if (!want.get(2).equals(0L)) {
        assertThat(parameters).isEqualTo(want.get(2));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> open_safetensorsFixtures_sameAsIndependentReader() {
    return Stream.of("forward", "metrics")
        .flatMap(
            folder ->
                Shared.fixtureNames(folder, "").stream()
                    .filter(name -> name.endsWith(".safetensors"))
                    .map(name -> folder + "/" + name))
        .map(name -> DynamicTest.dynamicTest(name, () -> sameAsFixtureReader(name)));
  }

  private static void sameAsFixtureReader(String name) throws IOException {
    TensorFixture fixture = Shared.tensors(name);
    try (SafeTensors file = SafeTensors.open(Shared.path("fixtures/" + name))) {
      assertThat(file.names()).containsExactlyElementsOf(fixture.names());
      for (String tensor : file.names()) {
        TensorFixture.Entry want = fixture.get(tensor);
        assertThat(file.tensor(tensor).shape().toArray()).isEqualTo(want.shape());
        assertThat(file.tensor(tensor).dtype().safeTensorsName()).isEqualTo(want.dtype());
        assertThat(file.tensor(tensor).toDoubles()).isEqualTo(want.values());
      }
    }
    try (Checkpoint checkpoint = Checkpoint.open(Shared.path("fixtures/" + name))) {
      assertThat(checkpoint.format()).isEqualTo(Checkpoint.Format.SAFETENSORS);
      assertThat(checkpoint.root()).isEmpty();
    }
  }
}
