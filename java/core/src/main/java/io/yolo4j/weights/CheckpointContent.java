package io.yolo4j.weights;

import io.yolo4j.weights.CheckpointException.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the model, its tensors and its description in what a pickle holds. */
final class CheckpointContent {
  private static final int MAX_CLASSES = 100_000;
  private static final int MAX_LEVELS = 64;
  private static final int MAX_ANCHORS = 1024;

  private final FileBytes file;
  private final @Nullable Object root;

  CheckpointContent(FileBytes file, @Nullable Object root) {
    this.file = file;
    this.root = root;
  }

  /** Returns the model's tensors; {@link Checkpoint#state()} documents the choice. */
  Map<String, PickledTensor> tensors() throws CheckpointException {
    Object model = model().orElse(null);
    if (model instanceof PickleObject module && ModuleTree.isModule(module)) {
      return new ModuleTree(file, module).tensors();
    }
    Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    if (model instanceof Map<?, ?> named) {
      named.forEach(
          (name, value) -> {
            if (name instanceof String text && value instanceof PickledTensor tensor) {
              tensors.put(text, tensor);
            }
          });
    }
    if (tensors.isEmpty()) {
      throw file.failure(
          Reason.UNSUPPORTED,
          "a checkpoint must have a model or a dictionary of tensors, it has "
              + PickleValues.describe(root));
    }
    return tensors;
  }

  ModelInfo info() throws CheckpointException {
    Map<?, ?> top = root instanceof Map<?, ?> map ? map : Map.of();
    ModelInfo info = ModelInfo.EMPTY;
    if (model().orElse(null) instanceof PickleObject module && ModuleTree.isModule(module)) {
      info = describe(new ModuleTree(file, module));
    }
    if (top.get("epoch") instanceof Long epoch && epoch >= -1 && epoch <= Integer.MAX_VALUE) {
      info = info.withEpoch(epoch.intValue());
    }
    if (info.classNames().isEmpty()) {
      info = info.withClassNames(classNames(top.get("names")));
    }
    if (info.hyperParameters().isEmpty()) {
      info = info.withHyperParameters(PlainValues.map(top.get("hyp")).orElse(Map.of()));
    }
    long size = imageSize(top);
    return size > 0 && size <= Integer.MAX_VALUE ? info.withImageSize((int) size) : info;
  }

  /** Returns what holds the tensors: a module or a dictionary. */
  private Optional<Object> model() {
    if (!(root instanceof Map<?, ?> map)) {
      return Optional.ofNullable(root);
    }
    for (String key : List.of("ema", "model", "state_dict")) {
      Object value = map.get(key);
      // Old versions stored the moving average as a pair (model, updates).
      Object candidate = value instanceof List<?> pair && !pair.isEmpty() ? pair.get(0) : value;
      if (candidate != null && holdsTensors(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.of(root);
  }

  private static boolean holdsTensors(Object value) {
    return value instanceof Map<?, ?> named ? !named.isEmpty() : ModuleTree.isModule(value);
  }

  private ModelInfo describe(ModuleTree model) throws CheckpointException {
    PickleObject module = unwrapped(model.root());
    ModelInfo info = ModelInfo.EMPTY;
    Optional<Map<String, Object>> description =
        PlainValues.map(module.attribute("yaml").orElse(null));
    if (description.isPresent()) {
      info = info.withDescription(description.get());
    }
    info = info.withClassNames(classNames(module.attribute("names").orElse(null)));
    info =
        info.withHyperParameters(
            PlainValues.map(module.attribute("hyp").orElse(null)).orElse(Map.of()));
    PickleObject head = model.detectionHead().orElse(null);
    List<Double> strides = strides(module);
    if (strides.isEmpty() && head != null) {
      strides = strides(head);
    }
    return info.withHead(strides, head == null ? List.of() : anchors(head, strides));
  }

  /** A DataParallel wrapper holds the model, and its attributes, in a child named module. */
  private static PickleObject unwrapped(PickleObject module) {
    return module.attribute("_modules").orElse(null) instanceof Map<?, ?> children
            && children.size() == 1
            && children.get("module") instanceof PickleObject inner
        ? inner
        : module;
  }

  private List<String> classNames(@Nullable Object names) throws CheckpointException {
    List<String> found = new ArrayList<>();
    if (names instanceof List<?> list && list.size() <= MAX_CLASSES) {
      list.forEach(name -> found.add(nameText(name)));
    } else if (names instanceof Map<?, ?> byIndex && byIndex.size() <= MAX_CLASSES) {
      for (long index = 0; index < byIndex.size(); index++) {
        if (!byIndex.containsKey(index)) {
          throw file.failure(
              Reason.UNSUPPORTED,
              "class names must have the indices 0 to %d, %d is missing"
                  .formatted(byIndex.size() - 1, index));
        }
        found.add(nameText(byIndex.get(index)));
      }
    }
    return found;
  }

  private static String nameText(@Nullable Object name) {
    return name instanceof String text ? text : PickleValues.describe(name);
  }

  private static List<Double> strides(PickleObject module) {
    return module.attribute("stride").orElse(null) instanceof PickledTensor stride
            && stride.shape().rank() == 1
            && stride.shape().elements() <= MAX_LEVELS
        ? doubles(stride)
        : List.of();
  }

  /** The head's anchors [level, anchor, 2] are in strides; in pixels they are independent of it. */
  private static List<List<Double>> anchors(PickleObject head, List<Double> strides) {
    if (!(head.attribute("_buffers").orElse(null) instanceof Map<?, ?> buffers)
        || !(buffers.get("anchors") instanceof PickledTensor tensor)
        || tensor.shape().rank() != 3
        || tensor.shape().dim(2) != 2
        || tensor.shape().dim(0) != strides.size()
        || tensor.shape().elements() > MAX_ANCHORS) {
      return List.of();
    }
    List<Double> values = doubles(tensor);
    int perLevel = 2 * tensor.shape().dim(1);
    List<List<Double>> anchors = new ArrayList<>();
    for (int level = 0; level < strides.size(); level++) {
      double stride = strides.get(level);
      anchors.add(
          values.subList(level * perLevel, (level + 1) * perLevel).stream()
              .map(value -> value * stride)
              .toList());
    }
    return anchors;
  }

  private static List<Double> doubles(PickledTensor tensor) {
    List<Double> values = new ArrayList<>();
    for (double value : tensor.toHostTensor().toDoubles()) {
      values.add(value);
    }
    return values;
  }

  /** The options of the training, where the checkpoint has them: a size, or height and width. */
  private static long imageSize(Map<?, ?> top) {
    Object options = top.get("opt");
    Object found = top.get("imgsz");
    for (String key : List.of("imgsz", "img_size")) {
      if (found == null && options instanceof Map<?, ?> map) {
        found = map.get(key);
      } else if (found == null && options instanceof PickleObject namespace) {
        found = namespace.attribute(key).orElse(null);
      }
    }
    if (found instanceof List<?> sides) {
      return sides.stream()
          .mapToLong(side -> side instanceof Long pixels ? pixels : 0)
          .max()
          .orElse(0);
    }
    return found instanceof Long pixels ? pixels : 0;
  }
}
