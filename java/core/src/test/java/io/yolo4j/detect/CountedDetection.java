package io.yolo4j.detect;

import io.yolo4j.graph.Graph;
import io.yolo4j.image.Image;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.testing.SpreadHeads;
import java.util.List;
import java.util.Random;

/**
 * Detects few boxes and many, with a method before each that a debugger stops in; prints how many
 * there were. Each detector has run before, so that nothing is loaded or enlarged any more.
 */
final class CountedDetection {
  private static final int SIDE = 96;

  private CountedDetection() {}

  /** Runs without arguments. */
  public static void main(String[] arguments) {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    Graph graph = model.graph();
    LoadedModel loaded =
        new LoadedModel(model, graph, SpreadHeads.of(graph, "model.24"), List.of());
    byte[] rgb = new byte[SIDE * SIDE * Image.CHANNELS];
    new Random(1).nextBytes(rgb);
    Image picture = Image.wrap(rgb, SIDE, SIDE);
    try (Detector choosy = Detector.of(loaded, options(0.97f));
        Detector lenient = Detector.of(loaded, options(0.01f))) {
      choosy.detect(picture);
      lenient.detect(picture);
      few();
      int fewer = choosy.detect(picture).size();
      many();
      int more = lenient.detect(picture).size();
      end();
      System.out.println(fewer + " " + more);
    }
  }

  private static DetectorOptions options(float confidence) {
    return DetectorOptions.defaults()
        .withPrediction(PredictorOptions.defaults().withImageSize(SIDE).withConfidence(confidence))
        .withPlan(PlanOptions.defaults().withThreads(1));
  }

  static void few() {}

  static void many() {}

  static void end() {}
}
