package io.yolo4j.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A module under construction. It declares children and parameters, and emits operations that do
 * not belong to a child (functional calls in PyTorch's terms).
 *
 * <p>Not thread-safe.
 */
public final class ModuleScope {
  private final GraphBuilder builder;
  private final String name;
  private final String path;
  private final String type;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<String, ModuleScope> children = new LinkedHashMap<>();
  private final Set<String> secondNames = new HashSet<>();

  ModuleScope(GraphBuilder builder, String name, String path, String type) {
    this.builder = builder;
    this.name = name;
    this.path = path;
    this.type = type;
  }

  /** Returns the full path, empty for the root. */
  public String path() {
    return path;
  }

  /** Returns the module's type. */
  public String type() {
    return type;
  }

  /**
   * Declares a child module.
   *
   * @throws IllegalArgumentException if this module has a child of that name
   */
  public ModuleScope child(String childName, String childType) {
    ModuleScope child = new ModuleScope(builder, childName, pathOf(childName), childType);
    add(childName, child);
    return child;
  }

  /**
   * Declares a parameter or buffer of this module apart from an operation, such as a detection
   * head's anchors; returns its full name.
   */
  public String parameter(String parameterName, Shape shape, ParameterRole role) {
    parameters.add(new Parameter(pathOf(parameterName), shape, role));
    return pathOf(parameterName);
  }

  /**
   * Declares a child of one operation, for example a convolution, with the operation's parameters.
   */
  public Layer leaf(String childName, String childType, Op op) {
    ModuleScope child = child(childName, childType);
    List<String> names = child.declare(op);
    return Layer.joining(inputs -> child.emit(op, inputs, names));
  }

  /** Declares a child of type {@code Conv2d}. */
  public Layer conv2d(String childName, Conv2d op) {
    return leaf(childName, "Conv2d", op);
  }

  /**
   * Declares a child of type {@code BatchNorm2d} with the epsilon and momentum of assembled models.
   */
  public Layer batchNorm(String childName, int channels) {
    return leaf(
        childName,
        "BatchNorm2d",
        new BatchNorm(channels, BatchNorm.MODEL_EPSILON, BatchNorm.MODEL_MOMENTUM));
  }

  /** Declares a child that applies an activation, named after PyTorch's class. */
  public Layer activation(String childName, Activation.Kind kind) {
    return leaf(childName, kind.moduleType(), new Activation(kind));
  }

  /** Declares a child of type {@code Linear}. */
  public Layer linear(String childName, int inputFeatures, int outputFeatures, boolean bias) {
    return leaf(childName, "Linear", new Linear(inputFeatures, outputFeatures, bias));
  }

  /** Declares a child of type {@code MultiheadAttention}; it takes queries, keys and values. */
  public Layer attention(String childName, int embedding, int heads) {
    Attention op = new Attention(embedding, heads);
    ModuleScope attention = child(childName, "MultiheadAttention");
    ModuleScope projection = attention.child("out_proj", "NonDynamicallyQuantizableLinear");
    List<String> names = new ArrayList<>();
    for (ParameterSlot slot : op.parameterSlots()) {
      boolean ofProjection = slot.name().startsWith("out_proj.");
      ModuleScope owner = ofProjection ? projection : attention;
      String own = ofProjection ? slot.name().substring("out_proj.".length()) : slot.name();
      names.add(owner.parameter(own, slot.shape(), slot.role()));
    }
    return Layer.joining(inputs -> attention.emit(op, inputs, names));
  }

  /**
   * Gives a module that is declared elsewhere a second name here, as PyTorch does with an object
   * registered twice. Its parameters keep their first name only, and it is counted once.
   *
   * @throws IllegalArgumentException if this module has a child of that name
   */
  public void share(String childName, ModuleScope original) {
    add(childName, original);
    secondNames.add(childName);
  }

  /**
   * Returns a declared child.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public ModuleScope declared(String childName) {
    ModuleScope child = children.get(childName);
    if (child == null) {
      throw new IllegalArgumentException("module '%s' has no child %s".formatted(path, childName));
    }
    return child;
  }

  /**
   * Declares the parameters of an operation of this module itself, once if several of its
   * operations read the same; returns their full names.
   */
  public List<String> declare(Op op) {
    List<String> names = new ArrayList<>();
    for (ParameterSlot slot : op.parameterSlots()) {
      Parameter parameter = new Parameter(pathOf(slot.name()), slot.shape(), slot.role());
      if (!parameters.contains(parameter)) {
        parameters.add(parameter);
      }
      names.add(parameter.name());
    }
    return names;
  }

  /**
   * Emits an operation of this module that reads the named parameters.
   *
   * @throws IllegalArgumentException if the inputs do not fit, naming the module and both shapes
   */
  public Value emit(Op op, List<Value> inputs, List<String> parameterNames) {
    return builder.add(op, inputs, this, parameterNames);
  }

  /** Emits an operation without parameters. */
  public Value emit(Op op, Value... inputs) {
    return emit(op, List.of(inputs), List.of());
  }

  ModuleNode toModule() {
    List<ModuleNode> nodes = new ArrayList<>();
    children.forEach(
        (childName, child) ->
            nodes.add(
                secondNames.contains(childName) ? secondName(childName, child) : child.toModule()));
    return new ModuleNode(name, path, type, parameters, nodes, Optional.empty());
  }

  private ModuleNode secondName(String childName, ModuleScope original) {
    return new ModuleNode(
        childName,
        pathOf(childName),
        original.type,
        List.of(),
        List.of(),
        Optional.of(original.path));
  }

  private void add(String childName, ModuleScope child) {
    if (children.putIfAbsent(childName, child) != null) {
      throw new IllegalArgumentException(
          "module '%s' declares its child %s twice".formatted(path, childName));
    }
  }

  private String pathOf(String child) {
    return path.isEmpty() ? child : path + "." + child;
  }
}
