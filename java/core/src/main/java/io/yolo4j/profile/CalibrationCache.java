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
 * Calibrations in files beside the roofs: one for a processor, an instruction set, a number of
 * threads and an executor. A file that can't be read, or is of another version, is as good as none.
 */
public final class CalibrationCache {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  private final Path folder;

  /** Keeps files in a folder, which is made when the first is written. */
  public CalibrationCache(Path folder) {
    this.folder = folder;
  }

  /** Returns what was kept for an executor under these roofs. */
  public Optional<Calibration> find(Roofs roofs, String executor) {
    try {
      Path file = file(roofs, executor);
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      Calibration kept = MAPPER.readValue(file.toFile(), Calibration.class);
      return kept.isOf(roofs, executor) ? Optional.of(kept) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Keeps a calibration.
   *
   * @throws IOException if the file can't be written
   */
  public void keep(Calibration calibration) throws IOException {
    Files.createDirectories(folder);
    AtomicFile.write(file(calibration.roofs(), calibration.executor()), json(calibration));
  }

  private static String json(Calibration calibration) {
    try {
      return MAPPER.writeValueAsString(calibration);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a calibration is not JSON", e);
    }
  }

  private Path file(Roofs roofs, String executor) {
    String name =
        "%s-%s-%d-%s.json"
            .formatted(roofs.device(), roofs.instructions(), roofs.threads(), executor);
    return folder.resolve("calibration-" + name.replaceAll("[^A-Za-z0-9.-]+", "_"));
  }
}
