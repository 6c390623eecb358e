package io.yolo4j.kernels;

import java.lang.ref.Reference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.function.IntSupplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Elements in native memory for the kernels to read or write: memory of its own, or a view of a
 * direct buffer or of an address that somebody else owns. Nothing is copied.
 *
 * <p>Ownership: {@link #allocate allocated} memory is freed by {@link #close()}. A view keeps its
 * buffer alive; the memory behind an address must be kept alive by whoever gave it, until the view
 * is closed.
 *
 * <p>Threads: safe, except that closing must not overlap with a call that uses the array.
 */
public final class NativeArray implements AutoCloseable {
  private final ElementType type;
  private final long count;
  private final @Nullable Buffer buffer;
  private @Nullable Pointer memory;

  private NativeArray(ElementType type, long count, Pointer memory, @Nullable Buffer buffer) {
    this.type = type;
    this.count = count;
    this.memory = memory;
    this.buffer = buffer;
  }

  /**
   * Allocates memory of unknown content, which the caller closes.
   *
   * @throws IllegalArgumentException if the count is not positive
   * @throws OutOfMemoryError if there isn't as much
   */
  public static NativeArray allocate(ElementType type, long count) {
    if (count < 1) {
      throw new IllegalArgumentException("an array must have elements, got " + count);
    }
    NativeMemory.liftJavaCppLimits();
    BytePointer memory = new BytePointer(Math.multiplyExact(count, type.bytes()));
    return new NativeArray(type, count, memory, null);
  }

  /** Returns a view of a direct buffer's elements, from its position to its limit. */
  public static NativeArray of(FloatBuffer buffer) {
    NativeMemory.liftJavaCppLimits();
    requireNative(buffer, buffer.order(), ElementType.F32);
    return view(
        new FloatPointer(buffer.duplicate().clear()), buffer, ElementType.F32, buffer.remaining());
  }

  /** Returns a view of a direct buffer's elements, from its position to its limit. */
  public static NativeArray of(IntBuffer buffer) {
    NativeMemory.liftJavaCppLimits();
    requireNative(buffer, buffer.order(), ElementType.I32);
    return view(
        new IntPointer(buffer.duplicate().clear()), buffer, ElementType.I32, buffer.remaining());
  }

  /**
   * Returns a view of a direct buffer's bytes as elements in the machine's own byte order, from its
   * position to its limit.
   *
   * @throws IllegalArgumentException if the buffer isn't direct or its bytes aren't a whole number
   *     of elements
   */
  public static NativeArray of(ByteBuffer buffer, ElementType type) {
    NativeMemory.liftJavaCppLimits();
    requireNative(buffer, ByteOrder.nativeOrder(), type);
    if (buffer.remaining() % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "the bytes of a buffer of %s must be a multiple of %d, got %d"
              .formatted(type.nativeName(), type.bytes(), buffer.remaining()));
    }
    return view(
        new BytePointer(buffer.duplicate().clear()),
        buffer,
        type,
        buffer.remaining() / type.bytes());
  }

  /**
   * Returns a view of elements at an address, such as that of a LibTorch tensor's data.
   *
   * @throws IllegalArgumentException if the address is 0 or the count not positive
   */
  public static NativeArray at(long address, ElementType type, long count) {
    if (address == 0 || count < 1) {
      throw new IllegalArgumentException(
          "an array must have an address and elements, got address %d, %d elements"
              .formatted(address, count));
    }
    NativeMemory.liftJavaCppLimits();
    return new NativeArray(type, count, new Address(address), null);
  }

  private static void requireNative(Buffer buffer, ByteOrder order, ElementType type) {
    if (!buffer.isDirect() || order != ByteOrder.nativeOrder() || !buffer.hasRemaining()) {
      throw new IllegalArgumentException(
          "a view of %s needs a direct buffer in native byte order with elements, got %s in %s with %d"
              .formatted(
                  type.nativeName(),
                  buffer.isDirect() ? "a direct one" : "one on the heap",
                  order,
                  buffer.remaining()));
    }
  }

  /* The pointer is the buffer's from its first element on. */
  private static NativeArray view(Pointer whole, Buffer buffer, ElementType type, long count) {
    long address = whole.address() + (long) buffer.position() * whole.sizeof();
    return new NativeArray(type, count, new Address(address), buffer);
  }

  /** Returns the type of the elements. */
  public ElementType type() {
    return type;
  }

  /** Returns the number of elements. */
  public long count() {
    return count;
  }

  /**
   * Returns the memory as a buffer in native byte order; it must not be used once this is closed.
   *
   * @throws IllegalStateException if this is closed
   * @throws IllegalArgumentException if there are more bytes than a buffer can have
   */
  public ByteBuffer bytes() {
    Pointer open = open();
    long bytes = count * type.bytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a buffer has room for 2147483647 bytes, got " + bytes);
    }
    return new BytePointer(open).capacity(bytes).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /** Frees the memory if this owns it. Closing twice does nothing. */
  @Override
  public void close() {
    Pointer open = memory;
    memory = null;
    if (open != null) {
      open.close();
    }
  }

  /** Returns type and count, for messages. */
  @Override
  public String toString() {
    return "%d %s".formatted(count, type.nativeName());
  }

  private Pointer open() {
    Pointer open = memory;
    if (open == null) {
      throw new IllegalStateException("the array of %s is closed".formatted(this));
    }
    return open;
  }

  /**
   * Returns the memory of an argument after checking it.
   *
   * @param name the argument's, for the message
   */
  Pointer as(String name, ElementType wanted, long needed) {
    if (type != wanted || count < needed) {
      throw new IllegalArgumentException(
          "%s must hold %d %s, got %s".formatted(name, needed, wanted.nativeName(), this));
    }
    return open();
  }

  /** As {@link #as}, for an argument that may be left out. */
  static @Nullable Pointer optional(
      @Nullable NativeArray array, String name, ElementType wanted, long needed) {
    return array == null ? null : array.as(name, wanted, needed);
  }

  /** As {@link #as}, for float32. */
  FloatPointer floats(String name, long needed) {
    return new FloatPointer(as(name, ElementType.F32, needed));
  }

  /** As {@link #floats}, for an argument that may be left out. */
  static @Nullable FloatPointer optionalFloats(
      @Nullable NativeArray array, String name, long needed) {
    return array == null ? null : array.floats(name, needed);
  }

  /** As {@link #as}, for 32-bit integers. */
  IntPointer integers(String name, long needed) {
    return new IntPointer(as(name, ElementType.I32, needed));
  }

  /** As {@link #integers}, for an argument that may be left out. */
  static @Nullable IntPointer optionalIntegers(
      @Nullable NativeArray array, String name, long needed) {
    return array == null ? null : array.integers(name, needed);
  }

  /** Runs a native call and keeps the arrays' memory alive until it has ended. */
  static int during(IntSupplier call, @Nullable NativeArray... arrays) {
    try {
      return call.getAsInt();
    } finally {
      for (NativeArray array : arrays) {
        Reference.reachabilityFence(array == null ? null : array.buffer);
        Reference.reachabilityFence(array);
      }
    }
  }

  /** Memory of others. */
  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
