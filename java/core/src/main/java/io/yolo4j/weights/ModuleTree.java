package io.yolo4j.weights;

import io.yolo4j.weights.CheckpointException.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A pickled {@code torch.nn.Module} with its children: attributes {@code _parameters}, {@code
 * _buffers}, {@code _modules}. Walks are bounded, since a file may nest modules in circles.
 */
final class ModuleTree {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_MODULES = 100_000;
  private static final int MAX_NAME = 1024;

  private final FileBytes file;
  private final PickleObject root;
  private int visited;

  ModuleTree(FileBytes file, PickleObject root) {
    this.file = file;
    this.root = root;
  }

  /** Returns whether a value is a module. */
  static boolean isModule(Object value) {
    return value instanceof PickleObject object
        && object.attribute("_modules").filter(modules -> modules instanceof Map).isPresent();
  }

  PickleObject root() {
    return root;
  }

  /** Returns the tensors under PyTorch's names and in its order: parameters, buffers, children. */
  Map<String, PickledTensor> tensors() throws CheckpointException {
    Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    visited = 0;
    walk(
        root,
        "",
        0,
        (prefix, module) -> {
          addTensors(module, "_parameters", prefix, Set.of(), tensors);
          Set<?> skipped =
              module.attribute("_non_persistent_buffers_set").orElse(null) instanceof Set<?> names
                  ? names
                  : Set.of();
          addTensors(module, "_buffers", prefix, skipped, tensors);
        });
    return tensors;
  }

  /** Returns the last module that has a buffer or list of {@code anchors}: the detection head. */
  Optional<PickleObject> detectionHead() throws CheckpointException {
    PickleObject[] found = new PickleObject[1];
    visited = 0;
    walk(
        root,
        "",
        0,
        (prefix, module) -> {
          if (module.attribute("_buffers").orElse(null) instanceof Map<?, ?> buffers
              && buffers.get("anchors") instanceof PickledTensor) {
            found[0] = module;
          }
        });
    return Optional.ofNullable(found[0]);
  }

  private void walk(
      PickleObject module, String prefix, int depth, BiConsumer<String, PickleObject> visitor)
      throws CheckpointException {
    if (depth > MAX_DEPTH || ++visited > MAX_MODULES || prefix.length() > MAX_NAME) {
      throw file.failure(
          Reason.BAD_PICKLE,
          "a model must have at most %d modules, %d levels and %d characters in a name"
              .formatted(MAX_MODULES, MAX_DEPTH, MAX_NAME));
    }
    visitor.accept(prefix, module);
    if (module.attribute("_modules").orElse(null) instanceof Map<?, ?> children) {
      for (Map.Entry<?, ?> child : children.entrySet()) {
        if (child.getValue() instanceof PickleObject object
            && child.getKey() instanceof String name) {
          walk(object, prefix + name + ".", depth + 1, visitor);
        }
      }
    }
  }

  private static void addTensors(
      PickleObject module,
      String attribute,
      String prefix,
      Set<?> skipped,
      Map<String, PickledTensor> tensors) {
    if (module.attribute(attribute).orElse(null) instanceof Map<?, ?> named) {
      named.forEach(
          (name, value) -> {
            if (value instanceof PickledTensor tensor && !skipped.contains(name)) {
              tensors.put(prefix + name, tensor);
            }
          });
    }
  }
}
