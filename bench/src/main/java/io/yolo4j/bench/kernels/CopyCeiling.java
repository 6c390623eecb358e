package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ActivationFunction;
import io.yolo4j.kernels.ActivationKernel;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Reads so many bytes and writes so many: what no form does faster. Copies from the inputs to the
 * output, by the C library on one thread and by our copy kernel on more; where there is more to
 * read than to write, the rest goes to a block that stays in the nearest cache.
 */
final class CopyCeiling implements KernelForm {
  private static final int BLOCK = 8192;

  private final List<List<Move>> moves = new ArrayList<>();
  private final BytePointer block = new BytePointer(BLOCK);
  private final List<NativeArray> views = new ArrayList<>();
  private final int threads;
  private final Supplier<float[]> expected;

  /** A copy; the views are there where a kernel makes it. */
  private record Move(Pointer from, Pointer to, long bytes, List<NativeArray> views) {}

  private CopyCeiling(CaseBuffers buffers, int threads, Supplier<float[]> expected) {
    this.threads = threads;
    this.expected = expected;
    for (int copy = 0; copy < buffers.copies(); copy++) {
      moves.add(movesOf(buffers, copy));
    }
  }

  /** Returns what makes the ceiling; the result is right by definition. */
  static FormMaker maker(int threads, Supplier<float[]> expected) {
    return new FormMaker(FormMaker.COPY, buffers -> new CopyCeiling(buffers, threads, expected));
  }

  private List<Move> movesOf(CaseBuffers buffers, int copy) {
    List<Move> all = new ArrayList<>();
    long room = buffers.output().bytes();
    long written = 0;
    for (BufferRing input : buffers.inputs()) {
      BytePointer from = input.pointer(copy);
      long part = Math.min(input.bytes(), room - written);
      if (part > 0) {
        all.add(move(from, buffers.output().pointer(copy).getPointer(written), part));
        written += part;
      }
      for (long at = part; at < input.bytes(); at += BLOCK) {
        all.add(
            new Move(from.getPointer(at), block, Math.min(BLOCK, input.bytes() - at), List.of()));
      }
    }
    if (written < room) {
      // More to write than to read: the input once more, of which a cache has the most.
      BytePointer to = buffers.output().pointer(copy);
      long most = buffers.input().bytes();
      for (long at = written; at < room; at += most) {
        all.add(move(buffers.input().pointer(copy), to.getPointer(at), Math.min(most, room - at)));
      }
    }
    return all;
  }

  private Move move(Pointer from, Pointer to, long bytes) {
    if (threads == 1 || bytes < Float.BYTES) {
      return new Move(from, to, bytes, List.of());
    }
    long count = bytes / Float.BYTES;
    NativeArray x = NativeArray.at(from.address(), ElementType.F32, count);
    NativeArray y = NativeArray.at(to.address(), ElementType.F32, count);
    views.add(x);
    views.add(y);
    return new Move(from, to, bytes, List.of(x, y));
  }

  @Override
  public void run(int copy) {
    for (Move move : moves.get(copy)) {
      if (move.views().isEmpty()) {
        Pointer.memcpy(move.to(), move.from(), move.bytes());
      } else {
        new ActivationKernel(
                ElementType.F32, ActivationFunction.NONE, move.bytes() / Float.BYTES, threads)
            .forward(move.views().get(0), move.views().get(1));
      }
    }
  }

  @Override
  public float[] result() {
    run(0);
    return expected.get();
  }

  @Override
  public void close() {
    views.forEach(NativeArray::close);
    block.close();
  }
}
