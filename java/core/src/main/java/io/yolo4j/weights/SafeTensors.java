package io.yolo4j.weights;

import io.yolo4j.files.AtomicFile;
import io.yolo4j.weights.SafeTensorsHeader.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file: the project's own model format, see {@link ModelMetadata} for what the
 * metadata says.
 *
 * <p>Opening checks the whole header, so nothing that is asked for afterwards can fail: a length
 * limit, duplicate keys, sizes against shapes, and that the tensors cover the data without overlap
 * or hole. A tensor may start at any byte, as the format allows.
 *
 * <p>Ownership: tensors are views of the mapped file and stay valid after {@link #close()}. The
 * file must not be changed in place while it is mapped; {@link #write} replaces it by a new one.
 * Threads: safe.
 */
public final class SafeTensors implements AutoCloseable {
  private final FileBytes file;
  private final StateDict state;
  private final Map<String, String> metadata;
  private volatile boolean closed;

  private SafeTensors(FileBytes file) throws IOException {
    this.file = file;
    SafeTensorsHeader header = SafeTensorsHeader.read(file);
    long start = 8 + SafeTensorsHeader.headerLength(file);
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Entry> named : header.entries().entrySet()) {
      Entry entry = named.getValue();
      tensors.put(
          named.getKey(),
          HostTensor.wrap(
              entry.dtype(),
              entry.shape(),
              file.slice(start + entry.begin(), entry.end() - entry.begin())));
    }
    this.state = StateDict.of(tensors);
    this.metadata = Collections.unmodifiableMap(header.metadata());
  }

  /**
   * Opens and checks a file.
   *
   * @throws CheckpointException if the content is not a valid safetensors file
   * @throws IOException if the file can't be read
   */
  public static SafeTensors open(Path path) throws IOException {
    return open(FileBytes.open(path));
  }

  /** Takes over the open file, also when it throws. */
  static SafeTensors open(FileBytes file) throws IOException {
    try {
      return new SafeTensors(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Writes a file: under a temporary name in the same folder first, then renamed, so that the name
   * never shows a half-written file. Every tensor starts at a multiple of its element size, the
   * data at a multiple of 64 bytes; equal content gives equal bytes.
   *
   * @param metadata written in the order of its keys
   * @throws IllegalArgumentException if a tensor has the reserved name {@code __metadata__}
   * @throws IOException if the file can't be written
   */
  public static void write(Path path, StateDict state, Map<String, String> metadata)
      throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter(state, metadata);
    AtomicFile.write(path, writer::writeTo);
  }

  /** Returns all tensors in the order of the header, as views of the mapped file. */
  public StateDict state() {
    requireOpen();
    return state;
  }

  /**
   * Returns one tensor, a view of the mapped file.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public HostTensor tensor(String name) {
    requireOpen();
    return state.get(name);
  }

  /** Returns the names of the tensors in the order of the header. */
  public List<String> names() {
    requireOpen();
    return state.names();
  }

  /** Returns the metadata, unmodifiable. */
  public Map<String, String> metadata() {
    requireOpen();
    return metadata;
  }

  /** Closes the file; tensors already handed out stay valid. Closing twice does nothing. */
  @Override
  public void close() throws IOException {
    closed = true;
    file.close();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the safetensors file is closed: " + file.file());
    }
  }
}
