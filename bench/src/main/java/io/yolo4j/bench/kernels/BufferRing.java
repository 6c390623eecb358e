package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeArray;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;

/** Native memory for an array in several copies, each on a page of its own. */
final class BufferRing implements AutoCloseable {
  private static final int BF16_SHIFT = 16;

  private final ElementType type;
  private final int count;
  private final BytePointer memory;
  private final List<BytePointer> pointers = new ArrayList<>();
  private final List<NativeArray> arrays = new ArrayList<>();

  BufferRing(BufferPlan plan, int copies) {
    type = plan.type();
    count = Math.toIntExact(plan.count());
    long step = plan.stepBytes();
    memory = new BytePointer(Math.multiplyExact(step, copies) + BufferPlan.PAGE);
    long first = BufferPlan.PAGE - memory.address() % BufferPlan.PAGE;
    for (int copy = 0; copy < copies; copy++) {
      BytePointer pointer = memory.getPointer(first + copy * step);
      pointers.add(pointer);
      arrays.add(NativeArray.at(pointer.address(), type, count));
    }
    if (plan.values() != null) {
      write(plan.values().get());
    } else {
      Pointer.memset(pointers.get(0), 0, step * copies);
    }
  }

  ElementType type() {
    return type;
  }

  int count() {
    return count;
  }

  long bytes() {
    return (long) count * type.bytes();
  }

  boolean hasCopy(int copy) {
    return copy < pointers.size();
  }

  BytePointer pointer(int copy) {
    return pointers.get(copy);
  }

  NativeArray array(int copy) {
    return arrays.get(copy);
  }

  /** Makes the first copy all NaN, or 255 where there is none, so that old results don't count. */
  void spoil() {
    Pointer.memset(pointers.get(0), 0xff, bytes());
  }

  private void write(float[] values) {
    BytePointer first = pointers.get(0);
    switch (type) {
      case F32 -> new FloatPointer(first).put(values, 0, count);
      case BF16 -> {
        short[] halves = new short[count];
        for (int i = 0; i < count; i++) {
          halves[i] = (short) (Float.floatToRawIntBits(values[i]) >>> BF16_SHIFT);
        }
        new ShortPointer(first).put(halves, 0, count);
      }
      case U8 -> {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
          bytes[i] = (byte) (int) values[i];
        }
        first.put(bytes, 0, count);
      }
      default -> throw new UnsupportedOperationException("a ring of " + type.nativeName());
    }
    for (BytePointer copy : pointers.subList(1, pointers.size())) {
      Pointer.memcpy(copy, first, bytes());
    }
  }

  /** Returns the first copy's elements. */
  float[] read() {
    float[] values = new float[count];
    switch (type) {
      case F32 -> new FloatPointer(pointers.get(0)).get(values, 0, count);
      case BF16 -> {
        short[] halves = new short[count];
        new ShortPointer(pointers.get(0)).get(halves, 0, count);
        for (int i = 0; i < count; i++) {
          values[i] = Float.intBitsToFloat(halves[i] << BF16_SHIFT);
        }
      }
      default -> throw new UnsupportedOperationException("a result of " + type.nativeName());
    }
    return values;
  }

  @Override
  public void close() {
    arrays.forEach(NativeArray::close);
    pointers.forEach(Pointer::close);
    memory.close();
  }
}
