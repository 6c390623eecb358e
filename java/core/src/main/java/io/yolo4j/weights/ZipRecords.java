package io.yolo4j.weights;

import io.yolo4j.weights.CheckpointException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The records of a PyTorch zip archive by their names below the archive's root folder. Written for
 * this one use: PyTorch stores records uncompressed, so they are handed out as views of the mapped
 * file. Checksums aren't compared, since PyTorch can be told to write none.
 */
final class ZipRecords {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64_SIGNATURE = 0x07064b50;
  private static final int LOCATOR64_BYTES = 20;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int MAX_COMMENT_BYTES = 65_535;
  private static final int MAX_ENTRIES = 262_144;
  private static final int MAX_DIRECTORY_BYTES = 64 << 20;
  private static final long UNKNOWN_32 = 0xffffffffL;
  private static final String PICKLE = "data.pkl";

  private record Entry(int flags, int method, long packed, long size, long header) {}

  private record Directory(long start, long length, long entries) {}

  private final FileBytes file;
  private final Map<String, Entry> entries = new HashMap<>();
  private final String root;
  // Deflated records are copied to the heap, all together at most this.
  private long inflatable = Math.min(1L << 30, Runtime.getRuntime().maxMemory() / 4);

  private ZipRecords(FileBytes file) throws IOException {
    this.file = file;
    readDirectory(findDirectory());
    this.root = findRoot();
  }

  /** Returns whether the file starts like a zip archive. */
  static boolean matches(FileBytes file) throws IOException {
    return file.hasAt(0, (byte) 'P', (byte) 'K', (byte) 3, (byte) 4)
        || file.hasAt(0, (byte) 'P', (byte) 'K', (byte) 5, (byte) 6);
  }

  /** Reads the directory; every entry lies inside the root folder afterwards. */
  static ZipRecords open(FileBytes file) throws IOException {
    return new ZipRecords(file);
  }

  /** Returns a record, for example {@code data/0}; empty if there is none. */
  Optional<ByteBuffer> find(String name) throws IOException {
    Entry entry = entries.get(root + name);
    return entry == null ? Optional.empty() : Optional.of(content(root + name, entry));
  }

  /** Returns a record that must be there. */
  ByteBuffer get(String name) throws IOException {
    return find(name)
        .orElseThrow(
            () ->
                file.failure(
                    Reason.MISSING_RECORD, "the archive must have a record " + root + name));
  }

