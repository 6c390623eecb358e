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
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Writes a file so that its name never shows a half-written state, whatever happens. */
public final class AtomicFile {
  private static final String TEMPORARY = ".tmp";

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
    Path temporary =
        folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + TEMPORARY);
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
      throw notWritten(file, reason(e), e);
    } catch (IOException e) {
      deleteAfter(e, temporary);
      // A full disk's message is "No space left on device", without a file.
      throw notWritten(file, String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | Error e) {
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

  /**
   * Deletes what processes that were killed while they wrote this file left beside it. No other
   * process may be writing it.
   *
   * @throws IOException if the folder cannot be read or a file cannot be deleted
   */
  public static void deleteLeftovers(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    String start = "." + target.getFileName() + ".";
    List<Path> leftovers;
    try (Stream<Path> files = Files.list(folder)) {
      leftovers =
          files
              .filter(one -> one.getFileName().toString().startsWith(start))
              .filter(one -> one.getFileName().toString().endsWith(TEMPORARY))
              .toList();
    }
    for (Path one : leftovers) {
      Files.delete(one);
    }
  }

  /** Writes all remaining bytes of a buffer. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static IOException notWritten(Path file, String reason, IOException cause) {
    return new IOException(file + ": cannot be written (" + reason + ")", cause);
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
