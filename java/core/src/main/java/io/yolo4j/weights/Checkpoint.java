package io.yolo4j.weights;

import io.yolo4j.weights.CheckpointException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open model file of any known format, told by its content and not by its suffix.
 *
 * <p>Nothing of a file is ever executed, and opening needs bounded time and memory whatever the
 * bytes. Opening reads and checks everything but the tensor values, which stay in the mapped file.
 *
 * <p>Ownership: tensors stay valid after {@link #close()}; the file must not be changed in place
 * while it is mapped. Threads: safe.
 */
public final class Checkpoint implements AutoCloseable {
  // Strided tensors are copied; together at most so much more than what is stored.
  private static final long MAX_EXCESS_BYTES = 64L << 20;

  /** The form of a model file. */
  public enum Format {
    /** A zip archive written by torch.save. */
    PT_ZIP,
    /** The single-file form that torch.save wrote before version 1.6. */
    PT_LEGACY,
    /** A safetensors file. */
    SAFETENSORS
  }

  private final FileBytes file;
  private final Format format;
  private final @Nullable SafeTensors safeTensors;
  private final @Nullable Object root;
  private final ModelInfo info;
  private volatile boolean closed;
  private volatile @Nullable StateDict state;

  private Checkpoint(FileBytes file) throws IOException {
    this.file = file;
    this.format = format(file);
    this.safeTensors = format == Format.SAFETENSORS ? SafeTensors.open(file) : null;
    this.root =
        switch (format) {
          case PT_ZIP -> TorchFile.readZip(file);
          case PT_LEGACY -> TorchFile.readLegacy(file);
          case SAFETENSORS -> null;
        };
    this.info =
        safeTensors != null
            ? ModelMetadata.decode(file, safeTensors.metadata())
            : new CheckpointContent(file, root).info();
  }

  /**
   * Opens a .pt, .pth or .safetensors file.
   *
   * @throws CheckpointException if the content is not what it must be
   * @throws IOException if the file can't be read
   */
  public static Checkpoint open(Path path) throws IOException {
    FileBytes file = FileBytes.open(path);
    try {
      return new Checkpoint(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Returns the form of the file. */
  public Format format() {
    return format;
  }

  /**
   * Returns the tensors of the model, in the order of the file.
   *
   * <p>Of a training checkpoint these are the tensors of {@code ema} where it isn't None, else of
   * {@code model}; of other dictionaries those in {@code state_dict}; else those of the dictionary
   * itself, or of the model that the file consists of. Of a pickled model, non-persistent buffers
   * are left out, as PyTorch does. Names are those of the file; {@link Transfer} drops the prefix
   * {@code module.} of DataParallel.
   *
   * @throws CheckpointException if the file has no tensors by name, or if copies of strided tensors
   *     would need much more memory than what the file stores
   */
  public StateDict state() throws CheckpointException {
    requireOpen();
    if (safeTensors != null) {
      return safeTensors.state();
    }
    StateDict known = state;
    if (known == null) {
      known = materialise(new CheckpointContent(file, root).tensors());
      state = known;
    }
    return known;
  }

  /** Returns what the file says about the model. */
  public ModelInfo info() {
    requireOpen();
    return info;
  }

  /**
   * Returns the whole content of a .pt or .pth file; empty for safetensors and for None.
   *
   * <p>The values: Boolean, Long, BigInteger, Double, String, {@code byte[]}, List (lists, tuples,
   * sizes), Map (dictionaries, in order), Set, {@link PickledTensor}, {@link PickledArray}, {@link
   * PickleGlobal} (classes and types), {@link PickleObject}, and null for None. They must not be
   * changed, and they may refer to each other in circles.
   */
  public Optional<Object> root() {
    requireOpen();
    return Optional.ofNullable(root);
  }

  /** Closes the file; tensors already handed out stay valid. Closing twice does nothing. */
  @Override
  public void close() throws IOException {
    closed = true;
    file.close();
  }

  private static Format format(FileBytes file) throws IOException {
    if (ZipRecords.matches(file)) {
      return Format.PT_ZIP;
    }
    if (file.hasAt(8, (byte) '{')) {
      return Format.SAFETENSORS;
    }
    if (TorchFile.mayBeLegacy(file)) {
      return Format.PT_LEGACY;
    }
    byte[] tar = {'u', 's', 't', 'a', 'r'};
    if (file.hasAt(257, tar)) {
      throw file.failure(
          Reason.UNSUPPORTED,
          "the tar form of PyTorch before 0.2 is not read; save the file again with a newer PyTorch");
    }
    throw file.failure(
        Reason.NOT_A_CHECKPOINT,
        "a model file must be a PyTorch zip archive, a PyTorch legacy file or safetensors, "
            + "its first bytes are none of these (size %d)".formatted(file.size()));
  }

  private StateDict materialise(Map<String, PickledTensor> tensors) throws CheckpointException {
    long copied = 0;
    for (PickledTensor tensor : tensors.values()) {
      if (!tensor.isContiguous()) {
        copied += tensor.shape().elements() * tensor.dtype().bytes();
        if (copied > file.size() + MAX_EXCESS_BYTES) {
          throw file.failure(
              Reason.BAD_TENSOR_GEOMETRY,
              "strided tensors may need %d bytes more than the file has, they need more"
                  .formatted(MAX_EXCESS_BYTES));
        }
      }
    }
    Map<String, HostTensor> dense = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> dense.put(name, tensor.toHostTensor()));
    return StateDict.of(dense);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the checkpoint is closed: " + file.file());
    }
  }
}
