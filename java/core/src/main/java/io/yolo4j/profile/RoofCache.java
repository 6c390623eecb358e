package io.yolo4j.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.kernels.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Roofs that were measured, kept in files: one for a processor, an instruction set and a number of
 * threads. A file that can't be read is as good as none, and so is one that another version of the
 * measurement or of the native library wrote, or that was measured under another system.
 */
public final class RoofCache {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  /** Of the way in which roofs are measured; those of others are measured anew. */
  static final int VERSION = 2;

  /**
   * What is in a file.
   *
   * @param version {@link #VERSION} of who measured
   * @param measuredBy native library and operating system
   */
  private record Kept(int version, String measuredBy, Roofs roofs) {}

  private final Path folder;

  /** Keeps files in a folder, which is made when the first is written. */
  public RoofCache(Path folder) {
    this.folder = folder;
  }

  /** Returns what was kept. */
  public Optional<Roofs> find(String device, String instructions, int threads) {
    try {
      Path file = file(device, instructions, threads);
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      Kept kept = MAPPER.readValue(file.toFile(), Kept.class);
      Roofs roofs = kept.roofs();
      boolean same =
          kept.version() == VERSION
              && kept.measuredBy().equals(measuredBy())
              && roofs.device().equals(device)
              && roofs.instructions().equals(instructions)
              && roofs.threads() == threads;
      return same ? Optional.of(roofs) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Keeps roofs.
   *
   * @throws IOException if the file can't be written
   */
  public void keep(Roofs roofs) throws IOException {
    Files.createDirectories(folder);
    AtomicFile.write(file(roofs.device(), roofs.instructions(), roofs.threads()), json(roofs));
  }

  private static String json(Roofs roofs) {
    try {
      return MAPPER.writeValueAsString(new Kept(VERSION, measuredBy(), roofs));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("roofs are not JSON", e);
    }
  }

  private static String measuredBy() {
    return "yolo4j %s, %s %s"
        .formatted(
            NativeLibrary.isAvailable() ? NativeLibrary.load().version() : "without natives",
            System.getProperty("os.name"),
            System.getProperty("os.version"));
  }

  private Path file(String device, String instructions, int threads) {
    String name = "%s-%s-%d.json".formatted(device, instructions, threads);
    return folder.resolve("roofs-" + name.replaceAll("[^A-Za-z0-9.-]+", "_"));
  }
}
