package io.yolo4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.yolo4j.graph.Shape;
import io.yolo4j.weights.CheckpointException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {
  private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

  @TempDir Path folder = Path.of("");

  private Path file(String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    return Files.write(folder.resolve("model.safetensors"), bytes.array());
  }

  private static CheckpointException refused(Path file) {
    return catchThrowableOfType(CheckpointException.class, () -> SafeTensors.open(file).close());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [1]|0|BAD_HEADER|must start with '{'
          {"a":1}|0|BAD_HEADER|tensor 'a' must be described by an object
          {"a":{"dtype":"F32","shape":[2]}}|8|BAD_HEADER|must have dtype, shape and two data_offsets
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}|8|BAD_HEADER|unknown property 'x'
          {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}|8|BAD_HEADER|a list of at most 64 numbers from 0 on, got -1
          {"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}|8|BAD_HEADER|a list of at most 64 numbers
          {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}|8|BAD_HEADER|valid JSON
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}|8|BAD_TENSOR_GEOMETRY|shape [3] must fill its data_offsets, got [0, 8]
          {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}|0|BAD_TENSOR_GEOMETRY|must fill
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}|8|BAD_TENSOR_GEOMETRY|must fill
          {"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}|8|UNSUPPORTED|dtype of tensor 'a' must be one of
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}|12|BAD_HEADER|must start where the header ends, at 0, but starts at 4 (hole)
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}|12|BAD_HEADER|'b' must start where 'a' ends, at 8, but starts at 4 (overlap)
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}|16|BAD_HEADER|Duplicate field 'a'
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}|4|TRUNCATED|must end within the 4 data bytes
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}|9|BAD_HEADER|must cover all 9 data bytes, they end at 8
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} x|8|BAD_HEADER|valid JSON
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}|8|BAD_HEADER|valid JSON
          {"__metadata__":{"k":1}}|0|BAD_HEADER|must be an object of strings
          {"__metadata__":[]}|0|BAD_HEADER|must be an object of strings
          """)
  void open_badHeader_namesReason(String header, int dataBytes, Reason reason, String text)
      throws IOException {
    Path file = file(header, dataBytes);
    CheckpointException thrown = refused(file);
    assertThat(thrown).hasMessageStartingWith(file + ": ").hasMessageContaining(text);
    assertThat(thrown.reason()).isEqualTo(reason);
  }

  @Test
  void open_badLength_namesReason() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.write(file, new byte[5]);
    assertThat(refused(file).reason()).isEqualTo(Reason.TRUNCATED);
    for (long length : new long[] {-1, 0, 1, 100_000_001, Long.MIN_VALUE}) {
      ByteBuffer bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
      Files.write(file, bytes.putLong(length).array());
      assertThat(refused(file))
          .hasMessage(
              file
                  + ": the safetensors header must have 2 to 100000000 bytes, its length field says "
                  + Long.toUnsignedString(length));
    }
    Files.write(file, ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(13).array());
    assertThat(refused(file).reason()).isEqualTo(Reason.TRUNCATED);
  }

  @Test
  void open_invalidUtf8_isRefused() throws IOException {
    Path file = file("{" + A.replace("\"a\"", "\"\0\0\"") + "}", 8);
    byte[] bytes = Files.readAllBytes(file);
    bytes[10] = (byte) 0xc3;
    bytes[11] = (byte) 0x28;
    Files.write(file, bytes);
    assertThat(refused(file)).hasMessageContaining("must be valid UTF-8");
  }

  @Test
  void open_missingFileOrFolder_isPlainIoException() {
    assertThatThrownBy(() -> SafeTensors.open(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none: no such file");
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(CheckpointException.class)
        .hasMessageContaining("must be a file, is a folder");
  }

  @Test
  void open_unalignedTensor_isRead() throws IOException {
    Path file =
        file(
            "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                + "\"a\":{\"dtype\":\"I16\",\"shape\":[],\"data_offsets\":[1,3]}}  ",
            3);
    try (SafeTensors opened = SafeTensors.open(file)) {
      assertThat(opened.names()).containsExactly("b", "a");
      assertThat(opened.tensor("a").toDoubles()).containsExactly(0);
    }
  }

  private static StateDict sample() {
    Shape two = Shape.of(2);
    HostTensor floats = HostTensor.of(new float[] {1.5f, Float.NaN}, two);
    ByteBuffer flags = ByteBuffer.wrap(new byte[] {1, 0, 1});
    return StateDict.builder()
        .put("flags", HostTensor.wrap(DType.BOOL, Shape.of(3), flags))
        .put("half", floats.to(DType.F16))
        .put("größe \"x\"", floats)
        .put("count", HostTensor.of(new long[] {Long.MIN_VALUE}, Shape.of()))
        .put("empty", HostTensor.of(new float[0], Shape.of(0, 5)))
        .put("wide", floats.to(DType.F64))
        .build();
  }

  static void assertSame(StateDict actual, StateDict expected) {
    assertThat(actual.names()).isEqualTo(expected.names());
    expected.forEach(
        (name, want) -> {
          HostTensor got = actual.get(name);
          assertThat(got.dtype()).isEqualTo(want.dtype());
          assertThat(got.shape()).isEqualTo(want.shape());
          assertThat(got.data()).isEqualTo(want.data());
        });
  }

  @Test
  void write_thenOpen_keepsOrderValuesAndMetadata() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Files.writeString(file, "old content");
    Map<String, String> metadata = Map.of("b", "ü\n", "a", "1", "c", "");
    SafeTensors.write(file, sample(), metadata);
    byte[] first = Files.readAllBytes(file);
    try (SafeTensors opened = SafeTensors.open(file)) {
      assertSame(opened.state(), sample());
      assertThat(opened.metadata()).isEqualTo(metadata);
      SafeTensors.write(file, opened.state(), opened.metadata());
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
    assertThat(ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong() % 64).isEqualTo(56);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList()).containsExactly(file);
    }
  }

  @Test
  void write_failure_leavesTheOldFileAndNoOther() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Files.writeString(file, "old");
    StateDict reserved = sample().with("__metadata__", sample().get("count"));
    assertThatThrownBy(() -> SafeTensors.write(file, reserved, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no tensor may be named '__metadata__', it is reserved for the metadata");
    assertThat(Files.readString(file)).isEqualTo("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList()).containsExactly(file);
    }
    assertThatThrownBy(
            () -> SafeTensors.write(folder.resolve("no/x.safetensors"), sample(), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("must lie in an existing folder");
  }

  @Test
  void state_afterClose_isRefusedButTensorsStay() throws IOException {
    Path file = folder.resolve("x.safetensors");
    SafeTensors.write(file, sample(), Map.of());
    SafeTensors opened = SafeTensors.open(file);
    HostTensor tensor = opened.tensor("half");
    opened.close();
    opened.close();
    assertThatThrownBy(opened::state)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the safetensors file is closed: " + file);
    assertThat(tensor.toFloats()).containsExactly(1.5f, Float.NaN);
  }

  @Test
  void metadata_modelInfo_survivesTheRoundTrip() throws IOException {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("nc", 2L);
    description.put("width_multiple", 0.25);
    description.put("backbone", List.of(List.of(-1L, 1L, "Conv", List.of(64L, false))));
    description.put("nothing", null);
    ModelInfo info =
        ModelInfo.EMPTY
            .withDescription(description)
            .withClassNames(List.of("scratch", "ü \"quoted\""))
            .withHead(List.of(8.0), List.of(List.of(10.0, 13.5)))
            .withImageSize(640)
            .withEpoch(-1)
            .withHyperParameters(Map.of("lr0", 0.01, "bad", Double.NaN))
            .withPreprocessing(Map.of("scale", 1 / 255.0));
    assertThat(ModelMetadata.decode(ModelMetadata.encode(info))).isEqualTo(info);
    assertThat(ModelMetadata.decode(Map.of("format", "pt"))).isEqualTo(ModelInfo.EMPTY);

    Path file = folder.resolve("x.safetensors");
    SafeTensors.write(file, sample(), ModelMetadata.encode(info));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.info()).isEqualTo(info);
      assertThat(checkpoint.format()).isEqualTo(Checkpoint.Format.SAFETENSORS);
    }
  }

  @Test
  void metadata_badValue_namesKey() throws IOException {
    assertThatThrownBy(() -> ModelMetadata.decode(Map.of(ModelMetadata.CLASS_NAMES, "{")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("yolo4j.class_names must be JSON of its kind: ");
    assertThatThrownBy(() -> ModelMetadata.decode(Map.of(ModelMetadata.VERSION, "2")))
        .hasMessage("yolo4j.version must be 1, got 2; a newer yolo4j wrote this model");
    String longText = "x".repeat((4 << 20) + 1);
    assertThatThrownBy(() -> ModelMetadata.decode(Map.of(ModelMetadata.DESCRIPTION, longText)))
        .hasMessage("yolo4j.description must have at most 4194304 characters, got 4194305");
    Path file = folder.resolve("x.safetensors");
    SafeTensors.write(file, sample(), Map.of(ModelMetadata.STRIDES, "[null]"));
    assertThat(catchThrowableOfType(CheckpointException.class, () -> Checkpoint.open(file)))
        .hasMessageContaining("bad model metadata");
  }
}
