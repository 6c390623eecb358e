package io.yolo4j.data.split;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The file {@code manifest.json} that tells how pictures were divided or chosen. */
final class Manifest {
  static final int VERSION = 1;

  /** What a picture's hash is made of. */
  static final String HASH = "SHA-256 of width, height (32 bits each, big endian) and RGB bytes";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Manifest() {}

  /** Writes the file into a folder. */
  static void write(Path folder, Map<String, Object> content) throws IOException {
    String text;
    try {
      text = JSON.writeValueAsString(content) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is not JSON", e);
    }
    AtomicFile.write(folder.resolve("manifest.json"), text);
  }
}
