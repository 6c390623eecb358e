package io.yolo4j.cli;

import io.yolo4j.lighten.Weighed;
import io.yolo4j.profile.Timing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Weighed models as a table and as JSON. */
final class LighteningText {
  private LighteningText() {}

  /** One row a model, times as medians. */
  static Table table(List<Weighed> models) {
    Table table =
        new Table(
            List.of(
                "model",
                "mAP50",
                "mAP50-95",
                "parameters",
                "GFLOPs",
                "MB moved",
                "file kB",
                "torch ms",
                "onednn ms"));
    for (Weighed model : models) {
      table.row(
          List.of(
              model.name(),
              number("%.3f", model.map50()),
              number("%.3f", model.map50To95()),
              model.parameters(),
              number("%.3f", model.flops() / 1e9),
              number("%.1f", model.bytesMoved() / 1e6),
              model.fileBytes() / 1000,
              number("%.2f", 1e3 * model.torch().p50()),
              model.plan().map(time -> number("%.2f", 1e3 * time.p50())).orElse("-")));
    }
    return table;
  }

  static List<Map<String, Object>> json(List<Weighed> models) {
    return models.stream().map(LighteningText::json).toList();
  }

  private static Map<String, Object> json(Weighed model) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", model.name());
    json.put("map50", model.map50());
    json.put("map50_95", model.map50To95());
    json.put("parameters", model.parameters());
    json.put("flops", model.flops());
    json.put("bytes_moved", model.bytesMoved());
    json.put("file_bytes", model.fileBytes());
    json.put("torch_ms", millis(model.torch()));
    model.plan().ifPresent(time -> json.put("onednn_ms", millis(time)));
    return json;
  }

  private static Map<String, Object> millis(Timing time) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("min", 1e3 * time.minimum());
    json.put("p50", 1e3 * time.p50());
    json.put("p95", 1e3 * time.p95());
    return json;
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
