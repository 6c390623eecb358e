package io.yolo4j.weights;

import io.yolo4j.weights.CheckpointException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file for random access by mapped, read-only, little-endian slices. Slices stay valid after
 * {@link #close()}: a mapping lives as long as a buffer refers to it.
 */
final class FileBytes implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final long size;
  // A file that fits one buffer is mapped once; of a larger one every slice is a mapping.
  private final @Nullable ByteBuffer whole;

  private FileBytes(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
    this.whole = size <= Integer.MAX_VALUE ? channel.map(MapMode.READ_ONLY, 0, size) : null;
  }

  /** Opens a file; the message of an IOException says what is wrong with the path. */
  static FileBytes open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + ": must be a file, is a folder");
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw (NoSuchFileException)
          new NoSuchFileException(file.toString(), null, "no such file").initCause(e);
    }
    try {
      return new FileBytes(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  long size() {
    return size;
  }

  /**
   * Returns a view of the bytes from offset on.
   *
   * @throws CheckpointException TRUNCATED if the file ends before, UNSUPPORTED from 2 GiB on
   */
  ByteBuffer slice(long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw failure(
          Reason.TRUNCATED,
          "the file must have bytes [%d, %d + %d), it has %d"
              .formatted(offset, offset, length, size));
    }
    if (length > Integer.MAX_VALUE) {
      throw failure(
          Reason.UNSUPPORTED,
          "a tensor or record must be smaller than 2 GiB, got " + length + " bytes");
    }
    ByteBuffer slice =
        whole != null
            ? whole.slice((int) offset, (int) length)
            : channel.map(MapMode.READ_ONLY, offset, length);
    return slice.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns whether the file has these bytes at the offset. */
  boolean hasAt(long offset, byte... expected) throws IOException {
    if (size - offset < expected.length) {
      return false;
    }
    return slice(offset, expected.length).equals(ByteBuffer.wrap(expected));
  }

  CheckpointException failure(Reason reason, String detail) {
    return new CheckpointException(file, reason, detail);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
