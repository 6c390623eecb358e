package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.graph.Graph;
import io.yolo4j.image.Image;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.PlanOptions;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.weights.Initializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * 100,000 small pictures from eight threads: the same bits as one after the other, and memory at
 * rest.
 */
@Tag("slow")
final class DetectorSoakTest {
  private static final int PICTURES = 100_000;
  private static final int WARM_UP = 20_000;
  private static final int CALLERS = 8;
  private static final int SIDE = 64;
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Kilobytes a picture may leave behind on average: 1 MB in 10,000. */
  private static final double MOST_KILOBYTES = 0.1;

  @Test
  void detect_hundredThousand_sameBitsAndMemoryAtRest() throws Exception {
    assumeTrue(Files.exists(STATUS), "skipped: no " + STATUS + " to read resident memory from");
    List<Image> pictures = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      byte[] rgb = new byte[SIDE * SIDE * Image.CHANNELS];
      new Random(i).nextBytes(rgb);
      pictures.add(Image.wrap(rgb, SIDE, SIDE));
    }
    long pointers = -1;
    for (int round = 0; round < 2; round++) {
      try (Detector detector = Detector.of(model(), options())) {
        List<List<Detection>> expected = pictures.stream().map(detector::detect).toList();
        if (round == 0) {
          run(detector, pictures, expected, 100);
        } else {
          run(detector, pictures, expected, WARM_UP);
          long before = residentKilobytes();
          run(detector, pictures, expected, PICTURES);
          long after = residentKilobytes();
          System.out.printf(
              "resident %d kB before, %d kB after %d pictures%n", before, after, PICTURES);
          assertThat((after - before) / (double) PICTURES).isLessThan(MOST_KILOBYTES);
        }
      }
      if (round == 0) {
        pointers = NativePointers.settled();
      }
    }
    assertThat(NativePointers.settled()).isEqualTo(pointers);
  }

  private static void run(
      Detector detector, List<Image> pictures, List<List<Detection>> expected, int count)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      AtomicInteger next = new AtomicInteger();
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        results.add(
            threads.submit(
                () -> {
                  int wrong = 0;
                  for (int at = next.getAndIncrement(); at < count; at = next.getAndIncrement()) {
                    int picture = at % pictures.size();
                    if (!detector.detect(pictures.get(picture)).equals(expected.get(picture))) {
                      wrong++;
                    }
                  }
                  return wrong;
                }));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static LoadedModel model() {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    Graph graph = model.graph();
    return new LoadedModel(model, graph, Initializer.initialize(graph, 5), List.of());
  }

  private static DetectorOptions options() {
    return DetectorOptions.defaults()
        .withPrediction(PredictorOptions.defaults().withImageSize(SIDE).withConfidence(1e-5f))
        .withPlan(PlanOptions.defaults().withThreads(1))
        .withParallel(2);
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.valueOf(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
