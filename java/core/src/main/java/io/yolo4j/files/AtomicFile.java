package io.yolo4j.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file so that its name never shows a half-written state, whatever happens. */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the content of a file, from its first byte on. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of the content; the caller closes the channel. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes to a temporary name in the same folder, forces it to disk, then renames it; an existing
   * file is replaced.
   *
   * @throws IOException if the folder does not exist, the file cannot be written or the content
   *     throws; a previous file is left as it was and no temporary file stays
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(file + ": must lie in an existing folder");
    }
    if (Files.isDirectory(target)) {
      throw new IOException(file + ": must be a file, there is a folder of that name");
    }
    // Not a temporary file of the platform, which only its owner could read.
    Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      move(temporary, target);
    } catch (FileSystemException e) {
      deleteAfter(e, temporary);
      // Its own message names the temporary file, which tells nobody anything.
      throw new IOException(file + ": cannot be written (" + reason(e) + ")", e);
    } catch (IOException | RuntimeException | Error e) {
      deleteAfter(e, temporary);
      throw e;
    }
  }

  /**
   * Writes text as UTF-8.
   *
   * @throws IOException as {@link #write(Path, Content)}
   */
  public static void write(Path file, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    write(file, channel -> writeFully(channel, bytes));
  }

  /** Writes all remaining bytes of a buffer. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String reason(FileSystemException failure) {
    if (failure.getReason() != null) {
      return failure.getReason();
    }
    return failure instanceof AccessDeniedException
        ? "permission denied"
        : failure.getClass().getSimpleName();
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void deleteAfter(Throwable failure, Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
