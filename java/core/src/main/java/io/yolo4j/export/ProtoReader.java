package io.yolo4j.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The fields of a protobuf message in order, as views of its bytes. Immutable. */
final class ProtoReader {
  /**
   * A field.
   *
   * @param number which one
   * @param value an integer's value, or the bits of a float
   * @param bytes the content of a string or message, empty for numbers
   */
  private record Field(int number, long value, ByteBuffer bytes) {}

  private static final int MAX_SHIFT = 63;

  private final List<Field> fields = new ArrayList<>();

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if the bytes are none
   */
  ProtoReader(ByteBuffer message) {
    ByteBuffer rest = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer none = ByteBuffer.allocate(0);
    while (rest.hasRemaining()) {
      long tag = varint(rest);
      int number = (int) (tag >>> 3);
      switch ((int) tag & 7) {
        case ProtoMessage.VARINT -> fields.add(new Field(number, varint(rest), none));
        case ProtoMessage.LENGTH -> {
          int length = checkedLength(varint(rest), rest);
          fields.add(new Field(number, 0, rest.slice(rest.position(), length)));
          rest.position(rest.position() + length);
        }
        case ProtoMessage.FIXED32 -> {
          checkedLength(Integer.BYTES, rest);
          fields.add(new Field(number, rest.getInt(), none));
        }
        default ->
            throw new IllegalArgumentException(
                "a field must be an integer, a float or bytes, got tag %d at byte %d"
                    .formatted(tag, rest.position()));
      }
    }
  }

  /** Returns the values of an integer field, in order. */
  List<Long> integers(int number) {
    return fields.stream().filter(f -> f.number() == number).map(Field::value).toList();
  }

  /** Returns an integer field, 0 where it is absent. */
  long integer(int number) {
    List<Long> values = integers(number);
    return values.isEmpty() ? 0 : values.get(values.size() - 1);
  }

  /** Returns the texts of a string field, in order. */
  List<String> texts(int number) {
    return bytes(number).stream()
        .map(bytes -> StandardCharsets.UTF_8.decode(bytes.duplicate()).toString())
        .toList();
  }

  /** Returns a string field, empty where it is absent. */
  String text(int number) {
    List<String> values = texts(number);
    return values.isEmpty() ? "" : values.get(values.size() - 1);
  }

  /** Returns the contents of a field of bytes or messages, in order. */
  List<ByteBuffer> bytes(int number) {
    return fields.stream().filter(f -> f.number() == number).map(Field::bytes).toList();
  }

  /** Returns the messages of a field, in order. */
  List<ProtoReader> messages(int number) {
    return bytes(number).stream().map(ProtoReader::new).toList();
  }

  private static int checkedLength(long length, ByteBuffer rest) {
    if (length < 0 || length > rest.remaining()) {
      throw new IllegalArgumentException(
          "a field of %d bytes must fit the message, %d are left"
              .formatted(length, rest.remaining()));
    }
    return (int) length;
  }

  private static long varint(ByteBuffer rest) {
    long value = 0;
    for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
      if (!rest.hasRemaining()) {
        throw new IllegalArgumentException("an integer must not end with the message");
      }
      byte part = rest.get();
      value |= (part & 0x7fL) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("an integer must have at most 10 bytes");
  }
}
