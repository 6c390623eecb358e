package io.yolo4j.model;

import io.yolo4j.files.YamlProblem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Turns the content of a description file into a {@link ModelDescription}; every error names the
 * source and the row.
 */
final class DescriptionReader {
  private static final int MAX_ROWS = 10_000;

  private final String source;

  DescriptionReader(String source) {
    this.source = source;
  }

  static ModelDescription read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new ModelException(file + ": a description must be UTF-8 text", e);
    }
    DescriptionReader reader = new DescriptionReader(file.toString());
    return reader.read(reader.parse(text));
  }

  Map<?, ?> parse(String text) {
    Object root;
    try {
      root =
          new Load(LoadSettings.builder().setLabel(source).setSchema(new CoreSchema()).build())
              .loadFromString(text);
    } catch (YamlEngineException e) {
      throw new ModelException("%s: not valid YAML: %s".formatted(source, YamlProblem.text(e)), e);
    } catch (StackOverflowError e) {
      // The YAML library descends once a bracket and has no limit of its own.
      throw new ModelException(source + ": not valid YAML: nested too deeply", e);
    }
    if (!(root instanceof Map<?, ?> map)) {
      throw new ModelException(
          "%s: a description must be a mapping with backbone and head".formatted(source));
    }
    return map;
  }

  ModelDescription read(Map<?, ?> map) {
    int classes = map.containsKey("nc") ? integer(map.get("nc"), "nc") : 80;
    double depth =
        map.containsKey("depth_multiple") ? number(map.get("depth_multiple"), "depth_multiple") : 1;
    double width =
        map.containsKey("width_multiple") ? number(map.get("width_multiple"), "width_multiple") : 1;
    AnchorTable anchors = anchors(map.get("anchors"));
    List<Row> backbone = rows(map.get("backbone"), "backbone", 0);
    List<Row> head = rows(map.get("head"), "head", backbone.size());
    return new ModelDescription(
        source, classes, depth, width, anchors, backbone, head, widths(map.get("widths")));
  }

  private Map<String, Integer> widths(@Nullable Object value) {
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> given)) {
      throw new ModelException(
          "%s: widths must map paths of convolutions to channels, got %s"
              .formatted(source, PythonText.brief(value)));
    }
    Map<String, Integer> widths = new LinkedHashMap<>();
    given.forEach(
        (path, channels) -> widths.put(String.valueOf(path), integer(channels, "widths: " + path)));
    return widths;
  }

  private AnchorTable anchors(@Nullable Object value) {
    if (value == null) {
      throw new ModelException(
          "%s: anchors are missing, they must be a list of levels or the number of anchors per level"
              .formatted(source));
    }
    List<List<Number>> table = new ArrayList<>();
    int perLevel;
    if (value instanceof Number count) {
      perLevel = integer(count, "anchors");
    } else if (value instanceof List<?> levels && !levels.isEmpty()) {
      levels.forEach(level -> table.add(anchorLevel(level)));
      perLevel = table.get(0).size() / 2;
    } else {
      throw new ModelException(
          "%s: anchors must be a list of levels or the number of anchors per level, got %s"
              .formatted(source, PythonText.brief(value)));
    }
    try {
      return new AnchorTable(perLevel, table);
    } catch (ModelException e) {
      throw new ModelException(source + ": " + e.getMessage(), e);
    }
  }

  private List<Number> anchorLevel(@Nullable Object value) {
    if (!(value instanceof List<?> list)
        || list.isEmpty()
        || !list.stream().allMatch(Number.class::isInstance)) {
      throw new ModelException(
          "%s: a level of anchors must be a list of numbers (width, height, …), got %s"
              .formatted(source, PythonText.brief(value)));
    }
    return list.stream().map(Number.class::cast).map(DescriptionReader::widened).toList();
  }

  private List<Row> rows(@Nullable Object value, String key, int first) {
    if (value == null) {
      throw new ModelException(
          "%s: %s is missing, it must be a list of rows".formatted(source, key));
    }
    if (!(value instanceof List<?> list)) {
      throw new ModelException(
          "%s: %s must be a list of rows, got %s".formatted(source, key, PythonText.brief(value)));
    }
    if (list.size() > MAX_ROWS) {
      throw new ModelException(
          "%s: %s must hold at most %d rows, got %d".formatted(source, key, MAX_ROWS, list.size()));
    }
    List<Row> rows = new ArrayList<>();
    for (Object row : list) {
      rows.add(row(row, first + rows.size()));
    }
    return rows;
  }

  private Row row(@Nullable Object value, int index) {
    if (!(value instanceof List<?> parts) || parts.size() != 4) {
      throw new ModelException(
          "%s: row %d: expected [from, number, module, args], got %s"
              .formatted(source, index, PythonText.brief(value)));
    }
    String where = "row " + index;
    List<Integer> from = new ArrayList<>();
    boolean fromList = parts.get(0) instanceof List<?>;
    List<?> sources = parts.get(0) instanceof List<?> several ? several : parts.subList(0, 1);
    for (Object one : sources) {
      from.add(integer(one, where + ": from"));
    }
    int number = integer(parts.get(1), where + ": number");
    if (from.isEmpty() || number < 1 || !(parts.get(2) instanceof String module)) {
      throw new ModelException(
          "%s: %s: expected [from, number >= 1, module, args], got %s"
              .formatted(source, where, PythonText.brief(value)));
    }
    if (!(parts.get(3) instanceof List<?> arguments)) {
      throw new ModelException(
          "%s: %s: args must be a list, got %s"
              .formatted(source, where, PythonText.brief(parts.get(3))));
    }
    return new Row(from, fromList, number, module, plainList(arguments, where, 0));
  }

  private List<@Nullable Object> plainList(List<?> values, String where, int depth) {
    if (depth > 3) {
      throw new ModelException("%s: %s: args are nested too deeply".formatted(source, where));
    }
    List<@Nullable Object> plain = new ArrayList<>();
    for (Object value : values) {
      if (value instanceof List<?> inner) {
        plain.add(plainList(inner, where, depth + 1));
      } else if (value instanceof Number number) {
        plain.add(widened(number));
      } else if (value == null || value instanceof Boolean || value instanceof String) {
        plain.add(value);
      } else {
        throw new ModelException(
            "%s: %s: args hold numbers, texts, True, False, None or lists, got %s"
                .formatted(source, where, PythonText.brief(value)));
      }
    }
    return plain;
  }

  private static Number widened(Number number) {
    return number instanceof Integer || number instanceof Short || number instanceof Byte
        ? Long.valueOf(number.longValue())
        : number;
  }

  private int integer(@Nullable Object value, String key) {
    if (value instanceof Number number && number.doubleValue() == number.intValue()) {
      return number.intValue();
    }
    throw new ModelException(
        "%s: %s must be a whole number, got %s".formatted(source, key, PythonText.brief(value)));
  }

  private double number(@Nullable Object value, String key) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new ModelException(
        "%s: %s must be a number, got %s".formatted(source, key, PythonText.brief(value)));
  }
}
