package io.yolo4j.profile;

import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.MeasurableExecutor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Measures a network step by step. Runs with timed steps and without take turns, so that both see
 * the same machine; figures are medians over the runs.
 *
 * <p>Threads: not safe; measure on an otherwise idle machine.
 */
public final class Profiler {
  /**
   * How to measure.
   *
   * @param runs timed runs, at least 3
   * @param warmup runs before them, at least 1
   */
  public record Options(int runs, int warmup) {
    /** Checks the values. */
    public Options {
      if (runs < 3 || warmup < 1) {
        throw new IllegalArgumentException(
            "profiling needs at least 3 runs and 1 warm-up, got %d and %d".formatted(runs, warmup));
      }
    }

    /** Returns the default: 30 runs after 5. */
    public static Options defaults() {
      return new Options(30, 5);
    }
  }

  /**
   * What is measured.
   *
   * @param model its name
   * @param backboneRows rows of its description that are the backbone
   * @param height of the picture, pixels
   * @param width of the picture, pixels
   * @param type of weights and feature maps
   */
  public record Subject(String model, int backboneRows, int height, int width, ElementType type) {}

  private final MeasurableExecutor executor;
  private final Options options;
  private final BooleanSupplier cancelled;

  /**
   * Creates a profiler.
   *
   * @param executor stays the caller's
   * @param cancelled asked between runs
   */
  public Profiler(MeasurableExecutor executor, Options options, BooleanSupplier cancelled) {
    this.executor = executor;
    this.options = options;
    this.cancelled = cancelled;
  }

  /**
   * Measures.
   *
   * @param roofs of the processor, with the executor's number of threads
   * @throws CancellationException if cancelled
   */
  public Profile profile(Subject subject, Roofs roofs) {
    int stride = executor.head().maxStride();
    StepSamples small = samples(stride, stride);
    StepSamples whole = samples(subject.height(), subject.width());
    List<LayerWork> layers =
        LayerCut.of(
            executor
                .graph()
                .withInputs(Shape.of(1, ImageBatch.CHANNELS, subject.height(), subject.width())),
            executor.doneBy(),
            subject.backboneRows(),
            subject.type().bytes());
    List<ProfiledLayer> measured = new ArrayList<>();
    for (LayerWork layer : layers) {
      measured.add(
          new ProfiledLayer(
              layer,
              whole.time(layer.node()),
              whole.gap(layer.node()),
              small.time(layer.node()).p50(),
              RoofTime.of(layer, roofs, subject.type())));
    }
    return new Profile(
        subject.model(),
        subject.height(),
        subject.width(),
        subject.type(),
        executor.describe(),
        roofs,
        measured,
        whole.timed(),
        whole.bare(),
        small.timed().p50(),
        whole.gaps(),
        whole.faults(),
        options.runs());
  }

  private StepSamples samples(int height, int width) {
    ImageBatch batch = noise(height, width);
    for (int i = 0; i < options.warmup(); i++) {
      checkGoesOn();
      executor.run(batch);
    }
    StepSamples samples = new StepSamples(executor.graph().nodes().size(), options.runs());
    for (int run = 0; run < options.runs(); run++) {
      checkGoesOn();
      long start = System.nanoTime();
      executor.run(batch);
      samples.bare(run, System.nanoTime() - start);
      OptionalLong before = ProcessCounters.minorFaults();
      long begun = samples.begin(run);
      executor.run(batch, samples);
      samples.end(begun, System.nanoTime());
      OptionalLong after = ProcessCounters.minorFaults();
      samples.faults(
          run,
          before.isPresent() && after.isPresent() ? after.getAsLong() - before.getAsLong() : -1);
    }
    return samples;
  }

  private void checkGoesOn() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("profiling was cancelled");
    }
  }

  /** Times don't depend on the pixels, but zeros would be special to some processors. */
  private static ImageBatch noise(int height, int width) {
    byte[] bytes = new byte[height * width * ImageBatch.CHANNELS];
    new Random(1).nextBytes(bytes);
    ByteBuffer pixels = ByteBuffer.allocateDirect(bytes.length);
    pixels.put(bytes).flip();
    return new ImageBatch(pixels, 1, height, width);
  }
}