  private Directory findDirectory() throws IOException {
    long tailLength = Math.min(file.size(), END_BYTES + MAX_COMMENT_BYTES);
    long tailStart = file.size() - tailLength;
    ByteBuffer tail = file.slice(tailStart, tailLength);
    for (int at = (int) tailLength - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && unsigned(tail.getShort(at + 20)) == tailLength - at - END_BYTES) {
        Directory directory =
            new Directory(
                unsigned(tail.getInt(at + 16)),
                unsigned(tail.getInt(at + 12)),
                unsigned(tail.getShort(at + 10)));
        return directory64(tailStart + at).orElse(directory);
      }
    }
    throw file.failure(
        Reason.TRUNCATED,
        "a zip archive must end with its directory, it is not there; the file is cut off");
  }

  private Optional<Directory> directory64(long end) throws IOException {
    long locator = end - LOCATOR64_BYTES;
    if (locator < 0 || file.slice(locator, LOCATOR64_BYTES).getInt(0) != LOCATOR64_SIGNATURE) {
      return Optional.empty();
    }
    ByteBuffer end64 = file.slice(file.slice(locator, LOCATOR64_BYTES).getLong(8), END64_BYTES);
    if (end64.getInt(0) != END64_SIGNATURE) {
      throw archive("the zip64 locator must point to a directory end");
    }
    return Optional.of(new Directory(end64.getLong(48), end64.getLong(40), end64.getLong(32)));
  }

  private void readDirectory(Directory directory) throws IOException {
    if (directory.entries() < 0
        || directory.entries() > MAX_ENTRIES
        || directory.length() > MAX_DIRECTORY_BYTES) {
      throw archive(
          "the archive must have at most %d entries, got %s"
              .formatted(MAX_ENTRIES, Long.toUnsignedString(directory.entries())));
    }
    ByteBuffer central = file.slice(directory.start(), directory.length());
    for (long i = 0; i < directory.entries(); i++) {
      if (central.remaining() < CENTRAL_BYTES
          || central.getInt(central.position()) != CENTRAL_SIGNATURE) {
        throw archive(
            "the directory must have %d entries, it has %d".formatted(directory.entries(), i));
      }
      readEntry(central);
    }
  }

  private void readEntry(ByteBuffer central) throws CheckpointException {
    int at = central.position();
    int nameLength = unsigned(central.getShort(at + 28));
    int extraLength = unsigned(central.getShort(at + 30));
    int commentLength = unsigned(central.getShort(at + 32));
    int length = CENTRAL_BYTES + nameLength + extraLength + commentLength;
    if (length > central.remaining()) {
      throw archive("a directory entry must end within the directory");
    }
    byte[] nameBytes = new byte[nameLength];
    central.get(at + CENTRAL_BYTES, nameBytes);
    String name = new String(nameBytes, StandardCharsets.UTF_8);
    ByteBuffer extra =
        central.slice(at + CENTRAL_BYTES + nameLength, extraLength).order(ByteOrder.LITTLE_ENDIAN);
    long[] wide = {
      unsigned(central.getInt(at + 24)), // size
      unsigned(central.getInt(at + 20)), // packed size
      unsigned(central.getInt(at + 42)) // local header
    };
    widen(extra, wide);
    Entry entry =
        new Entry(
            unsigned(central.getShort(at + 8)),
            unsigned(central.getShort(at + 10)),
            wide[1],
            wide[0],
            wide[2]);
    if (entries.put(name, entry) != null) {
      throw archive("names must be unique, got twice " + PickleValues.describe(name));
    }
    central.position(at + length);
  }

  /** Replaces the values that are too large for 32 bits by those of the zip64 extra field. */
  private void widen(ByteBuffer extra, long[] values) throws CheckpointException {
    while (extra.remaining() >= 4) {
      int id = unsigned(extra.getShort());
      int length = unsigned(extra.getShort());
      if (length > extra.remaining()) {
        return; // padding, not a field
      }
      if (id == 1) {
        int end = extra.position() + length;
        for (int i = 0; i < values.length && end - extra.position() >= 8; i++) {
          values[i] = values[i] == UNKNOWN_32 ? extra.getLong() : values[i];
        }
        return;
      }
      extra.position(extra.position() + length);
    }
  }

  private String findRoot() throws CheckpointException {
    String found = null;
    for (String name : entries.keySet()) {
      int slash = name.indexOf('/');
      if (slash > 0 && name.substring(slash + 1).equals(PICKLE)) {
        if (found != null) {
          throw archive("there must be one %s, got several".formatted(PICKLE));
        }
        found = name.substring(0, slash + 1);
      }
    }
    if (found == null) {
      throw file.failure(
          Reason.MISSING_RECORD,
          "a PyTorch archive must have a record <root>/%s, none of the %d entries is"
              .formatted(PICKLE, entries.size()));
    }
    for (String name : entries.keySet()) {
      if (!name.startsWith(found) || leavesFolder(name)) {
        throw archive(
            "all entries must lie in the root folder %s, got %s"
                .formatted(PickleValues.describe(found), PickleValues.describe(name)));
      }
    }
    if (entries.containsKey(found + "constants.pkl")) {
      throw file.failure(
          Reason.UNSUPPORTED,
          "the archive must be a checkpoint, it is a TorchScript program; save its state_dict()");
    }
    return found;
  }

  private static boolean leavesFolder(String name) {
    return name.contains("\\") || Arrays.asList(name.split("/")).contains("..");
  }

  private ByteBuffer content(String name, Entry entry) throws IOException {
    if ((entry.flags() & 1) != 0) {
      throw file.failure(
          Reason.UNSUPPORTED, "records must not be encrypted, got " + PickleValues.describe(name));
    }
    ByteBuffer local = file.slice(entry.header(), LOCAL_BYTES);
    if (local.getInt(0) != LOCAL_SIGNATURE) {
      throw archive("no record starts where the directory says: " + PickleValues.describe(name));
    }
    long start =
        entry.header() + LOCAL_BYTES + unsigned(local.getShort(26)) + unsigned(local.getShort(28));
    ByteBuffer packed = file.slice(start, entry.packed());
    return switch (entry.method()) {
      case 0 -> {
        if (entry.packed() != entry.size()) {
          throw archive("a stored record must have one size: " + PickleValues.describe(name));
        }
        yield packed;
      }
      case 8 -> inflate(name, packed, entry.size());
      default ->
          throw file.failure(
              Reason.UNSUPPORTED,
              "records must be stored or deflated, got method %d for %s"
                  .formatted(entry.method(), PickleValues.describe(name)));
    };
  }

  private ByteBuffer inflate(String name, ByteBuffer packed, long size) throws CheckpointException {
    // Deflate reaches at most a factor of 1032, so a larger claim is false before any work.
    if (size < 0 || size > inflatable || size / 1032 > packed.remaining()) {
      throw archive(
          "deflated records must have at most %d bytes in all, %s claims %s"
              .formatted(inflatable, PickleValues.describe(name), Long.toUnsignedString(size)));
    }
    inflatable -= size;
    byte[] content = new byte[(int) size];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      int filled = 0;
      while (filled < content.length) {
        int count = inflater.inflate(content, filled, content.length - filled);
        if (count == 0) {
          throw archive("a deflated record ends too early: " + PickleValues.describe(name));
        }
        filled += count;
      }
    } catch (DataFormatException e) {
      throw archive("a deflated record is damaged: " + PickleValues.describe(name));
    } finally {
      inflater.end();
    }
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  private CheckpointException archive(String detail) {
    return file.failure(Reason.BAD_ARCHIVE, "bad zip archive: " + detail);
  }

  private static int unsigned(short value) {
    return value & 0xffff;
  }

  private static long unsigned(int value) {
    return value & 0xffffffffL;
  }
}
