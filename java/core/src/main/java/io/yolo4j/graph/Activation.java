package io.yolo4j.graph;

import java.util.List;

/**
 * An element-wise function.
 *
 * @param kind which one
 */
public record Activation(Kind kind) implements Op {
  /** The functions, with PyTorch's module names. */
  public enum Kind {
    /** x. */
    IDENTITY("Identity", 0),
    /** max(x, 0). */
    RELU("ReLU", 1),
    /** min(max(x, 0), 6). */
    RELU6("ReLU6", 2),
    /** x where positive, 0.1·x elsewhere. */
    LEAKY_RELU("LeakyReLU", 1),
    /** 1 / (1 + exp(−x)). */
    SIGMOID("Sigmoid", 3),
    /** x·sigmoid(x). */
    SILU("SiLU", 4),
    /** min(max(x + 3, 0), 6) / 6. */
    HARDSIGMOID("Hardsigmoid", 3),
    /** x·min(max(x + 3, 0), 6) / 6. */
    HARDSWISH("Hardswish", 4);

    /** Slope of {@link #LEAKY_RELU} for negative values. */
    public static final double LEAKY_SLOPE = 0.1;

    private final String moduleType;
    private final int flopsPerElement;

    Kind(String moduleType, int flopsPerElement) {
      this.moduleType = moduleType;
      this.flopsPerElement = flopsPerElement;
    }

    /** Returns the name of PyTorch's module class. */
    public String moduleType() {
      return moduleType;
    }

    /** Returns the operations counted per element. */
    public int flopsPerElement() {
      return flopsPerElement;
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return ShapeRules.single(kind.moduleType(), inputs);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return kind.flopsPerElement() * output.elements();
  }

  @Override
  public boolean isView() {
    return kind == Kind.IDENTITY;
  }

  @Override
  public String text() {
    return kind.moduleType();
  }
}
