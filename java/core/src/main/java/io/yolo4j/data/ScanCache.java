package io.yolo4j.data;

import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what was found in pictures and label files, so that a data set is not read anew each
 * time.
 *
 * <p>What is remembered of a picture is used only while size, times and file number of the picture
 * and of its label file are the same as when they were read, the time that the system itself keeps
 * of changes included, and these times are old enough to tell. Files for which the system keeps no
 * such time are always read. One file a data set, part and set of options, replaced in one step; a
 * file that cannot be used is reported in the log and made anew.
 *
 * <p>Threads: safe; of two scans at once, one's file stays.
 */
public final class ScanCache {
  private static final Logger LOG = LoggerFactory.getLogger(ScanCache.class);
  private static final ScanCache NONE = new ScanCache(Optional.empty());

  private final Optional<Path> folder;

  private ScanCache(Optional<Path> folder) {
    this.folder = folder;
  }

  /** Returns the cache that remembers nothing. */
  public static ScanCache none() {
    return NONE;
  }

  /** Returns the cache in a folder, which is created when the first file is written. */
  public static ScanCache in(Path folder) {
    return new ScanCache(Optional.of(folder));
  }

  /**
   * Returns what is remembered under a key, by the pictures' paths; nothing where there is no such
   * file or it cannot be used.
   */
  Map<String, ScannedImage> load(String key) {
    if (folder.isEmpty()) {
      return Map.of();
    }
    Path file = file(folder.get(), key);
    if (!Files.exists(file)) {
      return Map.of();
    }
    try {
      return ScanCacheFormat.decode(Files.readAllBytes(file), key);
    } catch (IOException e) {
      LOG.warn("{}: the cache cannot be used and is made anew ({})", file, e.getMessage());
      return Map.of();
    }
  }

  /** Remembers pictures under a key; where that fails, the log says why. */
  void store(String key, Map<String, ScannedImage> images) {
    if (folder.isEmpty()) {
      return;
    }
    Path file = file(folder.get(), key);
    try {
      Files.createDirectories(folder.get());
      ByteBuffer bytes = ByteBuffer.wrap(ScanCacheFormat.encode(images, key));
      AtomicFile.write(file, channel -> AtomicFile.writeFully(channel, bytes));
    } catch (IOException e) {
      LOG.warn("{}: the cache cannot be written; the next scan reads all files ({})", file, e);
    }
  }

  private static Path file(Path folder, String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return folder.resolve("scan-" + HexFormat.of().formatHex(digest, 0, 16) + ".bin");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
