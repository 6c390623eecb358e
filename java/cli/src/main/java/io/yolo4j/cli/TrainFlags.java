package io.yolo4j.cli;

import io.yolo4j.augment.ImageCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.train.Optimizer;
import io.yolo4j.train.TrainOptions;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of a training run that have a default; what isn't given leaves the options as they
 * are, so that the flags go on top of an {@code opt.yaml} too.
 */
final class TrainFlags {
  @Option(
      names = "--model",
      paramLabel = "MODEL|FILE",
      description =
          "A shipped model's name or a description file. Default: the description in --weights.")
  private @Nullable String model;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Tensors to start from, where names and shapes fit: .pt, .pth or .safetensors. Default: random.")
  private @Nullable Path weights;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the pictures. Default: 100.")
  private @Nullable Integer epochs;

  @Option(names = "--batch", paramLabel = "N", description = "Pictures a batch. Default: 16.")
  private @Nullable Integer batch;

  @Option(
      names = "--imgsz",
      paramLabel = "N",
      description = "Side of training pictures in pixels. Default: 640.")
  private @Nullable Integer imageSize;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "One of ${COMPLETION-CANDIDATES}. Default: SGD.")
  private Optimizer.@Nullable Kind optimizer;

  @Option(
      names = "--linear-lr",
      negatable = true,
      description = "Let the learning rate fall linearly instead of as a cosine.")
  private @Nullable Boolean linear;

  @Option(
      names = "--warmup-floor",
      paramLabel = "N",
      description = "Least iterations of the warm-up. Default: 1000, as the reference.")
  private @Nullable Integer warmupFloor;

  @Option(
      names = "--nominal-batch",
      paramLabel = "N",
      description =
          "Pictures an optimizer step; gradients of smaller batches add up to it. Default: 64.")
  private @Nullable Integer nominalBatch;

  @Option(
      names = "--label-smoothing",
      paramLabel = "X",
      description = "Epsilon of the class targets. Default: 0.")
  private @Nullable Double labelSmoothing;

  @Option(
      names = "--sparsity",
      paramLabel = "X",
      description =
          "Pull the batch norms' scales to zero by X times the sum of their sizes a step, so that prune finds channels to leave out. Default: 0.")
  private @Nullable Double sparsity;

  @Option(
      names = "--autobalance",
      negatable = true,
      description = "Let the levels' objectness weights follow their losses.")
  private @Nullable Boolean autobalance;

  @Option(
      names = "--class-weights",
      negatable = true,
      description = "Let rare classes weigh more in the class loss.")
  private @Nullable Boolean classWeights;

  @Option(
      names = "--image-weights",
      negatable = true,
      description = "Draw pictures of badly learnt classes more often.")
  private @Nullable Boolean imageWeights;

  @Option(
      names = "--multi-scale",
      negatable = true,
      description = "Resize each batch by a random factor of 0.5 to 1.5.")
  private @Nullable Boolean multiScale;

  @Option(
      names = "--rect",
      negatable = true,
      description = "Frames that fit their batch, without mosaic and shuffling.")
  private @Nullable Boolean rectangular;

  @Option(names = "--single-cls", negatable = true, description = "Take all classes as one.")
  private @Nullable Boolean singleClass;

  @Option(
      names = "--check-anchors",
      negatable = true,
      description =
          "Check the anchors against the labels and fit new ones where they miss some. Default: on.")
  private @Nullable Boolean checkAnchors;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "End after so many epochs without a better fitness; 0: never. Default: 100.")
  private @Nullable Integer patience;

  @Option(
      names = "--save-period",
      paramLabel = "N",
      description = "Keep an extra checkpoint each N epochs. Default: 0, none.")
  private @Nullable Integer savePeriod;

  @Option(
      names = "--val-period",
      paramLabel = "N",
      description = "Validate each N epochs, and after the last. Default: 1.")
  private @Nullable Integer validationPeriod;

  @Option(
      names = "--val-batch",
      paramLabel = "N",
      description = "Pictures a batch of validation. Default: 32.")
  private @Nullable Integer validationBatch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where all random choices come from. Default: 0.")
  private @Nullable Long seed;

  @Option(
      names = "--compatible",
      negatable = true,
      description = "Do as the Python reference where ours differs on purpose.")
  private @Nullable Boolean compatible;

  @Option(
      names = "--layout",
      paramLabel = "NAME",
      description = "Memory layout, one of ${COMPLETION-CANDIDATES}. Default: CHANNELS_LAST.")
  private TorchOptions.@Nullable Layout layout;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads that prepare batches. Default: 1.")
  private @Nullable Integer workers;

  @Option(
      names = "--cache",
      paramLabel = "WHERE",
      description =
          "Where decoded pictures are kept, one of ${COMPLETION-CANDIDATES}. Default: MEMORY.")
  private @Nullable ImageCache cache;

  @Option(
      names = "--bad-boxes",
      paramLabel = "WHAT",
      description =
          "What becomes of boxes outside their picture, one of ${COMPLETION-CANDIDATES}. Default: DROP.")
  private ScanOptions.@Nullable BadBoxes badBoxes;

  @Option(
      names = "--missing-labels",
      paramLabel = "WHAT",
      description =
          "What becomes of pictures without a label file, one of ${COMPLETION-CANDIDATES}. Default: SKIP.")
  private ScanOptions.@Nullable MissingLabels missingLabels;

  /** Sets what is given. */
  void applyTo(TrainOptions.Builder builder) {
    set(model, builder::model);
    set(weights, builder::weights);
    set(epochs, builder::epochs);
    set(batch, builder::batchSize);
    set(imageSize, builder::imageSize);
    set(optimizer, builder::optimizer);
    set(linear, builder::linearSchedule);
    set(warmupFloor, builder::warmupFloor);
    set(nominalBatch, builder::nominalBatch);
    set(labelSmoothing, builder::labelSmoothing);
    set(sparsity, builder::sparsity);
    set(autobalance, builder::autobalance);
    set(classWeights, builder::classWeights);
    set(imageWeights, builder::imageWeights);
    set(multiScale, builder::multiScale);
    set(rectangular, builder::rectangular);
    set(singleClass, builder::singleClass);
    set(checkAnchors, builder::checkAnchors);
    set(patience, builder::patience);
    set(savePeriod, builder::savePeriod);
    set(validationPeriod, builder::validationPeriod);
    set(validationBatch, builder::validationBatch);
    set(seed, builder::seed);
    set(compatible, builder::compatible);
    set(workers, builder::loaderThreads);
    set(cache, builder::cache);
    set(badBoxes, builder::badBoxes);
    set(missingLabels, builder::missingLabels);
  }

  /** Sets the layout, if given. */
  TorchOptions applyTo(TorchOptions torch) {
    return layout == null ? torch : torch.withLayout(layout);
  }

  private static <T> void set(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
