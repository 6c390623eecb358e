package io.yolo4j.weights;

import io.yolo4j.weights.CheckpointException.Reason;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bytes of a pickle and their primitive encodings. */
final class PickleInput {
  private static final int MAX_LINE_BYTES = 65_536;
  private static final int MAX_INTEGER_BYTES = 1024;

  private final FileBytes file;
  private final ByteBuffer bytes;
  private final Reason endReason;
  private final PickleBudget budget;

  /**
   * Reads from the buffer's position on.
   *
   * @param bytes little-endian
   * @param endReason what it means that the bytes end inside the pickle
   */
  PickleInput(FileBytes file, ByteBuffer bytes, Reason endReason, PickleBudget budget) {
    this.file = file;
    this.bytes = bytes;
    this.endReason = endReason;
    this.budget = budget;
  }

  int position() {
    return bytes.position();
  }

  int unsignedByte() throws CheckpointException {
    require(1);
    return bytes.get() & 0xff;
  }

  int unsignedShort() throws CheckpointException {
    require(2);
    return bytes.getShort() & 0xffff;
  }

  int signedInt() throws CheckpointException {
    require(4);
    return bytes.getInt();
  }

  long unsignedInt() throws CheckpointException {
    return signedInt() & 0xffffffffL;
  }

  /** Reads a length of 8 bytes; beyond {@link Long#MAX_VALUE} it fails as too long. */
  long length8() throws CheckpointException {
    require(8);
    long length = bytes.getLong();
    return length < 0 ? Long.MAX_VALUE : length;
  }

  /** Reads a float of protocol 1 and up, the only big-endian value of the format. */
  double bigEndianDouble() throws CheckpointException {
    require(8);
    return Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()));
  }

  byte[] bytes(long length) throws CheckpointException {
    require(length);
    budget.spend(length + PickleBudget.OBJECT_BYTES);
    byte[] copy = new byte[(int) length];
    bytes.get(copy);
    return copy;
  }

  /** Reads text; Python writes lone surrogates too, which are refused. */
  String text(long length, Charset charset) throws CheckpointException {
    require(length);
    budget.spend(2 * length + PickleBudget.OBJECT_BYTES);
    ByteBuffer part = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    try {
      return charset.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      throw failure("text must be valid " + charset);
    }
  }

  /** Reads up to a line feed, which is dropped; the text opcodes of protocol 0. */
  String line() throws CheckpointException {
    return line(StandardCharsets.UTF_8);
  }

  /** Reads a line of protocol 0's text: Latin-1, other characters as backslash, u, four digits. */
  String escapedLine() throws CheckpointException {
    String line = line(StandardCharsets.ISO_8859_1);
    Matcher escape = Pattern.compile("\\\\u([0-9a-fA-F]{4})").matcher(line);
    return escape.replaceAll(
        match ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }

  private String line(Charset charset) throws CheckpointException {
    int start = bytes.position();
    int end = start;
    while (true) {
      if (end == bytes.limit()) {
        throw ended();
      }
      if (bytes.get(end) == '\n') {
        break;
      }
      if (++end - start > MAX_LINE_BYTES) {
        throw failure("a line must have at most " + MAX_LINE_BYTES + " bytes");
      }
    }
    String line = text(end - start, charset);
    bytes.position(end + 1);
    return line;
  }

  /** Reads a two's complement integer: a Long where it fits, else a BigInteger. */
  Number integer(long length) throws CheckpointException {
    if (length > MAX_INTEGER_BYTES) {
      throw failure(
          "an integer must have at most %d bytes, got %d".formatted(MAX_INTEGER_BYTES, length));
    }
    byte[] digits = bytes(length);
    for (int i = 0, j = digits.length - 1; i < j; i++, j--) {
      byte swapped = digits[i];
      digits[i] = digits[j];
      digits[j] = swapped;
    }
    return digits.length == 0 ? (Number) 0L : narrow(new BigInteger(digits));
  }

  /** Reads a decimal line: an integer, with an L at its end for protocol 0's long. */
  Number decimal(String line) throws CheckpointException {
    String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
    if (digits.length() > MAX_INTEGER_BYTES) {
      throw failure("an integer must have at most " + MAX_INTEGER_BYTES + " digits");
    }
    try {
      return narrow(new BigInteger(digits));
    } catch (NumberFormatException e) {
      throw failure("an integer must consist of digits, got " + PickleValues.describe(digits));
    }
  }

  CheckpointException failure(String detail) {
    return file.failure(Reason.BAD_PICKLE, "bad pickle at byte " + position() + ": " + detail);
  }

  private void require(long length) throws CheckpointException {
    if (length > bytes.remaining()) {
      throw ended();
    }
  }

  private CheckpointException ended() {
    return file.failure(
        endReason,
        "the pickle must end with STOP, the data ends at byte %d before".formatted(bytes.limit()));
  }

  private static Number narrow(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }
}
