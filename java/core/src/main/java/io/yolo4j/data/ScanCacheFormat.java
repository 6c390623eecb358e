package io.yolo4j.data;

import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a {@link ScanCache}'s file: magic number, version, key, pictures, and a CRC-32 of
 * all that. Another version's file is not read.
 */
final class ScanCacheFormat {
  private static final int MAGIC = 0x594f4c34;
  private static final int VERSION = 1;

  private ScanCacheFormat() {}

  static byte[] encode(Map<String, ScannedImage> images, String key) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    writeText(out, key);
    out.writeInt(images.size());
    for (Map.Entry<String, ScannedImage> image : images.entrySet()) {
      writeText(out, image.getKey());
      writeImage(out, image.getValue(), Path.of(image.getKey()));
    }
    byte[] content = bytes.toByteArray();
    out.writeLong(crc(content, content.length));
    return bytes.toByteArray();
  }

  private static long crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }

  private static void writeImage(DataOutputStream out, ScannedImage image, Path path)
      throws IOException {
    writeState(out, Optional.ofNullable(image.image()));
    writeState(out, image.labels());
    Sample sample = image.sample();
    out.writeBoolean(sample != null);
    if (sample != null) {
      out.writeInt(sample.size().width());
      out.writeInt(sample.size().height());
      out.writeInt(sample.labels().size());
      for (Label label : sample.labels()) {
        writeLabel(out, label);
      }
    }
    out.writeInt(image.issues().size());
    for (DataIssue issue : image.issues()) {
      writeText(out, issue.kind().name());
      out.writeBoolean(issue.file().equals(path));
      out.writeInt(issue.line());
      writeText(out, issue.message());
    }
  }

  private static void writeState(DataOutputStream out, Optional<FileState> state)
      throws IOException {
    out.writeBoolean(state.isPresent());
    if (state.isPresent()) {
      out.writeLong(state.get().size());
      out.writeLong(state.get().modified());
      out.writeLong(state.get().changed());
      out.writeLong(state.get().node());
    }
  }

  private static void writeLabel(DataOutputStream out, Label label) throws IOException {
    out.writeInt(label.classId());
    out.writeDouble(label.box().centreX());
    out.writeDouble(label.box().centreY());
    out.writeDouble(label.box().width());
    out.writeDouble(label.box().height());
    Polygon polygon = label.polygon();
    int points = polygon == null ? 0 : polygon.size();
    out.writeInt(points);
    for (int i = 0; polygon != null && i < points; i++) {
      out.writeDouble(polygon.x(i));
      out.writeDouble(polygon.y(i));
    }
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Returns the pictures of a file.
   *
   * @throws IOException if the bytes are damaged, of another version or for another key
   */
  static Map<String, ScannedImage> decode(byte[] bytes, String key) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      if (in.getInt() != MAGIC) {
        throw new IOException("it is no cache of scans");
      }
      int version = in.getInt();
      if (version != VERSION) {
        throw new IOException("its version is " + version + ", not " + VERSION);
      }
      int length = bytes.length - Long.BYTES;
      if (in.getLong(length) != crc(bytes, length)) {
        throw new IOException("it is damaged: its checksum is wrong");
      }
      in.limit(length);
      if (!readText(in).equals(key)) {
        throw new IOException("it belongs to another data set");
      }
      Map<String, ScannedImage> images = new HashMap<>();
      for (int left = in.getInt(); left > 0; left--) {
        String path = readText(in);
        images.put(path, readImage(in, Path.of(path)));
      }
      return images;
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException("it is damaged: " + e, e);
    }
  }

  private static ScannedImage readImage(ByteBuffer in, Path path) {
    FileState image = readState(in).orElse(null);
    Optional<FileState> labels = readState(in);
    Sample sample = null;
    if (in.get() != 0) {
      ImageSize size = new ImageSize(in.getInt(), in.getInt());
      List<Label> found = new ArrayList<>();
      for (int left = in.getInt(); left > 0; left--) {
        found.add(readLabel(in));
      }
      sample = new Sample(path, size, found);
    }
    Path labelFile = LabelFile.of(path);
    List<DataIssue> issues = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      DataIssue.Kind kind = DataIssue.Kind.valueOf(readText(in));
      Path file = in.get() != 0 ? path : labelFile;
      issues.add(new DataIssue(kind, file, in.getInt(), readText(in)));
    }
    return new ScannedImage(sample, issues, image, labels);
  }

  private static Optional<FileState> readState(ByteBuffer in) {
    return in.get() == 0
        ? Optional.empty()
        : Optional.of(new FileState(in.getLong(), in.getLong(), in.getLong(), in.getLong()));
  }

  private static Label readLabel(ByteBuffer in) {
    int classId = in.getInt();
    NormalizedBox box =
        new NormalizedBox(in.getDouble(), in.getDouble(), in.getDouble(), in.getDouble());
    return new Label(classId, box, readPolygon(in));
  }

  private static @Nullable Polygon readPolygon(ByteBuffer in) {
    int points = in.getInt();
    if (points == 0) {
      return null;
    }
    if (points < 0 || points > in.remaining() / (2 * Double.BYTES)) {
      throw new IllegalArgumentException(points + " points");
    }
    double[] numbers = new double[2 * points];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.getDouble();
    }
    return new Polygon(numbers);
  }

  private static String readText(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("a text of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
