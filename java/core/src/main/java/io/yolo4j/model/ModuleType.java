package io.yolo4j.model;

import io.yolo4j.graph.Layer;
import io.yolo4j.graph.ModuleScope;

/**
 * A kind of module that description files may name: how its arguments are resolved and how it is
 * built out of graph operations.
 *
 * @param name its name in description files
 * @param pythonName its class path in the Python reference, for tables in that form; the name
 *     itself for modules of users
 * @param resolution how arguments are resolved
 * @param factory builds it
 */
public record ModuleType(String name, String pythonName, Resolution resolution, Factory factory) {
  /** How the arguments in a row become those of the constructor. */
  public enum Resolution {
    /** {@code [c2, …]} → {@code [c1, c2·width, …]}. */
    SCALED,
    /** As {@link #SCALED}, and the row's repeats become the third argument instead of a chain. */
    SCALED_WITH_REPEATS,
    /** {@code [c2, …]} → {@code [c1, c2, …]}. */
    UNSCALED,
    /** {@code [c1]}: the input's channels and nothing else. */
    INPUT_CHANNELS,
    /** As written. */
    AS_WRITTEN,
    /**
     * As written, and the list of the inputs' channels at the end; placeholders for anchors that
     * are to be fitted.
     */
    DETECTION
  }

  /** Builds a module. */
  @FunctionalInterface
  public interface Factory {
    /**
     * Declares the module's children and parameters in the scope.
     *
     * @param scope the module's own scope
     * @param arguments the resolved arguments
     * @return what applies it
     * @throws IllegalArgumentException if an argument does not fit; the builder adds the row to the
     *     message
     */
    Layer create(ModuleScope scope, Arguments arguments);
  }

  /**
   * Returns a module of a user: arguments {@code [c2, …]} with the channels scaled by the width
   * multiple.
   */
  public static ModuleType scaled(String name, Factory factory) {
    return new ModuleType(name, name, Resolution.SCALED, factory);
  }

  /** Returns a module of a user whose output channels are not scaled. */
  public static ModuleType unscaled(String name, Factory factory) {
    return new ModuleType(name, name, Resolution.UNSCALED, factory);
  }

  /** Returns a module of a user that takes its arguments as they are written. */
  public static ModuleType asWritten(String name, Factory factory) {
    return new ModuleType(name, name, Resolution.AS_WRITTEN, factory);
  }

  /** Returns the module's type in the module tree: the last part of its class path. */
  public String treeType() {
    return pythonName.substring(pythonName.lastIndexOf('.') + 1);
  }
}
