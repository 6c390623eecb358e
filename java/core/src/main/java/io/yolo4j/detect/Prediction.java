package io.yolo4j.detect;

import java.util.List;

/**
 * What was found in one picture.
 *
 * @param detections by falling confidence, boxes in pixels of the original picture
 * @param times how long it took
 */
public record Prediction(List<Detection> detections, StageTimes times) {
  /** Copies the list. */
  public Prediction {
    detections = List.copyOf(detections);
  }
}
