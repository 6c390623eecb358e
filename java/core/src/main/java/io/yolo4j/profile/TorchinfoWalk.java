package io.yolo4j.profile;

import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.ConvTranspose2d;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Input;
import io.yolo4j.graph.Linear;
import io.yolo4j.graph.ModuleNode;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a graph's operations back into the calls of modules that they came from: a module is called
 * when the first of its operations runs, and again when it runs a second time.
 */
final class TorchinfoWalk {
  private static final String IDENTITY = "Identity";
  private static final String LIST = "ModuleList";

  /** The rows of YOLOv5's models; the model runs them one by one, the sequence is never called. */
  private static final String ROWS = "model";

  private final Graph graph;
  private final Map<String, ModuleNode> modules = new HashMap<>();
  private final Map<String, ModuleNode> parents = new HashMap<>();
  private final String headPath;
  private final Shape decoded;
  private final List<Call> calls = new ArrayList<>();
  private final Deque<Call> open = new ArrayDeque<>();
  private final Set<String> called = new HashSet<>();

  TorchinfoWalk(Graph graph) {
    this.graph = graph;
    index(graph.root());
    DetectionHead head = graph.requireHead();
    headPath = graph.node(graph.outputs().get(0)).modulePath();
    decoded = decoded(head);
  }

  /** A call under way or done. */
  private static final class Call {
    final ModuleNode module;
    final int depth;
    final boolean recursive;

    /** Operations that it ran itself, not those of modules below. */
    final List<Op> ops = new ArrayList<>();

    /** Place of the child that was called last, among its children. */
    int lastChild = -1;

    @Nullable Shape input;
    @Nullable Shape output;

    Call(ModuleNode module, int depth, boolean recursive) {
      this.module = module;
      this.depth = depth;
      this.recursive = recursive;
    }
  }

  /** Returns the rows; call it once. */
  List<TorchinfoRow> rows() {
    for (Node node : graph.nodes()) {
      if (!(node.op() instanceof Input)) {
        run(node);
      }
    }
    while (!open.isEmpty()) {
      close();
    }
    List<Integer> seen = new ArrayList<>();
    List<TorchinfoRow> rows = new ArrayList<>();
    for (Call call : calls) {
      while (seen.size() <= call.depth) {
        seen.add(0);
      }
      seen.set(call.depth, seen.get(call.depth) + 1);
      rows.add(row(call, seen.get(call.depth)));
    }
    return rows;
  }

  private void index(ModuleNode module) {
    modules.put(module.path(), module);
    for (ModuleNode child : module.children()) {
      parents.put(child.path(), module);
      index(child);
    }
  }

  /** [N, all predictions, outputs]: what a head gives in evaluation. */
  private Shape decoded(DetectionHead head) {
    int predictions = 0;
    for (int id : graph.outputs()) {
      Shape raw = graph.node(id).shape();
      predictions += raw.dim(1) * raw.dim(2) * raw.dim(3);
    }
    Shape first = graph.node(graph.outputs().get(0)).shape();
    return Shape.of(first.dim(0), predictions, head.outputs());
  }

  private void run(Node node) {
    List<ModuleNode> chain = chain(node);
    while (!open.isEmpty() && !stays(chain, node)) {
      close();
    }
    Shape input = graph.inputShapes(node).get(0);
    while (open.size() < chain.size()) {
      enter(chain.get(open.size()), input);
    }
    Call current = open.element();
    current.ops.add(node.op());
    open.forEach(call -> call.output = node.shape());
  }

  /** Whether the innermost call under way is one that the node is run in. */
  private boolean stays(List<ModuleNode> chain, Node node) {
    Call current = open.element();
    if (open.size() > chain.size()
        || !chain.get(open.size() - 1).path().equals(current.module.path())) {
      return false;
    }
    // A leaf that does the same again is called again.
    boolean again =
        current.module.children().isEmpty()
            && !current.ops.isEmpty()
            && current.ops.get(0).getClass() == node.op().getClass();
    return !again;
  }

