package io.yolo4j.augment;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import io.yolo4j.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Reads the shared geometry fixtures. */
final class Fixtures {
  private Fixtures() {}

  static JsonNode geometry(String section) {
    return Shared.json("geometry.json").get(section);
  }

  static ImageSize size(JsonNode heightAndWidth) {
    return new ImageSize(heightAndWidth.get(1).asInt(), heightAndWidth.get(0).asInt());
  }

  static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .flatMapToDouble(
            node ->
                node.isArray()
                    ? DoubleStream.of(doubles(node))
                    : DoubleStream.of(
                        node.isBoolean() ? (node.asBoolean() ? 1 : 0) : node.asDouble()))
        .toArray();
  }

  static byte[] bytes(JsonNode array) {
    double[] values = doubles(array);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) values[i];
    }
    return bytes;
  }

  /** Returns rows of class, x1, y1, x2, y2 as objects. */
  static List<Target> targets(JsonNode rows) {
    List<Target> targets = new ArrayList<>();
    for (JsonNode row : rows) {
      targets.add(new Target(row.get(0).asInt(), box(row, 1), null));
    }
    return targets;
  }

  static Box box(JsonNode row, int from) {
    return new Box(
        (float) row.get(from).asDouble(),
        (float) row.get(from + 1).asDouble(),
        (float) row.get(from + 2).asDouble(),
        (float) row.get(from + 3).asDouble());
  }

  /** Returns corners, box after box. */
  static double[] corners(List<Box> boxes) {
    return boxes.stream()
        .flatMapToDouble(b -> DoubleStream.of(b.x1(), b.y1(), b.x2(), b.y2()))
        .toArray();
  }

  /** Returns class and corners, object after object. */
  static double[] rows(List<Target> targets) {
    return targets.stream()
        .flatMapToDouble(
            t ->
                DoubleStream.of(
                    t.classId(), t.box().x1(), t.box().y1(), t.box().x2(), t.box().y2()))
        .toArray();
  }

  /** Returns a picture of one channel repeated three times. */
  static Mat repeated(JsonNode rows) {
    int height = rows.size();
    int width = rows.get(0).size();
    byte[] grey = bytes(rows);
    byte[] rgb = new byte[3 * grey.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = grey[i / 3];
    }
    return mat(rgb, width, height);
  }

  static Mat mat(byte[] rgb, int width, int height) {
    Mat mat = new Mat(height, width, opencv_core.CV_8UC3);
    try (BytePointer data = mat.data()) {
      data.put(rgb);
    }
    return mat;
  }

  static byte[] bytes(Mat mat) {
    byte[] bytes = new byte[mat.rows() * mat.cols() * mat.channels()];
    try (BytePointer data = mat.data()) {
      data.get(bytes);
    }
    return bytes;
  }

  /** Returns bytes as numbers 0 to 255. */
  static double[] unsigned(byte[] bytes) {
    double[] values = new double[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    return values;
  }
}
