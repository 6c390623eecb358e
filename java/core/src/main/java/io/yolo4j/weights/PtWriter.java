package io.yolo4j.weights;

import io.yolo4j.files.AtomicFile;
import io.yolo4j.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes a state dictionary as a PyTorch checkpoint in zip form, so that Python loads it with
 * {@code torch.load(file, weights_only=True)}: an OrderedDict of tensors and nothing else.
 *
 * <p>Records are stored uncompressed at multiples of 64 bytes, so that PyTorch can map them; equal
 * content under an equal file name gives equal bytes.
 */
public final class PtWriter {
  private static final int BATCH = 1000; // entries between two marks, as Python's pickle does

  private PtWriter() {}

  /**
   * Writes a file: under a temporary name in the same folder first, then renamed.
   *
   * @throws UnsupportedOperationException if the file would need zip64: 4 GiB or 65535 records
   * @throws IOException if the file can't be written
   */
  public static void write(Path path, StateDict state) throws IOException {
    ZipOutput zip = new ZipOutput(rootFolder(path));
    zip.add("data.pkl", ByteBuffer.wrap(pickle(state)));
    zip.add("byteorder", ByteBuffer.wrap("little".getBytes(StandardCharsets.US_ASCII)));
    int key = 0;
    for (HostTensor tensor : state.toMap().values()) {
      zip.add("data/" + key++, tensor.data());
    }
    zip.add("version", ByteBuffer.wrap("3\n".getBytes(StandardCharsets.US_ASCII)));
    AtomicFile.write(path, zip::writeTo);
  }

  /** PyTorch names the archive's folder after the file, without its suffix. */
  private static String rootFolder(Path path) {
    String name = String.valueOf(path.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    boolean plain = !stem.matches("\\.*") && !stem.contains("\\");
    return plain ? stem : "archive";
  }

  private static byte[] pickle(StateDict state) {
    PickleOutput out = new PickleOutput();
    out.protocol();
    emptyOrderedDict(out);
    int key = 0;
    for (Map.Entry<String, HostTensor> entry : state.toMap().entrySet()) {
      if (key % BATCH == 0) {
        out.mark();
      }
      out.string(entry.getKey());
      tensor(out, entry.getValue(), key++);
      if (key % BATCH == 0 || key == state.size()) {
        out.setItemsToMark();
      }
    }
    return out.stop();
  }

  /** {@code _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)}. */
  private static void tensor(PickleOutput out, HostTensor tensor, int key) {
    out.global("torch._utils", "_rebuild_tensor_v2");
    out.mark();
    out.mark();
    out.memoizedString("storage");
    out.global("torch", tensor.dtype().storageClass());
    out.string(String.valueOf(key));
    out.memoizedString("cpu");
    out.integer(tensor.elements());
    out.tupleToMark();
    out.persistentId();
    out.integer(0);
    out.tuple(longs(tensor.shape()));
    out.tuple(strides(tensor.shape()));
    out.bool(false);
    emptyOrderedDict(out);
    out.tupleToMark();
    out.reduce();
  }

  private static void emptyOrderedDict(PickleOutput out) {
    out.global("collections", "OrderedDict");
    out.tuple(new long[0]);
    out.reduce();
  }

  private static long[] longs(Shape shape) {
    return shape.dims().stream().mapToLong(Integer::longValue).toArray();
  }

  /** Row-major strides; PyTorch counts an axis of size 0 as 1. */
  private static long[] strides(Shape shape) {
    long[] strides = new long[shape.rank()];
    long stride = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(1, shape.dim(axis));
    }
    return strides;
  }
}
