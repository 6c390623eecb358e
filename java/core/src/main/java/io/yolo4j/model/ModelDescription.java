package io.yolo4j.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A YOLOv5 description file: what a model is made of, before it is expanded.
 *
 * @param source where it came from, for messages: a file or the name of a shipped description
 * @param classes number of classes ({@code nc})
 * @param depthMultiple factor on the rows' repeats
 * @param widthMultiple factor on the channels of scalable modules
 * @param anchors the anchors
 * @param backbone the first rows
 * @param head the rows after them, numbered on
 * @param widths output channels of the convolutions whose width is not what their row says, by
 *     module path, for example {@code model.2.cv1.conv}; see {@link io.yolo4j.graph.ChannelWidths}.
 *     Pruned networks have them; most descriptions have none
 */
public record ModelDescription(
    String source,
    int classes,
    double depthMultiple,
    double widthMultiple,
    AnchorTable anchors,
    List<Row> backbone,
    List<Row> head,
    Map<String, Integer> widths) {

  /** Checks the values and copies the lists. */
  public ModelDescription {
    if (classes < 1) {
      throw new ModelException("%s: nc must be at least 1, got %d".formatted(source, classes));
    }
    if (!(isFactor(depthMultiple) && isFactor(widthMultiple))) {
      throw new ModelException(
          "%s: depth_multiple and width_multiple must be positive and finite, got %s and %s"
              .formatted(source, depthMultiple, widthMultiple));
    }
    backbone = List.copyOf(backbone);
    head = List.copyOf(head);
    widths.forEach(
        (path, width) -> {
          if (width < 1) {
            throw new ModelException(
                "%s: widths: %s must have at least 1 channel, got %d"
                    .formatted(source, path, width));
          }
        });
    widths = Collections.unmodifiableMap(new LinkedHashMap<>(widths));
  }

  /** Creates a description whose rows say all widths. */
  public ModelDescription(
      String source,
      int classes,
      double depthMultiple,
      double widthMultiple,
      AnchorTable anchors,
      List<Row> backbone,
      List<Row> head) {
    this(source, classes, depthMultiple, widthMultiple, anchors, backbone, head, Map.of());
  }

  /**
   * Reads a description file.
   *
   * @throws ModelException if the content is not a description, naming the file and the key or row
   * @throws IOException if the file cannot be read
   */
  public static ModelDescription read(Path file) throws IOException {
    return DescriptionReader.read(file);
  }

  /**
   * Returns the description in a map, for example the one that a checkpoint carries.
   *
   * @param map the file's content as plain values
   * @param source where it came from, for messages
   */
  public static ModelDescription of(Map<?, ?> map, String source) {
    return new DescriptionReader(source).read(map);
  }

  /** Returns all rows in order. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>(backbone);
    rows.addAll(head);
    return rows;
  }

  /** Returns a copy with another number of classes. */
  public ModelDescription withClasses(int count) {
    return new ModelDescription(
        source, count, depthMultiple, widthMultiple, anchors, backbone, head, widths);
  }

  /** Returns a copy with other anchors. */
  public ModelDescription withAnchors(AnchorTable table) {
    return new ModelDescription(
        source, classes, depthMultiple, widthMultiple, table, backbone, head, widths);
  }

  /** Returns a copy with other widths. */
  public ModelDescription withWidths(Map<String, Integer> channels) {
    return new ModelDescription(
        source, classes, depthMultiple, widthMultiple, anchors, backbone, head, channels);
  }

  /**
   * Returns the description as plain values under the keys of a description file; {@link #of} reads
   * it back.
   */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("nc", classes);
    map.put("depth_multiple", depthMultiple);
    map.put("width_multiple", widthMultiple);
    map.put("anchors", anchors.isPlaceholder() ? anchors.perLevel() : anchors.levels());
    map.put("backbone", backbone.stream().map(ModelDescription::plain).toList());
    map.put("head", head.stream().map(ModelDescription::plain).toList());
    if (!widths.isEmpty()) {
      map.put("widths", widths);
    }
    return map;
  }

  private static boolean isFactor(double value) {
    return value > 0 && Double.isFinite(value);
  }

  private static List<Object> plain(Row row) {
    Object from = row.fromList() ? row.from() : row.from().get(0);
    return List.of(from, row.number(), row.module(), row.arguments());
  }
}
