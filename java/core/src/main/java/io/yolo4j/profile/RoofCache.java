package io.yolo4j.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Roofs that were measured, kept in files: one for a processor, an instruction set and a number of
 * threads. A file that can't be read is as good as none.
 */
public final class RoofCache {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

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
      Roofs roofs = MAPPER.readValue(file.toFile(), Roofs.class);
      boolean same =
          roofs.device().equals(device)
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
      return MAPPER.writeValueAsString(roofs);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("roofs are not JSON", e);
    }
  }

  private Path file(String device, String instructions, int threads) {
    String name = "%s-%s-%d.json".formatted(device, instructions, threads);
    return folder.resolve("roofs-" + name.replaceAll("[^A-Za-z0-9.-]+", "_"));
  }
}
