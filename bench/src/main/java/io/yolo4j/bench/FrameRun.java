package io.yolo4j.bench;

import com.sun.management.ThreadMXBean;
import io.yolo4j.detect.Prediction;
import io.yolo4j.detect.Predictor;
import io.yolo4j.detect.PredictorOptions;
import io.yolo4j.image.Image;
import io.yolo4j.runtime.Executor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One row of {@link FrameTable}, in a process of its own; prints lines {@code name=value}. */
final class FrameRun {
  private static final int WARM_UP = 30;

  private final Predictor predictor;
  private final Image picture;
  private final int frames;

  private FrameRun(Predictor predictor, Image picture, int frames) {
    this.predictor = predictor;
    this.picture = picture;
    this.frames = frames;
  }

  /** Measures and prints. */
  public static void main(String[] words) throws IOException {
    Arguments arguments = new Arguments(List.of(words));
    int size = arguments.number("size", 640);
    int side = arguments.number("picture", 1000);
    RuntimeForm form = RuntimeForm.valueOf(arguments.text("form", ""));
    try (Executor executor =
        form.of(
            arguments.text("model", ""),
            new RuntimeForm.Batch(1, size),
            arguments.number("threads", 1))) {
      Predictor predictor =
          new Predictor(executor, List.of(), PredictorOptions.defaults().withImageSize(size));
      new FrameRun(predictor, noise(side), arguments.number("frames", 1000))
          .measure()
          .forEach((name, value) -> System.out.println(name + "=" + value));
    }
  }

  /** Reads what {@link #main} printed. */
  static Map<String, Double> parse(String lines) {
    Map<String, Double> values = new LinkedHashMap<>();
    lines
        .lines()
        .filter(line -> line.matches("[a-z0-9_]+=.+"))
        .forEach(
            line -> {
              int at = line.indexOf('=');
              values.put(line.substring(0, at), Double.valueOf(line.substring(at + 1)));
            });
    return values;
  }

  private Map<String, Double> measure() throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    frame();
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    values.put("start_ms", (double) (System.currentTimeMillis() - started));
    values.put("first_ms", frame());
    for (int i = 0; i < WARM_UP; i++) {
      frame();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    List<Double> times = new ArrayList<>(frames);
    long network = 0;
    long all = 0;
    long bytes = 0;
    for (int i = 0; i < frames; i++) {
      long before = threads.getThreadAllocatedBytes(self);
      long start = System.nanoTime();
      Prediction prediction = predictor.predict(picture);
      long nanos = System.nanoTime() - start;
      bytes += threads.getThreadAllocatedBytes(self) - before;
      times.add(nanos / 1e6);
      all += nanos;
      network += prediction.times().inferenceNanos();
    }
    values.put("p50_ms", Median.of(times));
    values.put("p99_ms", Percentile.of(times, 0.99));
    values.put("path_part", 1 - (double) network / all);
    values.put("heap_bytes", (double) bytes / frames);
    values.put("peak_bytes", (double) peakBytes());
    return values;
  }

  private double frame() {
    long start = System.nanoTime();
    predictor.predict(picture);
    return (System.nanoTime() - start) / 1e6;
  }

  private static long peakBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/self/status has no line VmHWM");
  }

  private static Image noise(int side) {
    byte[] rgb = new byte[side * side * Image.CHANNELS];
    new Random(0).nextBytes(rgb);
    return Image.wrap(rgb, side, side);
  }
}
