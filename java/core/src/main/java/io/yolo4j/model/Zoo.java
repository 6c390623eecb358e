package io.yolo4j.model;

import io.yolo4j.files.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shipped descriptions. A file under {@code zoo/} is a description, or a family: one table of
 * rows with a {@code variants} mapping from a model's name to its depth and width multiples.
 */
public final class Zoo {
  private static final List<String> FILES =
      List.of(
          "yolov5",
          "yolov5-p6-640",
          "yolov5s-v5.0",
          "mobilenetv3small_yolo5s",
          "mobilenetv3large_yolo5s",
          "shufflenetv2_yolo5s",
          "ghostnet_yolo5s",
          "efficientnetlite0_yolo5s",
          "yolov3",
          "yolov3-spp",
          "yolov3-tiny",
          "yolov5-bifpn",
          "yolov5-fpn",
          "yolov5-p2",
          "yolov5-p6",
          "yolov5-p7",
          "yolov5-panet",
          "yolov5s-ghost",
          "yolov5s-transformer");

  /** Read at first use, not when the class is loaded; descriptions are immutable. */
  private static final class Shipped {
    private static final Map<String, ModelDescription> MODELS = readAll();
  }

  private Zoo() {}

  /** Returns the names of all shipped models. */
  public static List<String> names() {
    return List.copyOf(Shipped.MODELS.keySet());
  }

  /** Returns a shipped description. */
  public static Optional<ModelDescription> find(String name) {
    return Optional.ofNullable(Shipped.MODELS.get(name));
  }

  /**
   * Returns the description in a file, or the shipped one of that name, with or without {@code
   * .yaml}.
   *
   * @throws ModelException if there is neither, with the nearest names, or if the file is not a
   *     description
   * @throws IOException if the file cannot be read
   */
  public static ModelDescription open(String nameOrFile) throws IOException {
    String name = nameOrFile.replaceFirst("\\.ya?ml$", "");
    Path file = Path.of(nameOrFile);
    if (Files.isRegularFile(file)) {
      return ModelDescription.read(file);
    }
    if (Files.isDirectory(file)) {
      throw new ModelException(nameOrFile + ": must be a file or a shipped model, is a folder");
    }
    return find(name).orElseThrow(() -> new ModelException(unknown(nameOrFile, name)));
  }

  private static String unknown(String given, String name) {
    return "%s: no such file, and no shipped model of that name; the nearest are %s"
        .formatted(given, String.join(", ", Nearest.of(name, names(), 3)));
  }

  private static Map<String, ModelDescription> readAll() {
    Map<String, ModelDescription> models = new LinkedHashMap<>();
    for (String file : FILES) {
      Map<?, ?> content = new DescriptionReader("zoo/" + file + ".yaml").parse(text(file));
      if (content.get("variants") instanceof Map<?, ?> variants) {
        variants.forEach(
            (name, multiples) -> models.put(name.toString(), variant(content, name, multiples)));
      } else {
        models.put(file, ModelDescription.of(content, file));
      }
    }
    return models;
  }

  private static ModelDescription variant(Map<?, ?> family, Object name, Object multiples) {
    Map<Object, Object> content = new LinkedHashMap<>(family);
    List<?> pair = (List<?>) multiples;
    content.put("depth_multiple", pair.get(0));
    content.put("width_multiple", pair.get(1));
    return ModelDescription.of(content, name.toString());
  }

  private static String text(String file) {
    String resource = "zoo/" + file + ".yaml";
    try (InputStream in = Zoo.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks its resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
