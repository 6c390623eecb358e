package io.yolo4j.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of real images, checkpoints and exact expected numbers: the system property {@code
 * yolo4j.shared}. A test that needs it is skipped, with the reason, where it is absent.
 */
public final class Shared {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Shared() {}

  /**
   * Returns whether the folder is there; for test factories that must not throw while they list
   * their cases.
   */
  public static boolean present() {
    return Files.isDirectory(root());
  }

  /**
   * Returns a file or folder below the shared folder, for example {@code
   * path("fixtures/models.json")}; the test is skipped when the shared folder is absent, and fails
   * when the folder is there without that file.
   */
  public static Path path(String relative) {
    assumeTrue(present(), "skipped: no shared data folder at " + root());
    Path path = root().resolve(relative);
    if (!Files.exists(path)) {
      throw new AssertionError("the shared folder is there but lacks " + relative);
    }
    return path;
  }

  /** Returns the parsed JSON file {@code fixtures/<relative>}. */
  public static JsonNode json(String relative) {
    try {
      return JSON.readTree(path("fixtures/" + relative).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the fixture {@code fixtures/<relative>}, a safetensors file. */
  public static TensorFixture tensors(String relative) {
    return TensorFixture.read(path("fixtures/" + relative));
  }

  /**
   * Returns the sorted file names in {@code fixtures/<folder>} that start with the prefix; empty
   * where data is absent.
   */
  public static List<String> fixtureNames(String folder, String prefix) {
    Path directory = root().resolve("fixtures").resolve(folder);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    return Path.of(System.getProperty("yolo4j.shared", "../shared")).toAbsolutePath().normalize();
  }
}
