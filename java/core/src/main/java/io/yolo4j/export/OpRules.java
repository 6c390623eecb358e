package io.yolo4j.export;

import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules by operation. Immutable. */
final class OpRules {
  /** A rule that knows its operation's class. */
  private record Entry<T extends Op>(Class<T> type, OpRule<T> rule) {
    String write(Node node, List<String> inputs, OnnxBuilder out) {
      return rule.write(type.cast(node.op()), node, inputs, out);
    }
  }

  private final Map<Class<? extends Op>, Entry<?>> entries;

  private OpRules(Map<Class<? extends Op>, Entry<?>> entries) {
    this.entries = Map.copyOf(entries);
  }

  /** Returns a rule for each operation of a graph but its input. */
  static OpRules standard() {
    OpRules rules = none();
    rules = ConvolutionRules.addTo(rules);
    rules = ElementwiseRules.addTo(rules);
    rules = WindowRules.addTo(rules);
    rules = LayoutRules.addTo(rules);
    return SequenceRules.addTo(rules);
  }

  /** Returns no rules, to add some to. */
  static OpRules none() {
    return new OpRules(Map.of());
  }

  <T extends Op> OpRules with(Class<T> type, OpRule<T> rule) {
    Map<Class<? extends Op>, Entry<?>> more = new HashMap<>(entries);
    more.put(type, new Entry<>(type, rule));
    return new OpRules(more);
  }

  /** Returns the operations that have a rule. */
  Set<Class<? extends Op>> operations() {
    return entries.keySet();
  }

  /**
   * Writes a node and returns its value's name.
   *
   * @throws UnsupportedOperationException if there is no rule, naming the module
   */
  String write(Node node, List<String> inputs, OnnxBuilder out) {
    Entry<?> entry = entries.get(node.op().getClass());
    if (entry == null) {
      throw new UnsupportedOperationException(
          "module %s: there is no ONNX form of %s".formatted(node.modulePath(), node.op().text()));
    }
    out.at(node);
    return entry.write(node, inputs, out);
  }
}
