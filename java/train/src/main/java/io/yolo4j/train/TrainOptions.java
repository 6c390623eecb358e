package io.yolo4j.train;

import io.yolo4j.augment.ImageCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.eval.ValidationOptions;
import io.yolo4j.torch.TorchOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a training run does; immutable. Options that are not set have the defaults named at the
 * builder's methods. {@link TrainOptionsYaml} writes and reads them.
 */
public final class TrainOptions {
  private final Builder values;

  private TrainOptions(Builder values) {
    this.values = values;
  }

  /**
   * Starts options for a data set.
   *
   * @param data the data set's YAML file
   */
  public static Builder builder(Path data) {
    return new Builder(data);
  }

  /** Returns how the network is measured, during the run and after it. */
  public ValidationOptions validation() {
    return ValidationOptions.defaults()
        .withImageSize(imageSize())
        .withBatchSize(validationBatch())
        .withCompatible(compatible());
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns options that differ in what is changed. */
  public TrainOptions with(Consumer<Builder> change) {
    Builder builder = toBuilder();
    change.accept(builder);
    return builder.build();
  }

  /** Returns the data set's YAML file. */
  public Path data() {
    return values.data;
  }

  /**
   * Returns name of a shipped model or a description file; null: the description in {@link
   * #weights()}.
   */
  public @Nullable String model() {
    return values.model;
  }

  /**
   * Returns a .pt, .pth or .safetensors file whose fitting tensors are taken over; null: random
   * weights.
   */
  public @Nullable Path weights() {
    return values.weights;
  }

  /** Returns where the run writes; must be empty or absent. */
  public Path folder() {
    return values.folder;
  }

  /** Returns passes over the training pictures. */
  public int epochs() {
    return values.epochs;
  }

  /** Returns pictures a batch. */
  public int batchSize() {
    return values.batchSize;
  }

  /** Returns side of training pictures in pixels, a multiple of the network's largest stride. */
  public int imageSize() {
    return values.imageSize;
  }

  /** Returns rates, gains and augmentation. */
  public Hyperparameters hyperparameters() {
    return values.hyperparameters;
  }

  /** Returns the optimizer. */
  public Optimizer.Kind optimizer() {
    return values.optimizer;
  }

  /** Returns whether the learning rate falls linearly instead of as a cosine. */
  public boolean linearSchedule() {
    return values.linearSchedule;
  }

  /** Returns least iterations of the warm-up. */
  public int warmupFloor() {
    return values.warmupFloor;
  }

  /** Returns pictures an optimizer step; gradients of smaller batches are accumulated. */
  public int nominalBatch() {
    return values.nominalBatch;
  }

  /** Returns epsilon of the class targets 1 − ε/2 and ε/2. */
  public double labelSmoothing() {
    return values.labelSmoothing;
  }

  /** Returns whom the network learns from beside the labels; null: from nobody. */
  public @Nullable Distillation distillation() {
    return values.distillation;
  }

  /** Returns how hard batch norm scales are pulled to zero, strength·Σ|γ| a step; 0: not at all. */
  public double sparsity() {
    return values.sparsity;
  }

  /** Returns whether the levels' objectness weights follow their losses. */
  public boolean autobalance() {
    return values.autobalance;
  }

  /** Returns whether rare classes weigh more in the class loss. */
  public boolean classWeights() {
    return values.classWeights;
  }

  /** Returns whether pictures of badly learnt classes are drawn more often. */
  public boolean imageWeights() {
    return values.imageWeights;
  }

  /** Returns whether each batch is resized by a random factor of 0.5 to 1.5. */
  public boolean multiScale() {
    return values.multiScale;
  }

  /** Returns whether frames fit their batch, without mosaic and without shuffling. */
  public boolean rectangular() {
    return values.rectangular;
  }

  /** Returns whether all classes count as one. */
  public boolean singleClass() {
    return values.singleClass;
  }

  /** Returns whether anchors are checked against the labels and fitted where they miss some. */
  public boolean checkAnchors() {
    return values.checkAnchors;
  }

  /** Returns epochs without a better fitness after which the run ends; 0: never. */
  public int patience() {
    return values.patience;
  }

  /** Returns an extra checkpoint each so many epochs; 0: none. */
  public int savePeriod() {
    return values.savePeriod;
  }

  /** Returns epochs from one validation to the next; the last is always validated. */
  public int validationPeriod() {
    return values.validationPeriod;
  }

  /** Returns pictures a batch of validation. */
  public int validationBatch() {
    return values.validationBatch;
  }

  /** Returns what stands still, and until when. */
  public FreezePhases freeze() {
    return values.freeze;
  }

  /**
   * Returns whether the documented differences from the Python reference are given up: see {@link
   * Trainer}.
   */
  public boolean compatible() {
    return values.compatible;
  }

  /** Returns where all random choices come from. */
  public long seed() {
    return values.seed;
  }

  /** Returns layout, precision and threads of LibTorch. */
  public TorchOptions torch() {
    return values.torch;
  }

  /** Returns threads that prepare batches; 0 prepares them between steps. */
  public int loaderThreads() {
    return values.loaderThreads;
  }

  /** Returns where decoded pictures are kept. */
  public ImageCache cache() {
    return values.cache;
  }

  /**
   * Returns the folder in which scans of data sets are remembered and, with {@link
   * ImageCache#DISK}, decoded pictures; null: scans are not, pictures in the run's folder.
   */
  public @Nullable Path cacheFolder() {
    return values.cacheFolder;
  }

  /** Returns what becomes of boxes outside their picture. */
  public ScanOptions.BadBoxes badBoxes() {
    return values.badBoxes;
  }

  /** Returns what becomes of pictures without a label file. */
  public ScanOptions.MissingLabels missingLabels() {
    return values.missingLabels;
  }

  /** Collects options; not safe for use by several threads. */
  public static final class Builder {
    private Path data;
    private @Nullable String model = null;
    private @Nullable Path weights = null;
    private Path folder = Path.of("runs", "train", "exp");
    private int epochs = 100;
    private int batchSize = 16;
    private int imageSize = 640;
    private Hyperparameters hyperparameters = Hyperparameters.defaults();
    private Optimizer.Kind optimizer = Optimizer.Kind.SGD;
    private boolean linearSchedule = false;
    private int warmupFloor = ScheduleOptions.defaults().warmupFloor();
    private int nominalBatch = ScheduleOptions.defaults().nominalBatch();
    private double labelSmoothing = 0;
    private double sparsity = 0;
    private @Nullable Distillation distillation = null;
    private boolean autobalance = false;
    private boolean classWeights = false;
    private boolean imageWeights = false;
    private boolean multiScale = false;
    private boolean rectangular = false;
    private boolean singleClass = false;
    private boolean checkAnchors = true;
    private int patience = 100;
    private int savePeriod = 0;
    private int validationPeriod = 1;
    private int validationBatch = 32;
    private FreezePhases freeze = FreezePhases.none();
    private boolean compatible = false;
    private long seed = 0;
    private TorchOptions torch = TorchOptions.defaults();
    private int loaderThreads = 1;
    private ImageCache cache = ImageCache.MEMORY;
    private @Nullable Path cacheFolder;
    private ScanOptions.BadBoxes badBoxes = ScanOptions.BadBoxes.DROP;
    private ScanOptions.MissingLabels missingLabels = ScanOptions.MissingLabels.SKIP;

    private Builder(Path data) {
      this.data = data;
    }

    private Builder(Builder other) {
      this.data = other.data;
      this.model = other.model;
      this.weights = other.weights;
      this.folder = other.folder;
      this.epochs = other.epochs;
      this.batchSize = other.batchSize;
      this.imageSize = other.imageSize;
      this.hyperparameters = other.hyperparameters;
      this.optimizer = other.optimizer;
      this.linearSchedule = other.linearSchedule;
      this.warmupFloor = other.warmupFloor;
      this.nominalBatch = other.nominalBatch;
      this.labelSmoothing = other.labelSmoothing;
      this.sparsity = other.sparsity;
      this.distillation = other.distillation;
      this.autobalance = other.autobalance;
      this.classWeights = other.classWeights;
      this.imageWeights = other.imageWeights;
      this.multiScale = other.multiScale;
      this.rectangular = other.rectangular;
      this.singleClass = other.singleClass;
      this.checkAnchors = other.checkAnchors;
      this.patience = other.patience;
      this.savePeriod = other.savePeriod;
      this.validationPeriod = other.validationPeriod;
      this.validationBatch = other.validationBatch;
      this.freeze = other.freeze;
      this.compatible = other.compatible;
      this.seed = other.seed;
      this.torch = other.torch;
      this.loaderThreads = other.loaderThreads;
      this.cache = other.cache;
      this.cacheFolder = other.cacheFolder;
      this.badBoxes = other.badBoxes;
      this.missingLabels = other.missingLabels;
    }

    /** Sets the data set's YAML file. */
    public Builder data(Path value) {
      data = value;
      return this;
    }

    /**
     * Sets name of a shipped model or a description file; null: the description in {@link
     * #weights()}. Default: {@code none}.
     */
    public Builder model(@Nullable String value) {
      model = value;
      return this;
    }

    /**
     * Sets a .pt, .pth or .safetensors file whose fitting tensors are taken over; null: random
     * weights. Default: {@code none}.
     */
    public Builder weights(@Nullable Path value) {
      weights = value;
      return this;
    }

    /**
     * Sets where the run writes; must be empty or absent. Default: {@code Path.of("runs", "train",
     * "exp")}.
     */
    public Builder folder(Path value) {
      folder = value;
      return this;
    }

    /** Sets passes over the training pictures. Default: {@code 100}. */
    public Builder epochs(int value) {
      epochs = value;
      return this;
    }

    /** Sets pictures a batch. Default: {@code 16}. */
    public Builder batchSize(int value) {
      batchSize = value;
      return this;
    }

    /**
     * Sets side of training pictures in pixels, a multiple of the network's largest stride.
     * Default: {@code 640}.
     */
    public Builder imageSize(int value) {
      imageSize = value;
      return this;
    }

    /** Sets rates, gains and augmentation. Default: {@code Hyperparameters.defaults()}. */
    public Builder hyperparameters(Hyperparameters value) {
      hyperparameters = value;
      return this;
    }

    /** Sets the optimizer. Default: {@code Optimizer.Kind.SGD}. */
    public Builder optimizer(Optimizer.Kind value) {
      optimizer = value;
      return this;
    }

    /**
     * Sets whether the learning rate falls linearly instead of as a cosine. Default: {@code false}.
     */
    public Builder linearSchedule(boolean value) {
      linearSchedule = value;
      return this;
    }

    /** Sets least iterations of the warm-up. Default: {@code 1000}. */
    public Builder warmupFloor(int value) {
      warmupFloor = value;
      return this;
    }

    /**
     * Sets pictures an optimizer step; gradients of smaller batches are accumulated. Default:
     * {@code 64}.
     */
    public Builder nominalBatch(int value) {
      nominalBatch = value;
      return this;
    }

    /** Sets epsilon of the class targets 1 − ε/2 and ε/2. Default: {@code 0}. */
    public Builder labelSmoothing(double value) {
      labelSmoothing = value;
      return this;
    }

    /** Sets whom the network learns from beside the labels. Default: {@code null}, nobody. */
    public Builder distillation(@Nullable Distillation value) {
      distillation = value;
      return this;
    }

    /** Sets how hard batch norm scales are pulled to zero, strength·Σ|γ| a step. Default: 0. */
    public Builder sparsity(double value) {
      sparsity = value;
      return this;
    }

    /** Sets whether the levels' objectness weights follow their losses. Default: {@code false}. */
    public Builder autobalance(boolean value) {
      autobalance = value;
      return this;
    }

    /** Sets whether rare classes weigh more in the class loss. Default: {@code false}. */
    public Builder classWeights(boolean value) {
      classWeights = value;
      return this;
    }

    /**
     * Sets whether pictures of badly learnt classes are drawn more often. Default: {@code false}.
     */
    public Builder imageWeights(boolean value) {
      imageWeights = value;
      return this;
    }

    /**
     * Sets whether each batch is resized by a random factor of 0.5 to 1.5. Default: {@code false}.
     */
    public Builder multiScale(boolean value) {
      multiScale = value;
      return this;
    }

    /**
     * Sets whether frames fit their batch, without mosaic and without shuffling. Default: {@code
     * false}.
     */
    public Builder rectangular(boolean value) {
      rectangular = value;
      return this;
    }

    /** Sets whether all classes count as one. Default: {@code false}. */
    public Builder singleClass(boolean value) {
      singleClass = value;
      return this;
    }

    /**
     * Sets whether anchors are checked against the labels and fitted where they miss some. Default:
     * {@code true}.
     */
    public Builder checkAnchors(boolean value) {
      checkAnchors = value;
      return this;
    }

    /**
     * Sets epochs without a better fitness after which the run ends; 0: never. Default: {@code
     * 100}.
     */
    public Builder patience(int value) {
      patience = value;
      return this;
    }

    /** Sets an extra checkpoint each so many epochs; 0: none. Default: {@code 0}. */
    public Builder savePeriod(int value) {
      savePeriod = value;
      return this;
    }

    /**
     * Sets epochs from one validation to the next; the last is always validated. Default: {@code
     * 1}.
     */
    public Builder validationPeriod(int value) {
      validationPeriod = value;
      return this;
    }

    /** Sets pictures a batch of validation. Default: {@code 32}. */
    public Builder validationBatch(int value) {
      validationBatch = value;
      return this;
    }

    /** Sets what stands still, and until when. Default: {@code FreezePhases.none()}. */
    public Builder freeze(FreezePhases value) {
      freeze = value;
      return this;
    }

    /**
     * Sets whether the documented differences from the Python reference are given up: see {@link
     * Trainer}. Default: {@code false}.
     */
    public Builder compatible(boolean value) {
      compatible = value;
      return this;
    }

    /** Sets where all random choices come from. Default: {@code 0}. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sets layout, precision and threads of LibTorch. Default: {@code TorchOptions.defaults()}. */
    public Builder torch(TorchOptions value) {
      torch = value;
      return this;
    }

    /** Sets threads that prepare batches; 0 prepares them between steps. Default: {@code 1}. */
    public Builder loaderThreads(int value) {
      loaderThreads = value;
      return this;
    }

    /** Sets where decoded pictures are kept. Default: {@code ImageCache.MEMORY}. */
    public Builder cache(ImageCache value) {
      cache = value;
      return this;
    }

    /**
     * Sets the folder in which scans of data sets and decoded pictures are remembered, which runs
     * may share. Default: null, scans are not remembered, pictures in the run's folder.
     */
    public Builder cacheFolder(@Nullable Path value) {
      cacheFolder = value;
      return this;
    }

    /**
     * Sets what becomes of boxes outside their picture. Default: {@code ScanOptions.BadBoxes.DROP}.
     */
    public Builder badBoxes(ScanOptions.BadBoxes value) {
      badBoxes = value;
      return this;
    }

    /**
     * Sets what becomes of pictures without a label file. Default: {@code
     * ScanOptions.MissingLabels.SKIP}.
     */
    public Builder missingLabels(ScanOptions.MissingLabels value) {
      missingLabels = value;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if a value is out of its range, or two contradict each other
     */
    public TrainOptions build() {
      Map<String, Integer> atLeastOne =
          Map.of(
              "epochs", epochs,
              "batchSize", batchSize,
              "imageSize", imageSize,
              "nominalBatch", nominalBatch,
              "validationPeriod", validationPeriod,
              "validationBatch", validationBatch);
      atLeastOne.forEach((name, value) -> require(value >= 1, name, "at least 1", value));
      require(warmupFloor >= 0, "warmupFloor", "at least 0", warmupFloor);
      require(loaderThreads >= 0, "loaderThreads", "at least 0", loaderThreads);
      require(patience >= 0, "patience", "at least 0", patience);
      require(savePeriod >= 0, "savePeriod", "at least 0", savePeriod);
      require(
          labelSmoothing >= 0 && labelSmoothing < 1,
          "labelSmoothing",
          "from 0 to under 1",
          labelSmoothing);
      require(
          sparsity >= 0 && Double.isFinite(sparsity),
          "sparsity",
          "at least 0 and finite",
          sparsity);
      if (model == null && weights == null) {
        throw new IllegalArgumentException(
            "a run needs a model or weights that carry a description, got neither");
      }
      if (rectangular && (imageWeights || multiScale)) {
        throw new IllegalArgumentException(
            "rectangular batches keep their order and frames, so they go with neither imageWeights nor multiScale");
      }
      return new TrainOptions(new Builder(this));
    }

    private static void require(boolean holds, String name, String range, Object value) {
      if (!holds) {
        throw new IllegalArgumentException("%s must be %s, got %s".formatted(name, range, value));
      }
    }
  }
}
