package io.yolo4j.bench;

import io.yolo4j.detect.CandidateFilter;
import io.yolo4j.detect.Candidates;
import io.yolo4j.detect.HeadDecoder;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.NmsOptions;
import io.yolo4j.detect.NonMaxSuppression;
import io.yolo4j.graph.Graph;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.weights.Initializer;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Plans beside ONNX Runtime and the LibTorch executor: pixels in, detections out, the same decoder
 * and suppression behind all of them. Forms take turns, ten pictures each with a pause before, so
 * that all see the same machine and none the threads of another; medians over the rounds.
 *
 * <pre>{@code
 * bench/run RuntimeTable model=yolov5n,yolov5s size=640 batch=1,4 threads=1,2 rounds=40 weights=FILE
 * }</pre>
 *
 * <p>Random weights where no file is given: next to nothing is detected then.
 */
public final class RuntimeTable {
  private static final int BLOCK = 10;
  private static final long PAUSE_MILLIS = 100;
  private static final String PEER = RuntimeForm.ONNX_RUNTIME_F32.name();

  private final Arguments arguments;

  private RuntimeTable(Arguments arguments) {
    arguments.requireOnly("model", "size", "batch", "threads", "rounds", "weights");
    this.arguments = arguments;
  }

  /** Measures and prints; arguments are {@code name=value}. */
  public static void main(String[] arguments) throws IOException {
    new RuntimeTable(new Arguments(List.of(arguments))).run();
  }

  private void run() throws IOException {
    System.out.println(
        "| network | size | batch | threads | form | median, ms | least, ms | p99 / p50 | times ONNX Runtime |");
    System.out.println("| --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |");
    for (String model : arguments.texts("model", "yolov5n,yolov5s,mobilenetv3small_yolo5s")) {
      for (int size : arguments.numbers("size", "640")) {
        for (int batch : arguments.numbers("batch", "1")) {
          for (int threads : arguments.numbers("threads", "2")) {
            measure(model, size, batch, threads);
          }
        }
      }
    }
  }

  private void measure(String name, int size, int images, int threads) throws IOException {
    String weights = arguments.text("weights", "");
    Graph graph;
    StateDict state;
    if (weights.isEmpty()) {
      graph = Model.of(Zoo.find(name).orElseThrow()).graph();
      state = Initializer.initialize(graph, 0);
    } else {
      LoadedModel loaded = LoadedModel.open(Path.of(weights), Optional.empty());
      graph = loaded.graph();
      state = loaded.state();
    }
    Map<String, Executor> forms = new LinkedHashMap<>();
    try {
      RuntimeForm.Batch batch = new RuntimeForm.Batch(images, size);
      for (RuntimeForm form : RuntimeForm.values()) {
        forms.put(form.name(), form.of(graph, state, batch, threads));
      }
      print(name, size, images, threads, time(forms, ImageBatch.noise(images, size, size)));
    } finally {
      forms.values().forEach(Executor::close);
    }
  }

  private Map<String, List<Double>> time(Map<String, Executor> forms, ImageBatch batch) {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    NonMaxSuppression suppression = new NonMaxSuppression(NmsOptions.detection());
    Candidates candidates = new Candidates();
    int rounds = arguments.number("rounds", 40);
    for (int from = -BLOCK; from < rounds; from += BLOCK) {
      for (Map.Entry<String, Executor> form : forms.entrySet()) {
        pause();
        for (int round = from; round < Math.min(from + BLOCK, rounds); round++) {
          long start = System.nanoTime();
          detect(form.getValue(), batch, candidates, suppression);
          double milliseconds = (System.nanoTime() - start) / 1e6;
          if (round >= 0) {
            times.computeIfAbsent(form.getKey(), key -> new ArrayList<>()).add(milliseconds);
          }
        }
      }
    }
    return times;
  }

  /** Until the threads of the form before have stopped looking for work. */
  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static int detect(
      Executor executor, ImageBatch batch, Candidates candidates, NonMaxSuppression suppression) {
    List<RawHead> heads = executor.run(batch);
    HeadDecoder decoder = new HeadDecoder(executor.head());
    int kept = 0;
    for (int image = 0; image < batch.images(); image++) {
      candidates.clear();
      decoder.decode(heads, image, CandidateFilter.of(RuntimeForm.CONFIDENCE), candidates);
      kept += suppression.keep(candidates).length;
    }
    return kept;
  }

  private static void print(
      String name, int size, int images, int threads, Map<String, List<Double>> times) {
    double peer = Median.of(times.getOrDefault(PEER, List.of()));
    times.forEach(
        (form, all) -> {
          System.out.printf(
              Locale.ROOT,
              "| %s | %d | %d | %d | %s | %.2f | %.2f | %.2f | %.2f |%n",
              name,
              size,
              images,
              threads,
              form,
              Median.of(all),
              Collections.min(all),
              Percentile.of(all, 0.99) / Median.of(all),
              peer / Median.of(all));
        });
  }
}
