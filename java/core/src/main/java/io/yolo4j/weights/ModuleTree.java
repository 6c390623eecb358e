package io.yolo4j.weights;

import io.yolo4j.weights.CheckpointException.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pickled {@code torch.nn.Module} with its children: attributes {@code _parameters}, {@code
 * _buffers}, {@code _modules}. Walks are bounded, since a file may nest modules in circles.
 */
final class ModuleTree {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_STEPS = 1_000_000;
  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_NAME = 512;

  private final FileBytes file;
  private final PickleObject root;
  private long steps;

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
    steps = 0;
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

  /** Returns the last module that has a buffer of {@code anchors}: the detection head. */
  Optional<PickleObject> detectionHead() throws CheckpointException {
    PickleObject[] found = new PickleObject[1];
    steps = 0;
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

  /** Looks at a module; the prefix ends with a dot, at the root it is empty. */
  @FunctionalInterface
  private interface Visitor {
    void visit(String prefix, PickleObject module) throws CheckpointException;
  }

  private void walk(PickleObject module, String prefix, int depth, Visitor visitor)
      throws CheckpointException {
    require(depth <= MAX_DEPTH && prefix.length() <= MAX_NAME);
    visitor.visit(prefix, module);
    for (Map.Entry<?, ?> child : named(module, "_modules").entrySet()) {
      if (child.getValue() instanceof PickleObject object
          && child.getKey() instanceof String name) {
        walk(object, prefix + name + ".", depth + 1, visitor);
      }
    }
  }

  private void addTensors(
      PickleObject module,
      String attribute,
      String prefix,
      Set<?> skipped,
      Map<String, PickledTensor> tensors)
      throws CheckpointException {
    for (Map.Entry<?, ?> entry : named(module, attribute).entrySet()) {
      if (entry.getValue() instanceof PickledTensor tensor
          && entry.getKey() instanceof String name
          && !skipped.contains(name)) {
        require(prefix.length() + name.length() <= MAX_NAME && tensors.size() < MAX_TENSORS);
        tensors.put(prefix + name, tensor);
      }
    }
  }

  /** Returns the named parts of a module and counts them, since modules may share them. */
  private Map<?, ?> named(PickleObject module, String attribute) throws CheckpointException {
    Map<?, ?> parts =
        module.attribute(attribute).orElse(null) instanceof Map<?, ?> map ? map : Map.of();
    steps += 1 + parts.size();
    require(steps <= MAX_STEPS);
    return parts;
  }

  private void require(boolean withinLimits) throws CheckpointException {
    if (!withinLimits) {
      throw file.failure(
          Reason.BAD_PICKLE,
          "a model must have at most %d parts, %d tensors, %d levels and %d characters in a name"
              .formatted(MAX_STEPS, MAX_TENSORS, MAX_DEPTH, MAX_NAME));
    }
  }
}
