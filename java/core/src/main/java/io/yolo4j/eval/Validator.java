package io.yolo4j.eval;

import io.yolo4j.data.BatchPlan;
import io.yolo4j.data.BatchReader;
import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.LoadedBatch;
import io.yolo4j.data.LoadedImage;
import io.yolo4j.data.Sample;
import io.yolo4j.detect.Candidates;
import io.yolo4j.detect.Detection;
import io.yolo4j.detect.HeadDecoder;
import io.yolo4j.detect.NonMaxSuppression;
import io.yolo4j.detect.StageTimes;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.image.Box;
import io.yolo4j.image.BoxMapping;
import io.yolo4j.image.ImageDecoder;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures a network on a data set, whatever runs it. The next batch is read while the network
 * works.
 *
 * <p>Threads: one at a time, as the executor. Ownership: the executor stays the caller's.
 */
public final class Validator {
  private static final double PAD = 0.5;

  private final Executor executor;
  private final ValidationOptions options;
  private final ImageDecoder decoder;

  /** Creates a validator that reads pictures with the preferred decoder. */
  public Validator(Executor executor, ValidationOptions options) {
    this(executor, options, ImageDecoders.preferred());
  }

  /** Creates a validator. */
  public Validator(Executor executor, ValidationOptions options, ImageDecoder decoder) {
    this.executor = executor;
    this.options = options;
    this.decoder = decoder;
  }

  /**
   * Runs the network on every picture. Pictures that cannot be read are reported and left out.
   *
   * @throws IllegalArgumentException if the data set's number of classes is not the network's
   * @throws IllegalStateException if the executor is closed
   */
  public ValidationResult run(Dataset dataset, ValidationListener listener) {
    DetectionHead head = executor.head();
    if (dataset.classNames().size() != head.classes()) {
      throw new IllegalArgumentException(
          "the data set %s has %d classes, the network has %d (%s)"
              .formatted(
                  dataset.name(),
                  dataset.classNames().size(),
                  head.classes(),
                  executor.describe()));
    }
    List<BatchPlan> plans = plans(dataset, head.maxStride());
    Tally tally = new Tally(dataset.classNames(), options, listener);
    try (BatchReader reader = new BatchReader(plans, options.imageSize(), decoder)) {
      for (int done = 1; reader.hasNext(); done++) {
        LoadedBatch batch = reader.next();
        tally.skip(batch.issues());
        if (!batch.images().isEmpty()) {
          run(batch, tally);
        }
        listener.batchDone(done, plans.size());
      }
    }
    return tally.result();
  }

  private List<BatchPlan> plans(Dataset dataset, int stride) {
    BatchPlan.Options batches =
        new BatchPlan.Options(options.imageSize(), options.batchSize(), stride, PAD);
    return options.rectangular()
        ? BatchPlan.rectangular(dataset.samples(), batches)
        : BatchPlan.square(dataset.samples(), batches);
  }

  private void run(LoadedBatch batch, Tally tally) {
    long start = System.nanoTime();
    List<RawHead> heads =
        executor.run(
            new ImageBatch(
                batch.pixels(), batch.slots(), batch.frame().height(), batch.frame().width()));
    long inferred = System.nanoTime();
    tally.listener.headsReady(batch, heads);
    long decoding = System.nanoTime();
    HeadDecoder headDecoder = new HeadDecoder(executor.head());
    NonMaxSuppression suppression = new NonMaxSuppression(options.nms());
    List<List<Detection>> detections = new ArrayList<>();
    for (LoadedImage image : batch.images()) {
      tally.candidates.clear();
      headDecoder.decode(heads, image.slot(), options.filter(), tally.candidates);
      detections.add(tally.detections(suppression.keep(tally.candidates), mapping(image)));
    }
    tally.times =
        tally.times.plus(
            new StageTimes(batch.loadNanos(), inferred - start, System.nanoTime() - decoding));
    for (int i = 0; i < detections.size(); i++) {
      LoadedImage image = batch.images().get(i);
      tally.add(image.sample(), detections.get(i), truths(image));
    }
  }

  private BoxMapping mapping(LoadedImage image) {
    return options.compatible()
        ? BoxMapping.compatible(image.letterbox(), image.original())
        : BoxMapping.exact(image.letterbox(), image.original());
  }

  /* In compatible mode labels go into the frame and back, as detections do. */
  private List<GroundTruth> truths(LoadedImage image) {
    List<GroundTruth> truths = new ArrayList<>();
    for (Label label : image.sample().labels()) {
      Box box =
          options.compatible()
              ? mapping(image)
                  .toOriginal(
                      label
                          .box()
                          .toPixels(
                              image.letterbox().resized(),
                              image.letterbox().padX(),
                              image.letterbox().padY()))
              : label.box().toPixels(image.original()).clippedTo(image.original());
      truths.add(new GroundTruth(label.classId(), box));
    }
    return truths;
  }

  /** What adds up over the pictures. */
  private static final class Tally {
    final Candidates candidates = new Candidates();
    StageTimes times = StageTimes.ZERO;
    private final List<String> names;
    private final ValidationListener listener;
    private final ConfusionMatrix confusion;
    private final InspectionTally inspection;
    private final List<ScoredDetection> scored = new ArrayList<>();
    private final List<DataIssue> issues = new ArrayList<>();
    private final int[] labelCounts;
    private final int[] imageCounts;
    private int images;

    Tally(List<String> names, ValidationOptions options, ValidationListener listener) {
      this.names = names;
      this.listener = listener;
      confusion =
          new ConfusionMatrix(
              names.size(),
              options.compatible() ? ConfusionMatrix.Mode.COMPATIBLE : ConfusionMatrix.Mode.EXACT);
      inspection = new InspectionTally(names.size(), options.filter().confidence());
      labelCounts = new int[names.size()];
      imageCounts = new int[names.size()];
    }

    void skip(List<DataIssue> unreadable) {
      issues.addAll(unreadable);
      unreadable.forEach(listener::pictureSkipped);
    }

    List<Detection> detections(int[] kept, BoxMapping mapping) {
      List<Detection> detections = new ArrayList<>(kept.length);
      for (int index : kept) {
        int classId = candidates.classId(index);
        detections.add(
            new Detection(
                classId,
                names.get(classId),
                candidates.score(index),
                mapping.toOriginal(candidates.box(index))));
      }
      return detections;
    }

    void add(Sample sample, List<Detection> detections, List<GroundTruth> truths) {
      images++;
      boolean[] shown = new boolean[names.size()];
      for (GroundTruth truth : truths) {
        labelCounts[truth.classId()]++;
        imageCounts[truth.classId()] += shown[truth.classId()] ? 0 : 1;
        shown[truth.classId()] = true;
      }
      List<ScoredDetection> matched = DetectionMatching.match(detections, truths);
      scored.addAll(matched);
      inspection.add(matched, truths);
      confusion.add(detections, truths);
      listener.pictureDone(sample, detections);
    }

    ValidationResult result() {
      AveragePrecision.Result averages =
          AveragePrecision.of(scored, labelCounts, IouThresholds.COUNT);
      List<ClassResult> classes =
          averages.classes().stream()
              .map(
                  c ->
                      new ClassResult(
                          c.classId(),
                          names.get(c.classId()),
                          imageCounts[c.classId()],
                          c.labels(),
                          c.precision(),
                          c.recall(),
                          c.ap50(),
                          c.ap50To95()))
              .toList();
      int labels = 0;
      for (int count : labelCounts) {
        labels += count;
      }
      return new ValidationResult(
          images, labels, averages, classes, confusion, inspection.result(), times, issues);
    }
  }
}
