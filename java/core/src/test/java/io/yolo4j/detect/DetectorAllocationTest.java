package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.yolo4j.graph.Graph;
import io.yolo4j.image.Image;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.weights.Initializer;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a picture leaves on the heap: its detections and little else. */
final class DetectorAllocationTest {
  private static final long MOST_BYTES = 64 * 1024;
  private static final int DETECTIONS = 50;
  private static final int[][] SIZES = {{640, 640}, {1000, 1000}, {1280, 720}, {1920, 1080}};

  @Test
  void detect_afterWarmUp_leavesLittleOnTheHeap() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    // So low a confidence that random weights find as many as are kept.
    PredictorOptions prediction =
        PredictorOptions.defaults()
            .withConfidence(1e-5f)
            .withNms(NmsOptions.detection().withMaxDetections(DETECTIONS));
    DetectorOptions options =
        DetectorOptions.defaults()
            .withPrediction(prediction)
            .withPlan(PlanOptions.defaults().withThreads(1));
    try (Detector detector = Detector.of(model(), options)) {
      for (int[] size : SIZES) {
        Image picture = noise(size[0], size[1]);
        detector.warmUp(size[0], size[1]);
        assertThat(detector.detect(picture)).hasSize(DETECTIONS);
        int runs = 3;
        long before = threads.getThreadAllocatedBytes(self);
        for (int i = 0; i < runs; i++) {
          detector.detect(picture);
        }
        long bytes = (threads.getThreadAllocatedBytes(self) - before) / runs;
        assertThat(bytes)
            .as("bytes a picture of %dx%d", size[0], size[1])
            .isBetween(1L, MOST_BYTES);
      }
    }
  }

  private static LoadedModel model() {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    Graph graph = model.graph();
    return new LoadedModel(model, graph, Initializer.initialize(graph, 5), List.of());
  }

  private static Image noise(int width, int height) {
    byte[] rgb = new byte[width * height * Image.CHANNELS];
    new Random(1).nextBytes(rgb);
    return Image.wrap(rgb, width, height);
  }
}
