package io.yolo4j.graph;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A module that has been declared and can be applied: declaring registers its parameters, applying
 * emits its operations. The two are separate because a state dictionary follows the order of
 * declaration and a graph that of application.
 */
@FunctionalInterface
public interface Layer {
  /** Emits the module's operations for these inputs and returns its output. */
  Value apply(List<Value> inputs);

  /** Applies a module of one input. */
  default Value apply(Value input) {
    return apply(List.of(input));
  }

  /** Returns the layers one after another. */
  static Layer chain(List<? extends Layer> layers) {
    List<Layer> copy = List.copyOf(layers);
    return inputs -> {
      List<Value> values = inputs;
      for (Layer layer : copy) {
        values = List.of(layer.apply(values));
      }
      return onlyInput(values);
    };
  }

  /** Returns the only input of a layer that takes one. */
  static Value onlyInput(List<Value> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException("the module takes 1 input, got " + inputs.size());
    }
    return inputs.get(0);
  }

  /** Returns a layer from a function of one input. */
  static Layer of(UnaryOperator<Value> function) {
    return inputs -> function.apply(onlyInput(inputs));
  }
}
