package io.yolo4j.detect;

import io.yolo4j.image.FrameSource;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageReadException;
import io.yolo4j.runtime.PlanExecutor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds objects in pictures; what most applications need of this library:
 *
 * <pre>{@code
 * try (Detector detector = Detector.load(Path.of("model.safetensors"), DetectorOptions.defaults())) {
 *   List<Detection> found = detector.detect(image);
 * }
 * }</pre>
 *
 * <p>The network is compiled for each size of frame that pictures need, at the first one or at
 * {@link #warmUp}; the eight sizes used last stay.
 *
 * <p>Threads: safe. At most {@link DetectorOptions#parallel()} pictures are worked on at once, each
 * with its own memory to run in; more callers wait for their turn. What a picture gives doesn't
 * depend on the thread, nor on what runs beside it.
 *
 * <p>Ownership: the caller closes it. Closing waits for the pictures that are being worked on;
 * callers that wait for their turn, and later ones, get an {@link IllegalStateException}.
 */
public final class Detector implements AutoCloseable {
  private final PlanExecutor first;
  private final List<String> classNames;
  private final List<PlanExecutor> executors = new ArrayList<>();
  private final Deque<Predictor> idle = new ArrayDeque<>();
  /* Fair, so that nobody waits for ever. */
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private final int parallel;
  /* Two that take all would wait for each other. */
  private final Object warming = new Object();
  private final Batches batches;
  private boolean closed;

  private Detector(
      PlanExecutor first, LoadedModel model, PredictorOptions prediction, int parallel) {
    this.first = first;
    classNames = List.copyOf(model.classNames());
    batches = new Batches(parallel);
    this.parallel = parallel;
    executors.add(first);
    while (executors.size() < parallel) {
      executors.add(first.sharing());
    }
    for (PlanExecutor executor : executors) {
      idle.add(new Predictor(executor, classNames, prediction));
    }
  }

  /**
   * Loads a model file.
   *
   * @param model .safetensors, .pt or .pth, with a model description inside
   * @throws IOException if the file cannot be read or is damaged
   * @throws IllegalArgumentException if it holds no description or its parts disagree
   * @throws UnsupportedOperationException if the network has an operation that plans don't know, or
   *     this machine can't do what the options ask for
   */
  public static Detector load(Path model, DetectorOptions options) throws IOException {
    return of(LoadedModel.open(model, Optional.empty()), options);
  }

  /**
   * Creates a detector of an opened model.
   *
   * @throws UnsupportedOperationException as {@link #load}
   */
  public static Detector of(LoadedModel model, DetectorOptions options) {
    PredictorOptions prediction =
        options.modelThresholds() ? model.prediction() : options.prediction();
    float least = prediction.filter().lowest(model.graph().requireHead().classes());
    PlanExecutor executor =
        PlanExecutor.create(
            model.graph(),
            model.state(),
            model.planned(options.plan()).withLeastObjectness(OptionalDouble.of(least)));
    try {
      return new Detector(executor, model, prediction, options.parallel());
    } catch (RuntimeException e) {
      executor.close();
      throw e;
    }
  }

  /** Returns the names by class index; empty where the file has none. */
  public List<String> classNames() {
    return classNames;
  }

  /** Returns a line for people: what runs the network, with which options. */
  public String describe() {
    return first.describe();
  }

  /**
   * Returns what a picture shows, by falling confidence, boxes in its pixels.
   *
   * @throws IllegalStateException if this is closed
   */
  public List<Detection> detect(Image picture) {
    return predict(picture).detections();
  }

  /** As {@link #detect(Image)}, of a picture of Java's own. */
  public List<Detection> detect(BufferedImage picture) {
    return detect(Image.of(picture));
  }

  /**
   * As {@link #detect(Image)}, of a file, read by the decoder that is there: OpenCV's, or Java's
   * own.
   *
   * @throws ImageReadException if it can't be read
   */
  public List<Detection> detect(Path picture) throws IOException {
    return detect(ImageDecoders.preferred().read(picture));
  }

  /**
   * Returns what each of some pictures shows, in their order; as many at once as the options allow,
   * with the same result as one after the other.
   *
   * @throws IllegalStateException if this is closed
   */
  public List<List<Detection>> detectAll(List<Image> pictures) {
    return batches.map(pictures, this::detect);
  }

  /**
   * Detects in a stream of frames: the listener gets the results in the order of the frames, while
   * as many as the options allow are worked on at once.
   *
   * @param source the stream closes it at its end
   * @return the running stream; to be closed before this
   */
  public DetectionStream stream(
      FrameSource source, StreamListener listener, StreamOptions options) {
    return DetectionStream.start(source, this::predict, parallel, listener, options);
  }

  /**
   * Returns what a picture shows, with the time that it took.
   *
   * @throws IllegalStateException if this is closed
   */
  public Prediction predict(Image picture) {
    Predictor predictor = take();
    try {
      return predictor.predict(picture);
    } finally {
      giveBack(predictor);
    }
  }

  /**
   * Compiles for pictures of a size and runs once in the memory of each that may work at once, so
   * that the first pictures take no longer than the others.
   *
   * @throws IllegalStateException if this is closed
   */
  public void warmUp(int width, int height) {
    Image blank = Image.wrap(new byte[width * height * Image.CHANNELS], width, height);
    synchronized (warming) {
      warmUp(blank);
    }
  }

  private void warmUp(Image blank) {
    List<Predictor> taken = new ArrayList<>();
    try {
      while (taken.size() < parallel) {
        taken.add(take());
      }
      taken.forEach(predictor -> predictor.predict(blank));
    } finally {
      taken.forEach(this::giveBack);
    }
  }

  private Predictor take() {
    lock.lock();
    try {
      while (!closed && idle.isEmpty()) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        throw new IllegalStateException("the detector is closed");
      }
      return idle.removeFirst();
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(Predictor predictor) {
    lock.lock();
    try {
      // The one used last first: its memory is in the caches.
      idle.addFirst(predictor);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      boolean before = closed;
      closed = true;
      changed.signalAll();
      while (idle.size() < parallel) {
        changed.awaitUninterruptibly();
      }
      if (!before) {
        batches.close();
        // The first one owns what the others share.
        for (int i = executors.size() - 1; i >= 0; i--) {
          executors.get(i).close();
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
