package io.yolo4j.export;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A protobuf message while it is put together. Small fields become bytes at once; large ones are
 * only referred to and asked for when the message is written, so that weights are never held twice.
 *
 * <p>Not thread-safe.
 */
final class ProtoMessage {
  /** Wire type of integers. */
  static final int VARINT = 0;

  /** Wire type of strings, bytes and messages. */
  static final int LENGTH = 2;

  /** Wire type of float. */
  static final int FIXED32 = 5;

  private static final int MORE = 0x80;

  private record Part(long size, Supplier<ByteBuffer> bytes) {}

  /** Takes the bytes of a message piece by piece. */
  @FunctionalInterface
  interface Sink<E extends Exception> {
    void accept(ByteBuffer bytes) throws E;
  }

  private final List<Part> parts = new ArrayList<>();
  private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
  private long flushed;

  /** Adds an integer field. */
  ProtoMessage integer(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  /** Adds a float field. */
  ProtoMessage real(int field, float value) {
    tag(field, FIXED32);
    ByteBuffer bits = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    tail.writeBytes(bits.putFloat(value).array());
    return this;
  }

  /** Adds a string field. */
  ProtoMessage text(int field, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    tag(field, LENGTH);
    varint(bytes.length);
    tail.writeBytes(bytes);
    return this;
  }

  /** Adds bytes that are asked for when the message is written. */
  ProtoMessage bytes(int field, long size, Supplier<ByteBuffer> bytes) {
    tag(field, LENGTH);
    varint(size);
    flush();
    parts.add(new Part(size, bytes));
    flushed += size;
    return this;
  }

  /** Adds a message; it must not be changed afterwards. */
  ProtoMessage message(int field, ProtoMessage value) {
    tag(field, LENGTH);
    varint(value.size());
    flush();
    value.flush();
    parts.addAll(value.parts);
    flushed += value.flushed;
    return this;
  }

  /** Returns the number of bytes. */
  long size() {
    return flushed + tail.size();
  }

  /**
   * Writes the message.
   *
   * @throws IllegalStateException if a field gives other bytes than it said
   */
  <E extends Exception> void writeTo(Sink<E> sink) throws E {
    flush();
    for (Part part : parts) {
      ByteBuffer bytes = part.bytes().get();
      if (bytes.remaining() != part.size()) {
        throw new IllegalStateException(
            "a field must have the %d bytes it was announced with, got %d"
                .formatted(part.size(), bytes.remaining()));
      }
      sink.accept(bytes);
    }
  }

  private void flush() {
    if (tail.size() > 0) {
      byte[] bytes = tail.toByteArray();
      tail.reset();
      parts.add(new Part(bytes.length, () -> ByteBuffer.wrap(bytes)));
      flushed += bytes.length;
    }
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  /** Seven bits a byte, the lowest first; negative numbers take ten bytes. */
  private void varint(long value) {
    long rest = value;
    while ((rest & -MORE) != 0) {
      tail.write((int) (rest & (MORE - 1)) | MORE);
      rest >>>= 7;
    }
    tail.write((int) rest);
  }
}
