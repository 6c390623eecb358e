package io.yolo4j.weights;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.yolo4j.graph.Shape;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Readers either read or throw CheckpointException, soon, whatever the bytes. */
class ReaderFuzzTest {
  private static final String SEED = "20261124";
  private static final Duration TIME_LIMIT = Duration.ofSeconds(20);
  private static final List<String> FIXTURES =
      List.of(
          "strided_zip.pt",
          "objects_zip.pt",
          "shared_storage_zip_old_layout.pt",
          "dtypes_scalars_empty_legacy.pt",
          "objects_legacy.pt",
          "strided_legacy.pt",
          "yolov5_tiny_nc2_stripped.pt");

  private static Path folder = Path.of("");
  private static List<byte[]> originals = List.of();

  @BeforeContainer
  static void createFolder() throws IOException {
    folder = Files.createTempDirectory("fuzz");
    originals = originals();
  }

  @AfterContainer
  static void deleteFolder() throws IOException {
    Files.deleteIfExists(folder.resolve("fuzz"));
    Files.deleteIfExists(folder);
  }

  private static void readOrRefuse(byte[] bytes) {
    assertTimeoutPreemptively(
        TIME_LIMIT,
        () -> {
          // A new file each time: the old one may still be mapped.
          Path file = folder.resolve("fuzz");
          Files.deleteIfExists(file);
          Files.write(file, bytes);
          try (Checkpoint checkpoint = Checkpoint.open(file)) {
            checkpoint.state().forEach((name, tensor) -> tensor.toFloats());
          } catch (CheckpointException expected) {
            // The one documented exception; any other, or an Error, fails the test.
          }
          try (SafeTensors tensors = SafeTensors.open(file)) {
            tensors.state().forEach((name, tensor) -> tensor.toDoubles());
          } catch (CheckpointException expected) {
            // As above.
          }
        });
  }

  private static byte[] mutated(byte[] original, long seed, int mutations) {
    byte[] bytes = original.clone();
    Random random = new Random(seed);
    for (int i = 0; i < mutations; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = random.nextBoolean() ? 0 : (byte) 0xff;
        default -> {
          int length = Math.min(random.nextInt(16), bytes.length - at);
          int from = random.nextInt(bytes.length - length);
          System.arraycopy(original, from, bytes, at, length);
        }
      }
    }
    return bytes;
  }

  /** The files to damage: two made here, and the fixtures where they are present. */
  private static List<byte[]> originals() throws IOException {
    List<byte[]> files = new ArrayList<>();
    Path written = folder.resolve("fuzz.pt");
    HostTensor tensor = HostTensor.of(new float[6], Shape.of(2, 3));
    PtWriter.write(written, StateDict.of(Map.of("a.weight", tensor)));
    files.add(Files.readAllBytes(written));
    Files.delete(written);
    Path legacy =
        PickleFiles.legacy(
            folder,
            PickleFiles.opcodes("}q\0(X\1\0\0\0a]q\1K\1ah\1h\0u."),
            PickleFiles.opcodes("]."),
            new byte[0]);
    files.add(Files.readAllBytes(legacy));
    Files.delete(legacy);
    if (Shared.present()) {
      for (String name : FIXTURES) {
        files.add(Files.readAllBytes(Shared.path("fixtures/checkpoints/" + name)));
      }
    }
    return files;
  }

  private static byte[] original(int index) {
    return originals.get(index % originals.size());
  }

  @Property(tries = 600, seed = SEED, shrinking = ShrinkingMode.OFF)
  void open_mutatedCheckpoint_readsOrRefuses(
      @ForAll @IntRange(max = 8) int original,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int mutations) {
    readOrRefuse(mutated(original(original), seed, mutations));
  }

  @Property(tries = 200, seed = SEED, shrinking = ShrinkingMode.OFF)
  void open_truncatedCheckpoint_readsOrRefuses(
      @ForAll @IntRange(max = 8) int original, @ForAll @IntRange(max = 1_000_000) int length) {
    byte[] bytes = original(original);
    readOrRefuse(Arrays.copyOf(bytes, length % bytes.length));
  }

  @Property(tries = 400, seed = SEED, shrinking = ShrinkingMode.OFF)
  void open_randomPickle_readsOrRefuses(@ForAll @Size(max = 400) byte[] random) throws IOException {
    readOrRefuse(random);
    byte[] pickle = PickleFiles.join(new byte[] {(byte) 0x80, 2}, random);
    Path file = PickleFiles.zip(folder, pickle, Map.of("data/0", new byte[24]));
    byte[] zipped = Files.readAllBytes(file);
    Files.delete(file);
    readOrRefuse(zipped);
  }

  @Property(tries = 600, seed = SEED, shrinking = ShrinkingMode.OFF)
  void open_mutatedSafeTensors_readsOrRefuses(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int mutations) throws IOException {
    Path file = folder.resolve("fuzz");
    HostTensor tensor = HostTensor.of(new float[6], Shape.of(2, 3));
    StateDict state =
        StateDict.builder()
            .put("a", tensor)
            .put("b", tensor.to(DType.F16))
            .put("c", HostTensor.of(new long[] {1}, Shape.of()))
            .build();
    ModelInfo info = ModelInfo.EMPTY.withClassNames(List.of("x")).withEpoch(3);
    SafeTensors.write(file, state, ModelMetadata.encode(info));
    byte[] bytes = Files.readAllBytes(file);
    readOrRefuse(mutated(bytes, seed, mutations));
    int cut = Math.floorMod(seed, bytes.length);
    readOrRefuse(Arrays.copyOf(bytes, cut));
  }
}
