package io.yolo4j.cli;

import io.yolo4j.data.DataIssue;
import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.CocoResult;
import io.yolo4j.eval.InspectionCurves;
import io.yolo4j.eval.ValidationResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The findings of a validation as JSON; null where a number is not known. */
final class ValJson {
  private final ValFindings findings;

  private ValJson(ValFindings findings) {
    this.findings = findings;
  }

  /**
   * Returns the findings.
   *
   * @param of what was measured, first in the object
   */
  static Map<String, Object> of(Map<String, Object> of, ValFindings findings) {
    return new ValJson(findings).json(of);
  }

  private Map<String, Object> json(Map<String, Object> of) {
    ValidationResult result = findings.result();
    Map<String, Object> json = new LinkedHashMap<>(of);
    json.put("images", result.images());
    json.put("labels", result.labels());
    json.put("precision", result.precision());
    json.put("recall", result.recall());
    json.put("map50", result.map50());
    json.put("map50_95", result.map50To95());
    json.put("fitness", result.fitness());
    json.put("classes", result.classes().stream().map(ValJson::classResult).toList());
    json.put("inspection", inspection());
    OptionalDouble precision = findings.precision();
    if (precision.isPresent()) {
      json.put("suggested", suggested(precision.getAsDouble()));
    }
    CocoResult coco = findings.coco();
    if (coco != null) {
      json.put("coco", coco(coco));
    }
    json.put("speed_ms", SpeedJson.of(result.times(), Math.max(1, result.images())));
    if (findings.confusion()) {
      json.put("confusion_matrix", ValFindings.counts(result.confusion()));
    }
    json.put("issues", result.issues().stream().map(DataIssue::toString).toList());
    return json;
  }

  private static Map<String, Object> classResult(ClassResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", result.classId());
    json.put("name", result.name());
    json.put("images", result.images());
    json.put("labels", result.labels());
    json.put("precision", result.precision());
    json.put("recall", result.recall());
    json.put("ap50", result.ap50());
    json.put("ap50_95", result.ap50To95());
    return json;
  }

  private Map<String, @Nullable Object> inspection() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    InspectionCurves all = findings.all();
    json.put("thresholds", findings.rates());
    json.putAll(rates(all));
    Integer balanced = all.balanced().orElse(null);
    json.put(
        "balanced_threshold", balanced == null ? null : number(ValFindings.threshold(balanced)));
    List<Map<String, @Nullable Object>> classes = new ArrayList<>();
    for (InspectionCurves one : findings.curves()) {
      if (one.classId() >= 0) {
        Map<String, @Nullable Object> own = named(one);
        own.putAll(rates(one));
        classes.add(own);
      }
    }
    json.put("classes", classes);
    return json;
  }

  private Map<String, @Nullable Object> named(InspectionCurves one) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", one.classId());
    json.put("name", findings.name(one.classId()));
    return json;
  }

  private Map<String, @Nullable Object> rates(InspectionCurves one) {
    List<@Nullable Object> overkill = new ArrayList<>();
    List<@Nullable Object> escape = new ArrayList<>();
    for (double threshold : findings.rates()) {
      overkill.add(number(one.overkill(ValFindings.point(threshold))));
      escape.add(number(one.escape(ValFindings.point(threshold))));
    }
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("clean_pictures", one.cleanPictures());
    json.put("defect_pictures", one.defectPictures());
    json.put("overkill", overkill);
    json.put("escape", escape);
    return json;
  }

  private Map<String, @Nullable Object> suggested(double precision) {
    List<Map<String, @Nullable Object>> classes = new ArrayList<>();
    for (InspectionCurves one : findings.curves()) {
      if (one.classId() >= 0) {
        Map<String, @Nullable Object> json = named(one);
        Integer point = findings.suggested(one).orElse(null);
        json.put("threshold", point == null ? null : number(ValFindings.threshold(point)));
        json.put("precision", point == null ? null : number(one.precision(point)));
        json.put("recall", point == null ? null : number(one.recall(point)));
        json.put("overkill", point == null ? null : number(one.overkill(point)));
        json.put("escape", point == null ? null : number(one.escape(point)));
        json.put("highest_precision", number(one.highestPrecision()));
        classes.add(json);
      }
    }
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("wanted_precision", precision);
    json.put("classes", classes);
    return json;
  }

  private Map<String, @Nullable Object> coco(CocoResult coco) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("ap", number(coco.ap()));
    json.put("ap50", number(coco.ap50()));
    json.put("ap75", number(coco.ap75()));
    json.put("ap_small", number(coco.apSmall()));
    json.put("ap_medium", number(coco.apMedium()));
    json.put("ap_large", number(coco.apLarge()));
    json.put("ar1", number(coco.ar1()));
    json.put("ar10", number(coco.ar10()));
    json.put("ar100", number(coco.ar100()));
    json.put("ar_small", number(coco.arSmall()));
    json.put("ar_medium", number(coco.arMedium()));
    json.put("ar_large", number(coco.arLarge()));
    List<Map<String, @Nullable Object>> classes = new ArrayList<>();
    for (CocoResult.ClassFigures one : coco.classes()) {
      Map<String, @Nullable Object> figures = new LinkedHashMap<>();
      figures.put("id", one.classId());
      figures.put("name", findings.name(one.classId()));
      figures.put("objects", one.objects());
      figures.put("ap", one.ap());
      figures.put("ap50", one.ap50());
      figures.put("ap75", one.ap75());
      figures.put("ar100", one.ar100());
      classes.add(figures);
    }
    json.put("classes", classes);
    return json;
  }

  private static @Nullable Double number(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
