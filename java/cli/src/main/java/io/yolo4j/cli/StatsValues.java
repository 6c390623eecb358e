package io.yolo4j.cli;

import io.yolo4j.data.Split;
import io.yolo4j.data.quality.BoxStatistics;
import io.yolo4j.data.quality.DatasetStatistics;
import io.yolo4j.data.quality.Distribution;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The numbers of {@code data stats}, under the names that JSON and CSV give them. */
final class StatsValues {
  private StatsValues() {}

  private static Map<String, Double> quantiles(Distribution spread) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("mean", spread.mean());
    values.put("min", spread.least());
    values.put("p05", spread.p05());
    values.put("p25", spread.p25());
    values.put("p50", spread.median());
    values.put("p75", spread.p75());
    values.put("p95", spread.p95());
    values.put("max", spread.greatest());
    return values;
  }

  private static Map<String, Distribution> measures(BoxStatistics boxes) {
    Map<String, Distribution> measures = new LinkedHashMap<>();
    measures.put("width", boxes.width());
    measures.put("height", boxes.height());
    measures.put("width_px", boxes.pixelWidth());
    measures.put("height_px", boxes.pixelHeight());
    measures.put("aspect", boxes.aspect());
    measures.put("per_image", boxes.perImage());
    return measures;
  }

  static Map<String, Object> json(DatasetStatistics part) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("images", part.images());
    json.put("background", part.background());
    json.put("image_sizes", part.imageSizes());
    json.put("image_width", quantiles(part.imageWidth()));
    json.put("image_height", quantiles(part.imageHeight()));
    json.put("all", json(part.all()));
    json.put("classes", part.classes().stream().map(StatsValues::json).toList());
    return json;
  }

  private static Map<String, Object> json(BoxStatistics boxes) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", boxes.name());
    json.put("images", boxes.images());
    json.put("boxes", boxes.boxes());
    measures(boxes).forEach((name, spread) -> json.put(name, quantiles(spread)));
    return json;
  }

  static Table csv(Map<Split, DatasetStatistics> parts) {
    List<List<Object>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("part", "class", "images", "boxes"));
    parts.forEach(
        (split, part) -> {
          part.classes().forEach(one -> rows.add(row(split, one)));
          rows.add(row(split, part.all()));
        });
    parts.values().stream()
        .findFirst()
        .ifPresent(
            part ->
                measures(part.all())
                    .forEach(
                        (name, spread) ->
                            quantiles(spread).keySet().forEach(q -> header.add(name + "_" + q))));
    Table table = new Table(header);
    rows.forEach(table::row);
    return table;
  }

  private static List<Object> row(Split split, BoxStatistics boxes) {
    List<Object> row =
        new ArrayList<>(List.of(split.key(), boxes.name(), boxes.images(), boxes.boxes()));
    measures(boxes).values().forEach(spread -> row.addAll(quantiles(spread).values()));
    return row;
  }
}
