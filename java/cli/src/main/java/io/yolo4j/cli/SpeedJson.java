package io.yolo4j.cli;

import io.yolo4j.detect.StageTimes;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times of the stages in milliseconds a picture, under the names that all commands use. */
final class SpeedJson {
  private SpeedJson() {}

  static Map<String, Object> of(StageTimes times, int pictures) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("preprocess", times.preprocessNanos() / 1e6 / pictures);
    json.put("inference", times.inferenceNanos() / 1e6 / pictures);
    json.put("nms", times.nmsNanos() / 1e6 / pictures);
    return json;
  }
}
