package io.yolo4j.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Writes pickle opcodes of protocol 2, the one torch.save uses. */
final class PickleOutput {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, Integer> memo = new HashMap<>();

  void protocol() {
    out.write(0x80);
    out.write(2);
  }

  /** Names a class or function; the second time from the memo. */
  void global(String module, String name) {
    String text = module + "\n" + name + "\n";
    if (!recall("c" + text)) {
      out.write('c');
      out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      memoize("c" + text);
    }
  }

  void string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    littleEndian(4, bytes.length);
    out.writeBytes(bytes);
  }

  /** Writes a string; the second time from the memo. */
  void memoizedString(String text) {
    if (!recall("X" + text)) {
      string(text);
      memoize("X" + text);
    }
  }

  void integer(long value) {
    if (value >= 0 && value < 1 << 8) {
      out.write('K');
      littleEndian(1, value);
    } else if (value >= 0 && value < 1 << 16) {
      out.write('M');
      littleEndian(2, value);
    } else if (value == (int) value) {
      out.write('J');
      littleEndian(4, value);
    } else {
      out.write(0x8a);
      out.write(8);
      littleEndian(8, value);
    }
  }

  void bool(boolean value) {
    out.write(value ? 0x88 : 0x89);
  }

  /** Writes a tuple in the short form for up to three elements. */
  void tuple(long[] elements) {
    if (elements.length > 3) {
      mark();
    }
    for (long element : elements) {
      integer(element);
    }
    switch (elements.length) {
      case 0 -> out.write(')');
      case 1 -> out.write(0x85);
      case 2 -> out.write(0x86);
      case 3 -> out.write(0x87);
      default -> tupleToMark();
    }
  }

  void mark() {
    out.write('(');
  }

  void tupleToMark() {
    out.write('t');
  }

  void persistentId() {
    out.write('Q');
  }

  void reduce() {
    out.write('R');
  }

  void setItemsToMark() {
    out.write('u');
  }

  /** Ends the pickle and returns it. */
  byte[] stop() {
    out.write('.');
    return out.toByteArray();
  }

  private boolean recall(String key) {
    Integer index = memo.get(key);
    if (index == null) {
      return false;
    }
    out.write('h'); // few enough are memoized for one byte
    out.write(index);
    return true;
  }

  private void memoize(String key) {
    out.write('q');
    out.write(memo.size());
    memo.put(key, memo.size());
  }

  private void littleEndian(int bytes, long value) {
    byte[] all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(all, 0, bytes);
  }
}
