package io.yolo4j.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Shape;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PtWriterTest {
  @TempDir Path folder = Path.of("");

  private static StateDict sample(int entries) {
    StateDict.Builder builder = StateDict.builder();
    for (int i = 0; i < entries; i++) {
      Shape shape = Shape.of(2, 1, 1, 300);
      float[] values = new float[600];
      values[0] = i;
      HostTensor floats = HostTensor.of(values, shape);
      builder.put("layer." + i, i % 2 == 0 ? floats : floats.to(DType.F16));
    }
    return builder
        .put("größe", HostTensor.of(new long[] {-5}, Shape.of()))
        .put("empty", HostTensor.of(new float[0], Shape.of(0, 5)))
        .build();
  }

  @Test
  void write_thenOpen_isTheSame() throws IOException {
    Path file = folder.resolve("best.pt");
    StateDict state = sample(1100); // more than one batch of items, keys of more than one byte
    PtWriter.write(file, state);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(checkpoint.format()).isEqualTo(Checkpoint.Format.PT_ZIP);
      SafeTensorsTest.assertSame(checkpoint.state(), state);
    }
  }

  @Test
  void write_noTensors_isAnEmptyDictionary() throws IOException {
    Path file = folder.resolve("empty.pt");
    PtWriter.write(file, StateDict.of(Map.of()));
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      assertThat(PickleTree.root(checkpoint)).isEmpty();
    }
  }

  @Test
  void write_records_areStoredAlignedUnderTheFilesName() throws IOException {
    Path file = folder.resolve("best.weights.pt");
    PtWriter.write(file, sample(3));
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> names = new ArrayList<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        names.add(entry.getName());
        assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
        // Reading checks the checksum.
        assertThat(zip.getInputStream(entry).readAllBytes()).hasSize((int) entry.getSize());
      }
      assertThat(names)
          .startsWith("best.weights/data.pkl", "best.weights/byteorder", "best.weights/data/0")
          .endsWith("best.weights/data/4", "best.weights/version");
    }
    int local = 0;
    while (bytes.getInt(local) == 0x04034b50) {
      int data = local + 30 + bytes.getShort(local + 26) + bytes.getShort(local + 28);
      assertThat(data % 64).isZero();
      local = data + bytes.getInt(local + 18);
    }
    assertThat(bytes.getInt(local)).isEqualTo(0x02014b50);
  }

  @Test
  void write_strangeFileNames_canBeReadAgain() throws IOException {
    for (String name : List.of("a..b.pt", "..pt", ".pt", "größe.pt", "x")) {
      Path file = folder.resolve(name);
      PtWriter.write(file, sample(1));
      try (Checkpoint checkpoint = Checkpoint.open(file)) {
        SafeTensorsTest.assertSame(checkpoint.state(), sample(1));
      }
    }
  }

  @Test
  void write_sameContentTwice_isTheSameFile() throws IOException {
    Path file = folder.resolve("a.pt");
    PtWriter.write(file, sample(2));
    byte[] first = Files.readAllBytes(file);
    PtWriter.write(file, sample(2));
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
  }

  @Test
  void convert_realCheckpoint_keepsEverything() throws IOException {
    Path safe = folder.resolve("neu.safetensors");
    Path again = folder.resolve("neu.pt");
    try (Checkpoint source = Checkpoint.open(Shared.path("weights/yolov5n-neu-reference.pt"))) {
      SafeTensors.write(safe, source.state(), ModelMetadata.encode(source.info()));
      try (Checkpoint converted = Checkpoint.open(safe)) {
        SafeTensorsTest.assertSame(converted.state(), source.state());
        assertThat(converted.info()).isEqualTo(source.info());
        PtWriter.write(again, converted.state());
      }
      try (Checkpoint written = Checkpoint.open(again)) {
        SafeTensorsTest.assertSame(written.state(), source.state());
      }
    }
  }
}
