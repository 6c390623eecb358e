package io.yolo4j.weights;

import io.yolo4j.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes a zip archive of stored records, each at a multiple of 64 bytes, without zip64. */
final class ZipOutput {
  private static final int ALIGNMENT = 64;
  private static final long MAX_BYTES = 0xffffffffL;
  private static final int MAX_RECORDS = 65_534;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int UTF8_NAMES = 0x800;
  private static final int FIRST_DAY_OF_1980 = 0x21; // the earliest date that the format has

  private record Written(String name, long crc, int size, long header) {}

  private record Part(String name, ByteBuffer content) {}

  private final String root;
  private final List<Part> records = new ArrayList<>();

  ZipOutput(String root) {
    this.root = root;
  }

  /** Adds a record below the root folder; the bytes are read when the archive is written. */
  void add(String name, ByteBuffer content) {
    records.add(new Part(root + "/" + name, content));
  }

  void writeTo(FileChannel channel) throws IOException {
    requireNoZip64();
    List<Written> directory = new ArrayList<>();
    for (Part record : records) {
      directory.add(writeRecord(channel, record));
    }
    long start = channel.position();
    for (Written entry : directory) {
      AtomicFile.writeFully(channel, central(entry));
    }
    ByteBuffer end = buffer(END_BYTES);
    end.putInt(0x06054b50).putInt(0);
    end.putShort((short) directory.size()).putShort((short) directory.size());
    end.putInt((int) (channel.position() - start)).putInt((int) start).putShort((short) 0);
    AtomicFile.writeFully(channel, end.flip());
  }

  private void requireNoZip64() {
    long total = END_BYTES;
    for (Part record : records) {
      int names = 2 * record.name().getBytes(StandardCharsets.UTF_8).length;
      total += LOCAL_BYTES + CENTRAL_BYTES + 2L * ALIGNMENT + names + record.content().remaining();
    }
    if (total > MAX_BYTES || records.size() > MAX_RECORDS) {
      throw new UnsupportedOperationException(
          "a .pt file is written up to %d bytes and %d records, got %d and %d; write safetensors"
              .formatted(MAX_BYTES, MAX_RECORDS, total, records.size()));
    }
  }

  private static Written writeRecord(FileChannel channel, Part record) throws IOException {
    byte[] name = record.name().getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    crc.update(record.content().duplicate());
    int size = record.content().remaining();
    long header = channel.position();
    Written written = new Written(record.name(), crc.getValue(), size, header);
    // The extra field "FB" pads, as PyTorch does; it has 4 bytes itself.
    long unpadded = header + LOCAL_BYTES + name.length + 4;
    int padding = (int) Math.floorMod(-unpadded, (long) ALIGNMENT);
    ByteBuffer local = buffer(LOCAL_BYTES + name.length + 4 + padding);
    local.putInt(0x04034b50).putShort((short) 0);
    common(local, written);
    local.putShort((short) name.length).putShort((short) (4 + padding)).put(name);
    local.put((byte) 'F').put((byte) 'B').putShort((short) padding);
    while (local.hasRemaining()) {
      local.put((byte) 'Z');
    }
    AtomicFile.writeFully(channel, local.flip());
    AtomicFile.writeFully(channel, record.content().duplicate());
    return written;
  }

  private static ByteBuffer central(Written entry) {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    ByteBuffer central = buffer(CENTRAL_BYTES + name.length);
    central.putInt(0x02014b50).putShort((short) 0).putShort((short) 0);
    common(central, entry);
    central.putShort((short) name.length);
    central.putShort((short) 0).putShort((short) 0).putShort((short) 0).putShort((short) 0);
    central.putInt(0).putInt((int) entry.header()).put(name);
    return central.flip();
  }

  /** What the local header and the directory have in common: flags to sizes. */
  private static void common(ByteBuffer to, Written entry) {
    to.putShort((short) UTF8_NAMES).putShort((short) 0);
    to.putShort((short) 0).putShort((short) FIRST_DAY_OF_1980);
    to.putInt((int) entry.crc()).putInt(entry.size()).putInt(entry.size());
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
