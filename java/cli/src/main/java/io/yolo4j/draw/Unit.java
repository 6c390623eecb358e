package io.yolo4j.draw;

import io.yolo4j.profile.Part;
import java.util.List;
import java.util.Optional;

/**
 * What one box stands for: a module, an operation, or an end of a line that goes on outside.
 *
 * @param kind what it is
 * @param path the module's path, or that of the operation's module; empty for the picture
 * @param title the text for people, for example {@code 4 C3 ×2}
 * @param figures what it costs
 * @param part the part of the network, of rows only
 * @param nodes ids of its nodes; of an end of a line, the one that gives the tensor
 * @param inside what it is made of, where that is more than one operation
 */
public record Unit(
    Kind kind,
    String path,
    String title,
    Figures figures,
    Optional<Part> part,
    List<Integer> nodes,
    Optional<Scope> inside) {

  /** Kinds of boxes. */
  public enum Kind {
    /** A row of the description or a module inside one. */
    MODULE,
    /** A primitive operation. */
    OPERATION,
    /** Where a tensor from outside comes in. */
    ENTRY,
    /** Where a tensor goes out. */
    EXIT
  }

  /** Copies the list. */
  public Unit {
    nodes = List.copyOf(nodes);
  }

  /** Returns whether it is an end of a line that goes on outside. */
  public boolean isEnd() {
    return kind == Kind.ENTRY || kind == Kind.EXIT;
  }

  /** Returns how many levels of boxes lie inside. */
  public int depth() {
    return inside.map(scope -> 1 + scope.depth()).orElse(0);
  }

  /** Returns a copy that holds no more than that many levels of boxes. */
  Unit cut(int levels) {
    return with(levels == 0 ? Optional.empty() : inside.map(scope -> scope.cut(levels - 1)));
  }

  /** Returns a copy without the insides that hold nothing but operations. */
  Unit withoutOperations() {
    return with(inside.filter(Scope::hasModules).map(Scope::withoutOperations));
  }

  private Unit with(Optional<Scope> kept) {
    return new Unit(kind, path, title, figures, part, nodes, kept);
  }
}
