package io.yolo4j.files;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes a folder so that its name never shows a half-written state: all of it is there, or
 * nothing.
 */
public final class AtomicFolder {
  private AtomicFolder() {}

  /** Writes the content of a folder. */
  @FunctionalInterface
  public interface Content {
    /** Writes all files into a folder that exists and is empty. */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Checks that a folder can be written, before the work for its content.
   *
   * @throws IOException if it exists and is not empty, is no folder, or lies where nothing can be
   *     written
   */
  public static void check(Path folder) throws IOException {
    if (Files.exists(folder)) {
      if (!Files.isDirectory(folder)) {
        throw new IOException(folder + ": must be a folder, is a file");
      }
      try (Stream<Path> content = Files.list(folder)) {
        List<Path> names = content.map(Path::getFileName).sorted().toList();
        if (!names.isEmpty()) {
          throw new IOException(
              "%s: the folder must be new or empty, it holds %s%s"
                  .formatted(folder, names.get(0), names.size() == 1 ? "" : " and more"));
        }
      }
    }
    Path existing = parent(folder);
    while (!Files.exists(existing)) {
      existing = parent(existing);
    }
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      throw new IOException(
          "%s: cannot be written: %s %s"
              .formatted(
                  folder, existing, Files.isDirectory(existing) ? "is read-only" : "is a file"));
    }
  }

  /**
   * Writes into a folder of another name beside the one that is meant, then renames it. Folders
   * above it are created.
   *
   * @throws IOException as {@link #check}, or if the content throws; then nothing stays
   */
  public static void write(Path folder, Content content) throws IOException {
    check(folder);
    Path target = folder.toAbsolutePath().normalize();
    Path parent = Files.createDirectories(parent(target));
    Path temporary = parent.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    Files.createDirectory(temporary);
    try {
      content.writeTo(temporary);
      move(temporary, target);
    } catch (IOException | RuntimeException | Error e) {
      deleteAfter(e, temporary);
      throw e;
    }
  }

  private static Path parent(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    return parent == null ? absolute : parent;
  }

  private static void move(Path from, Path to) throws IOException {
    // Empty, as was checked; who filled it meanwhile gets an error.
    Files.deleteIfExists(to);
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  /**
   * Deletes a folder with all that is in it, if it is there; links are deleted, not followed.
   *
   * @throws IOException if something can't be deleted; then part of it may be gone
   */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void deleteAfter(Throwable failure, Path temporary) {
    try {
      delete(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
