package io.yolo4j.graph;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A module that has been declared and can be applied: declaring registers its parameters, applying
 * emits its operations. The two are separate because a state dictionary follows the order of
 * declaration and a graph that of application.
 */
@FunctionalInterface
public interface Layer {
  /**
   * Emits the module's operations for these inputs and returns its outputs; all but detection heads
   * have one.
   */
  List<Value> outputs(List<Value> inputs);

  /**
   * Applies a module of one output.
   *
   * @throws IllegalArgumentException if the module has several outputs
   */
  default Value apply(Value... inputs) {
    return only("gives", "output", outputs(List.of(inputs)));
  }

  /** Returns a layer of one input and one output. */
  static Layer of(UnaryOperator<Value> function) {
    return inputs -> List.of(function.apply(only("takes", "input", inputs)));
  }

  /** Returns a layer of several inputs and one output. */
  static Layer joining(Function<List<Value>, Value> function) {
    return inputs -> List.of(function.apply(inputs));
  }

  /** Returns the layers one after another; none at all passes its input on. */
  static Layer chain(List<? extends Layer> layers) {
    List<Layer> copy = List.copyOf(layers);
    return inputs -> {
      List<Value> values = inputs;
      for (Layer layer : copy) {
        values = layer.outputs(values);
      }
      return values;
    };
  }

  private static Value only(String verb, String what, List<Value> values) {
    if (values.size() != 1) {
      throw new IllegalArgumentException(
          "the module %s 1 %s, got %d".formatted(verb, what, values.size()));
    }
    return values.get(0);
  }
}
