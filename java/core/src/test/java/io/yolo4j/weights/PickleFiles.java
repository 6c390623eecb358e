package io.yolo4j.weights;

import io.yolo4j.files.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Small checkpoint files for tests, made of pickle opcodes written out by hand. */
final class PickleFiles {
  private PickleFiles() {}

  /** Turns text into bytes: one byte a character, so opcodes can be written as escapes. */
  static byte[] opcodes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Joins parts. */
  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Repeats a part. */
  static byte[] repeat(String part, int times) {
    return opcodes(part.repeat(times));
  }

  /** Writes a zip checkpoint with this data.pkl and these further records. */
  static Path zip(Path folder, byte[] pickle, Map<String, byte[]> records) throws IOException {
    Path file = folder.resolve("test.pt");
    ZipOutput zip = new ZipOutput("archive");
    zip.add("data.pkl", ByteBuffer.wrap(pickle));
    records.forEach((name, content) -> zip.add(name, ByteBuffer.wrap(content)));
    AtomicFile.write(file, zip::writeTo);
    return file;
  }

  /** Writes a legacy checkpoint of this object, list of storage keys, and storages. */
  static Path legacy(Path folder, byte[] object, byte[] keys, byte[] storages) throws IOException {
    byte[] magic = opcodes("\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\31.");
    byte[] header = join(magic, opcodes("\u0080\2M\u00e9\3."), opcodes("\u0080\2}."));
    return Files.write(folder.resolve("legacy.pt"), join(header, object, keys, storages));
  }

  /** Returns a storage of the legacy form: the number of elements, then the elements. */
  static byte[] storage(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(values.length).asFloatBuffer().put(values);
    return bytes.array();
  }
}