  /** From the root to the module that the node came from, under the name it is called by. */
  private List<ModuleNode> chain(Node node) {
    ModuleNode module = modules.get(node.modulePath());
    if (module == null) {
      throw new IllegalArgumentException("the module tree lacks module " + node.modulePath());
    }
    List<ModuleNode> chain = new ArrayList<>();
    @Nullable ModuleNode at = secondName(module).orElse(module);
    while (at != null) {
      chain.add(at);
      at = parents.get(at.path());
    }
    Collections.reverse(chain);
    return chain;
  }

  /** A module that its own parent isn't in the midst of was reached by another of its names. */
  private Optional<ModuleNode> secondName(ModuleNode module) {
    @Nullable ModuleNode above = parents.get(module.path());
    if (above == null) {
      return Optional.empty();
    }
    String parent = above.path();
    for (Call call : open) {
      if (call.module.path().equals(parent)) {
        return Optional.empty();
      }
      for (ModuleNode child : call.module.children()) {
        if (child.sharedWith().filter(module.path()::equals).isPresent()) {
          return Optional.of(child);
        }
      }
    }
    return Optional.empty();
  }

  private void enter(ModuleNode module, Shape input) {
    if (!open.isEmpty()) {
      Call parent = open.element();
      int place = parent.module.children().indexOf(module);
      callIdentities(parent, place);
      parent.lastChild = Math.max(place, parent.lastChild);
    }
    Call call = new Call(module, open.size(), !called.add(original(module)));
    call.input = input;
    // A list isn't called, so it can't be called again.
    if (!call.recursive || isCalled(module)) {
      calls.add(call);
    }
    open.push(call);
  }

  private void close() {
    Call call = open.element();
    callIdentities(call, call.module.children().size());
    open.pop();
  }

  /** Identities run no operation; they are called in their place among the children. */
  private void callIdentities(Call parent, int before) {
    List<ModuleNode> children = parent.module.children();
    for (int i = parent.lastChild + 1; i < before; i++) {
      if (children.get(i).type().equals(IDENTITY)) {
        Call call = new Call(children.get(i), open.size(), !called.add(children.get(i).path()));
        call.input = parent.output;
        call.output = parent.output;
        calls.add(call);
      }
    }
  }

  private TorchinfoRow row(Call call, int index) {
    ModuleNode module = Objects.requireNonNull(modules.get(original(call.module)));
    boolean leaf = module.children().isEmpty();
    boolean executed = isCalled(module);
    boolean head = module.path().equals(headPath);
    Shape input = head ? graph.node(graph.outputs().get(0)).shape() : call.input;
    Shape output = head || module.path().isEmpty() ? decoded : call.output;
    return new TorchinfoRow(
        call.depth,
        index,
        call.module.path(),
        module.type(),
        leaf,
        executed,
        call.recursive,
        executed ? Optional.ofNullable(input) : Optional.empty(),
        executed ? Optional.ofNullable(output) : Optional.empty(),
        module.trainableElements(),
        leaf ? OptionalLong.of(multiplyAdds(module, call)) : OptionalLong.empty());
  }

  private static boolean isCalled(ModuleNode module) {
    return !module.type().equals(LIST) && !module.path().equals(ROWS);
  }

  private static String original(ModuleNode module) {
    return module.sharedWith().orElse(module.path());
  }

  private static long multiplyAdds(ModuleNode module, Call call) {
    long parameters = module.trainableElements();
    if (parameters == 0) {
      return 0;
    }
    Op op = call.ops.get(0);
    Shape output = Objects.requireNonNull(call.output);
    if (op instanceof Conv2d || op instanceof ConvTranspose2d) {
      return parameters * output.dim(0) * output.dim(2) * output.dim(3);
    }
    if (op instanceof Linear) {
      return parameters * (output.elements() / output.dim(output.rank() - 1));
    }
    if (op instanceof BatchNorm) {
      return parameters * output.dim(0);
    }
    throw new IllegalArgumentException(
        "no rule of torchinfo's is known for module %s (%s)".formatted(module.path(), op.text()));
  }
}
