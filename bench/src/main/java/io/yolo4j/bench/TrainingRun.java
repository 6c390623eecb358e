package io.yolo4j.bench;

import io.yolo4j.synth.SteelDataset;
import io.yolo4j.synth.SynthListener;
import io.yolo4j.synth.SynthOptions;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.torch.TorchOptions.Precision;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.StepTimes;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.Trainer;
import io.yolo4j.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whole training (loader, loss, optimizer, moving average) beside the bare step of {@link
 * TrainingStepBenchmark} in its plain form, float32 and contiguous: in turn, in one process,
 * medians over rounds. Validation is left out of the time, the first round out of the medians.
 *
 * <pre>{@code bench/run TrainingRun model=yolov5n size=224 batch=32 rounds=5 workers=1 threads=0}
 * </pre>
 *
 * <p>Data: synthetic steel sheets, cached in memory.
 */
public final class TrainingRun {
  private static final int PICTURES = 600;

  private final String model;
  private final int size;
  private final int batch;
  private final int threads;
  private final int workers;
  private final int rounds;
  private final Precision precision;
  private final boolean fused;

  private TrainingRun(Arguments arguments) {
    model = arguments.text("model", "yolov5n");
    size = arguments.number("size", 224);
    batch = arguments.number("batch", 32);
    threads = arguments.number("threads", 0);
    workers = arguments.number("workers", 1);
    rounds = arguments.number("rounds", 5);
    precision = Precision.valueOf(arguments.text("precision", "FLOAT32"));
    fused = arguments.number("fused", 1) == 1;
  }

  /** Measures and prints; arguments are {@code name=value}. */
  public static void main(String[] arguments) throws IOException {
    Path scratch = Files.createTempDirectory("yolo4j-training-run");
    try {
      new TrainingRun(new Arguments(List.of(arguments))).run(scratch);
    } finally {
      delete(scratch);
    }
  }

  private void run(Path scratch) throws IOException {
    Path data =
        SteelDataset.write(
            scratch.resolve("steel"),
            SynthOptions.defaults().withPictures(PICTURES).withValShare(0.05),
            SynthListener.none());
    Rates rates = new Rates();
    TrainingStepBenchmark bare = new TrainingStepBenchmark();
    bare.model = model;
    bare.size = size;
    bare.batch = batch;
    bare.threads = threads;
    bare.setUp();
    // One run, so that its cache is filled and its code compiled once; the bare steps are taken
    // between its epochs.
    Trainer.of(options(data, scratch.resolve("run")))
        .run(
            new TrainingListener() {
              @Override
              public void epochDone(EpochResult result) {
                rates.add(result, bareRate(bare));
              }
            });
    bare.tearDown();
    rates.print(this);
  }

  private TrainOptions options(Path data, Path folder) {
    return TrainOptions.builder(data)
        .model(model)
        .folder(folder)
        .imageSize(size)
        .batchSize(batch)
        .epochs(rounds + 1)
        .validationPeriod(rounds + 1)
        .checkAnchors(false)
        .loaderThreads(workers)
        .torch(
            TorchOptions.defaults()
                .withThreads(threads)
                .withPrecision(precision)
                .withOwnKernels(fused))
        .build();
  }

  /** Pictures a second of bare steps, as many as an epoch has. */
  private double bareRate(TrainingStepBenchmark bare) {
    int steps = PICTURES / batch;
    double sum = bare.step();
    long start = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      sum += bare.step();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException("the bare steps' loss is " + sum);
    }
    return steps * batch / seconds;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** What the rounds gave. */
  private static final class Rates {
    private final List<Double> whole = new ArrayList<>();
    private final List<Double> bare = new ArrayList<>();
    private StepTimes times = StepTimes.ZERO;
    private boolean warm;

    void add(EpochResult result, double bareRate) {
      if (warm) {
        whole.add(result.imagesPerSecond());
        bare.add(bareRate);
        times = times.plus(result.times());
      }
      warm = true;
    }

    void print(TrainingRun run) {
      List<Double> ratios =
          IntStream.range(0, whole.size()).mapToObj(i -> whole.get(i) / bare.get(i)).toList();
      System.out.printf(
          Locale.ROOT,
          "%s %d px, batch %d, threads %d, workers %d, %s, fused %s: whole %.1f img/s, bare %.1f img/s, ratio %.3f (%.3f to %.3f)%n",
          run.model,
          run.size,
          run.batch,
          run.threads,
          run.workers,
          run.precision,
          run.fused,
          Median.of(whole),
          Median.of(bare),
          Median.of(ratios),
          Collections.min(ratios),
          Collections.max(ratios));
      System.out.printf(
          Locale.ROOT,
          "loading %.1f%%, forward %.1f%%, loss %.1f%%, backward %.1f%%, optimizer %.1f%%, average %.1f%%%n",
          share(times.loading()),
          share(times.forward()),
          share(times.loss()),
          share(times.backward()),
          share(times.optimizer()),
          share(times.average()));
    }

    private double share(long nanos) {
      return 100.0 * nanos / times.total();
    }
  }
}
