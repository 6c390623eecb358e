package io.yolo4j.examples.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * What tells one content of a file from another without reading it.
 *
 * @param bytes its size
 * @param modified when it was written
 */
record Version(long bytes, Instant modified) {
  static Version of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Version(attributes.size(), attributes.lastModifiedTime().toInstant());
  }
}
