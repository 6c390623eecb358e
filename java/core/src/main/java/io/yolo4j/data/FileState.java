package io.yolo4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What tells without reading it that a file was changed.
 *
 * <p>Size and modification time are not enough: programs set the time back. On Unix the system
 * notes every change of content or attributes in a time of its own ({@code ctime}), which no
 * program can set; where there is none, a file's content cannot be trusted unread.
 *
 * @param size in bytes
 * @param modified nanoseconds since 1970
 * @param changed the same, of the last change of any kind; {@link #UNKNOWN} where the system keeps
 *     no such time
 * @param node the file's number on its disk, 0 where there is none; another after a replacement
 */
record FileState(long size, long modified, long changed, long node) {
  static final long UNKNOWN = Long.MIN_VALUE;

  /**
   * Two changes within one tick of the file system's clock look the same. The coarsest ticks in use
   * are two seconds long.
   */
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Returns the state of a file, links followed; empty where there is none or it is hidden. */
  static Optional<FileState> of(Path file) {
    try {
      if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
        Map<String, Object> all =
            Files.readAttributes(file, "unix:size,lastModifiedTime,ctime,ino");
        return Optional.of(
            new FileState(
                ((Number) number(all, "size")).longValue(),
                ((FileTime) number(all, "lastModifiedTime")).to(TimeUnit.NANOSECONDS),
                ((FileTime) number(all, "ctime")).to(TimeUnit.NANOSECONDS),
                ((Number) number(all, "ino")).longValue()));
      }
      BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class);
      long modified = basic.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      return Optional.of(new FileState(basic.size(), modified, UNKNOWN, 0));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Object number(Map<String, Object> attributes, String name) throws IOException {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IOException("the file system does not tell '" + name + "'");
    }
    return value;
  }

  /**
   * Returns whether a file of the same state at a later time has the same content for sure.
   *
   * @param readAt when its content was read, nanoseconds since 1970
   */
  boolean tellsChanges(long readAt) {
    return changed != UNKNOWN && Math.max(modified, changed) < readAt - TICK_NANOS;
  }
}
