package io.yolo4j.train;

import io.yolo4j.augment.ImageCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.files.YamlProblem;
import io.yolo4j.torch.TorchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Options as plain values: the text of {@code opt.yaml} and a part of checkpoints. Keys are the
 * command's options with underscores. Hyper-parameters lie apart, in {@code hyp.yaml}.
 */
public final class TrainOptionsYaml {
  private TrainOptionsYaml() {}

  /** Returns the options as plain values, in a fixed order. */
  public static Map<String, Object> toMap(TrainOptions options) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("data", options.data().toString());
    putIfPresent(map, "model", options.model());
    putIfPresent(map, "weights", options.weights());
    map.put("out", options.folder().toString());
    map.put("epochs", options.epochs());
    map.put("batch", options.batchSize());
    map.put("imgsz", options.imageSize());
    map.put("optimizer", word(options.optimizer()));
    map.put("linear_lr", options.linearSchedule());
    map.put("warmup_floor", options.warmupFloor());
    map.put("nominal_batch", options.nominalBatch());
    map.put("label_smoothing", options.labelSmoothing());
    map.put("sparsity", options.sparsity());
    putDistillation(map, options.distillation());
    map.put("autobalance", options.autobalance());
    map.put("class_weights", options.classWeights());
    map.put("image_weights", options.imageWeights());
    map.put("multi_scale", options.multiScale());
    map.put("rect", options.rectangular());
    map.put("single_cls", options.singleClass());
    map.put("check_anchors", options.checkAnchors());
    map.put("patience", options.patience());
    map.put("save_period", options.savePeriod());
    map.put("val_period", options.validationPeriod());
    map.put("val_batch", options.validationBatch());
    putFreezing(map, options.freeze());
    map.put("compatible", options.compatible());
    map.put("seed", options.seed());
    map.put("device", word(options.torch().device()));
    map.put("layout", word(options.torch().layout()));
    map.put("precision", word(options.torch().precision()));
    map.put("threads", options.torch().threads());
    map.put("own_kernels", options.torch().ownKernels());
    map.put("workers", options.loaderThreads());
    map.put("cache", word(options.cache()));
    putIfPresent(map, "cache_folder", options.cacheFolder());
    map.put("bad_boxes", word(options.badBoxes()));
    map.put("missing_labels", word(options.missingLabels()));
    return map;
  }

  /**
   * Returns the options of plain values; keys that are absent keep their defaults.
   *
   * @param source what errors call the text
   * @throws TrainingException if a key is unknown or a value not what it must be
   */
  public static TrainOptions fromMap(
      Map<?, ?> map, Hyperparameters hyperparameters, String source) {
    Values values = new Values(map, source);
    TrainOptions.Builder builder = TrainOptions.builder(Path.of(values.text("data")));
    builder.hyperparameters(hyperparameters);
    if (values.has("model")) {
      builder.model(values.text("model"));
    }
    if (values.has("weights")) {
      builder.weights(Path.of(values.text("weights")));
    }
    TrainOptions defaults = builder.model(values.has("model") ? values.text("model") : "-").build();
    readRun(values, builder, defaults);
    readLearning(values, builder, defaults);
    readMachine(values, builder, defaults);
    if (!values.has("model")) {
      builder.model(null);
    }
    values.refuseUnknown();
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new TrainingException(source + ": " + e.getMessage(), e);
    }
  }

  private static void readRun(Values values, TrainOptions.Builder builder, TrainOptions defaults) {
    builder
        .folder(Path.of(values.text("out", defaults.folder().toString())))
        .epochs(values.integer("epochs", defaults.epochs()))
        .batchSize(values.integer("batch", defaults.batchSize()))
        .imageSize(values.integer("imgsz", defaults.imageSize()))
        .multiScale(values.bool("multi_scale", defaults.multiScale()))
        .rectangular(values.bool("rect", defaults.rectangular()))
        .singleClass(values.bool("single_cls", defaults.singleClass()))
        .patience(values.integer("patience", defaults.patience()))
        .savePeriod(values.integer("save_period", defaults.savePeriod()))
        .validationPeriod(values.integer("val_period", defaults.validationPeriod()))
        .validationBatch(values.integer("val_batch", defaults.validationBatch()))
        .freeze(freezing(values))
        .seed(values.number("seed", defaults.seed()).longValue());
  }

  private static FreezePhases freezing(Values values) {
    int epochs = values.integer("freeze_epochs", 0);
    double rate = values.number("thaw_rate", 1).doubleValue();
    if (!values.has("freeze")) {
      return FreezePhases.none();
    }
    FreezePlan plan = new FreezePlan(values.text("freeze"));
    return epochs == 0 ? FreezePhases.always(plan) : FreezePhases.thawing(plan, epochs, rate);
  }

  private static void putFreezing(Map<String, Object> map, FreezePhases freeze) {
    if (freeze.plan().isPresent()) {
      map.put("freeze", freeze.plan().get().text());
      if (freeze.frozenEpochs() < Integer.MAX_VALUE) {
        map.put("freeze_epochs", freeze.frozenEpochs());
        map.put("thaw_rate", freeze.thawedRate());
      }
    }
  }

  private static void putDistillation(
      Map<String, Object> map, @Nullable Distillation distillation) {
    if (distillation != null) {
      map.put("teacher", distillation.teacher().toString());
      map.put("output_weight", distillation.outputWeight());
      map.put("feature_weight", distillation.featureWeight());
    }
  }

  private static @Nullable Distillation distillation(Values values) {
    double outputs = values.number("output_weight", Distillation.OUTPUT_WEIGHT).doubleValue();
    double features = values.number("feature_weight", Distillation.FEATURE_WEIGHT).doubleValue();
    return values.has("teacher")
        ? new Distillation(Path.of(values.text("teacher")), outputs, features)
        : null;
  }

  private static void readLearning(
      Values values, TrainOptions.Builder builder, TrainOptions defaults) {
    builder
        .optimizer(values.word("optimizer", Optimizer.Kind.class, defaults.optimizer()))
        .linearSchedule(values.bool("linear_lr", defaults.linearSchedule()))
        .warmupFloor(values.integer("warmup_floor", defaults.warmupFloor()))
        .nominalBatch(values.integer("nominal_batch", defaults.nominalBatch()))
        .labelSmoothing(values.number("label_smoothing", defaults.labelSmoothing()).doubleValue())
        .distillation(distillation(values))
        .sparsity(values.number("sparsity", defaults.sparsity()).doubleValue())
        .autobalance(values.bool("autobalance", defaults.autobalance()))
        .classWeights(values.bool("class_weights", defaults.classWeights()))
        .imageWeights(values.bool("image_weights", defaults.imageWeights()))
        .checkAnchors(values.bool("check_anchors", defaults.checkAnchors()))
        .compatible(values.bool("compatible", defaults.compatible()));
  }

  private static void readMachine(
      Values values, TrainOptions.Builder builder, TrainOptions defaults) {
    TorchOptions torch = defaults.torch();
    builder
        .torch(
            torch
                .withDevice(values.word("device", TorchOptions.Device.class, torch.device()))
                .withLayout(values.word("layout", TorchOptions.Layout.class, torch.layout()))
                .withPrecision(
                    values.word("precision", TorchOptions.Precision.class, torch.precision()))
                .withThreads(values.integer("threads", torch.threads()))
                .withOwnKernels(values.bool("own_kernels", torch.ownKernels())))
        .loaderThreads(values.integer("workers", defaults.loaderThreads()))
        .cache(values.word("cache", ImageCache.class, defaults.cache()))
        .cacheFolder(values.has("cache_folder") ? Path.of(values.text("cache_folder")) : null)
        .badBoxes(values.word("bad_boxes", ScanOptions.BadBoxes.class, defaults.badBoxes()))
        .missingLabels(
            values.word(
                "missing_labels", ScanOptions.MissingLabels.class, defaults.missingLabels()));
  }

  /** Writes {@code opt.yaml}. */
  public static void write(Path file, TrainOptions options) throws IOException {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(1000).build();
    AtomicFile.write(file, new Dump(settings).dumpToString(toMap(options)));
  }

  /**
   * Reads {@code opt.yaml}.
   *
   * @throws TrainingException as {@link #fromMap}
   */
  public static TrainOptions read(Path file, Hyperparameters hyperparameters) throws IOException {
    Object loaded;
    try {
      loaded =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Files.readString(file));
    } catch (YamlEngineException e) {
      throw new TrainingException(file + ": " + YamlProblem.text(e), e);
    }
    if (!(loaded instanceof Map<?, ?> map)) {
      throw new TrainingException(file + ": must hold keys and values");
    }
    return fromMap(map, hyperparameters, file.toString());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void putIfPresent(Map<String, Object> map, String key, @Nullable Object value) {
    if (value != null) {
      map.put(key, value.toString());
    }
  }

  /** Typed access that remembers what was read. */
  private static final class Values {
    private final Map<?, ?> map;
    private final String source;
    private final Set<String> read = new TreeSet<>();

    Values(Map<?, ?> map, String source) {
      this.map = map;
      this.source = source;
    }

    boolean has(String key) {
      return map.get(key) != null;
    }

    String text(String key) {
      if (!has(key)) {
        throw new TrainingException("%s: key '%s' is missing".formatted(source, key));
      }
      return text(key, "");
    }

    String text(String key, String absent) {
      Object value = value(key);
      return value == null ? absent : value.toString();
    }

    int integer(String key, int absent) {
      Number number = number(key, absent);
      if (number.doubleValue() != number.intValue()) {
        throw wrong(key, "a whole number", number);
      }
      return number.intValue();
    }

    Number number(String key, Number absent) {
      Object value = value(key);
      if (value == null) {
        return absent;
      }
      if (value instanceof Number number) {
        return number;
      }
      throw wrong(key, "a number", value);
    }

    boolean bool(String key, boolean absent) {
      Object value = value(key);
      if (value == null) {
        return absent;
      }
      if (value instanceof Boolean bool) {
        return bool;
      }
      throw wrong(key, "true or false", value);
    }

    <E extends Enum<E>> E word(String key, Class<E> type, E absent) {
      Object value = value(key);
      if (value == null) {
        return absent;
      }
      for (E constant : type.getEnumConstants()) {
        if (TrainOptionsYaml.word(constant).equals(value)) {
          return constant;
        }
      }
      Set<String> words = new TreeSet<>();
      for (E constant : type.getEnumConstants()) {
        words.add(TrainOptionsYaml.word(constant));
      }
      throw wrong(key, "one of " + words, value);
    }

    void refuseUnknown() {
      for (Object key : map.keySet()) {
        if (!read.contains(key.toString()) && map.get(key) != null) {
          throw new TrainingException("%s: there is no option '%s'".formatted(source, key));
        }
      }
    }

    private @Nullable Object value(String key) {
      read.add(key);
      return map.get(key);
    }

    private TrainingException wrong(String key, String must, Object value) {
      return new TrainingException(
          "%s: key '%s' must be %s, got %s".formatted(source, key, must, value));
    }
  }
}
