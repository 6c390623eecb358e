package io.yolo4j.draw;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The inside of a module, or the whole network: what is drawn together.
 *
 * @param path the module's path
 * @param units its boxes in execution order, ends of lines first and last
 * @param wires the tensors between them
 */
public record Scope(String path, List<Unit> units, List<Wire> wires) {
  /** Copies the lists. */
  public Scope {
    units = List.copyOf(units);
    wires = List.copyOf(wires);
  }

  /** Returns how many levels of boxes lie inside its boxes. */
  public int depth() {
    return units.stream().mapToInt(Unit::depth).max().orElse(0);
  }

  /** Returns a copy that holds no more than that many levels inside its boxes. */
  public Scope cut(int levels) {
    return map(unit -> unit.cut(levels));
  }

  /** Returns a copy whose innermost boxes are modules where there are any. */
  public Scope withoutOperations() {
    return map(Unit::withoutOperations);
  }

  /** Returns whether a box is a module of several operations. */
  boolean hasModules() {
    return units.stream().anyMatch(unit -> unit.inside().isPresent());
  }

  private Scope map(UnaryOperator<Unit> change) {
    return new Scope(path, units.stream().map(change).toList(), wires);
  }
}
