package io.yolo4j.draw;

import io.yolo4j.draw.Unit.Kind;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Shape;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelRow;
import io.yolo4j.model.ModuleType.Resolution;
import io.yolo4j.profile.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts a graph along its module tree. Nodes that run one after another and lie in the same child of
 * a module become a box; a child that is called again later becomes another, so that lines never
 * run backwards.
 */
public final class NetworkScopes {
  private final Model model;
  private final Graph graph;
  private final NodePaths paths;
  private final UnitFigures figures;
  private final Map<String, String> types;

  private NetworkScopes(Model model, Graph graph) {
    this.model = model;
    this.graph = graph;
    paths = new NodePaths(graph);
    figures = new UnitFigures(graph);
    types = NodePaths.types(graph);
  }

  /** Returns the rows of a model for pictures of that size, with everything that is inside. */
  public static Scope of(Model model, int height, int width) {
    return new NetworkScopes(model, model.graphFor(1, height, width)).rows();
  }

  private Scope rows() {
    String path = graph.root().children().get(0).path();
    List<Unit> units = new ArrayList<>();
    for (List<Node> run : paths.runs(path, graph.nodes())) {
      Optional<String> child = paths.child(path, run.get(0));
      units.add(
          child.isPresent()
              ? row(child.get(), run)
              : new Unit(
                  Kind.OPERATION,
                  "",
                  "Picture",
                  figures.of(run),
                  Optional.of(Part.BACKBONE),
                  ids(run),
                  Optional.empty()));
    }
    return new Scope(path, units, wires(units, Map.of()));
  }

  private Unit row(String path, List<Node> run) {
    ModelRow row = model.rows().get(Integer.parseInt(path.substring(path.lastIndexOf('.') + 1)));
    String repeats = row.repeats() > 1 ? " ×" + row.repeats() : "";
    return new Unit(
        Kind.MODULE,
        path,
        "%d  %s%s".formatted(row.index(), row.row().module(), repeats),
        figures.of(run),
        Optional.of(part(row)),
        ids(run),
        inside(path, run));
  }

  private Part part(ModelRow row) {
    if (row.type().resolution() == Resolution.DETECTION) {
      return Part.HEAD;
    }
    return row.index() < model.description().backbone().size() ? Part.BACKBONE : Part.NECK;
  }

  private Unit unit(String scope, List<Node> run) {
    Node first = run.get(0);
    if (run.size() == 1) {
      return new Unit(
          Kind.OPERATION,
          paths.of(first),
          first.op().text(),
          figures.of(run),
          Optional.empty(),
          ids(run),
          Optional.empty());
    }
    String path = paths.narrowest(paths.child(scope, first).orElse(scope), run);
    return new Unit(
        Kind.MODULE,
        path,
        NodePaths.relative(scope, path) + "  " + types.get(path),
        figures.of(run),
        Optional.empty(),
        ids(run),
        inside(path, run));
  }

  private Optional<Scope> inside(String path, List<Node> nodes) {
    return nodes.size() > 1
        ? Optional.of(scope(paths.narrowest(path, nodes), nodes))
        : Optional.empty();
  }

  private Scope scope(String path, List<Node> nodes) {
    Set<Integer> own = new HashSet<>(ids(nodes));
    Map<Integer, Integer> entries = new LinkedHashMap<>();
    List<Unit> units = new ArrayList<>();
    for (Node node : nodes) {
      for (int input : node.inputs()) {
        if (!own.contains(input) && !entries.containsKey(input)) {
          entries.put(input, units.size());
          units.add(end(Kind.ENTRY, entry(path, graph.node(input)), graph.node(input)));
        }
      }
    }
    paths.runs(path, nodes).forEach(run -> units.add(unit(path, run)));
    for (int id : figures.leaving(nodes)) {
      units.add(end(Kind.EXIT, "out", graph.node(id)));
    }
    return new Scope(path, units, wires(units, entries));
  }

  private Unit end(Kind kind, String title, Node node) {
    return new Unit(
        kind,
        paths.of(node),
        title,
        figures.passing(node),
        Optional.empty(),
        List.of(node.id()),
        Optional.empty());
  }

  /** Names the row that a tensor comes from, where that is another one. */
  private String entry(String scope, Node node) {
    String from = row(paths.of(node));
    return from.equals(row(scope)) ? "in" : "from " + from;
  }

  private static String row(String path) {
    String[] names = path.split("\\.", 3);
    return names.length > 1 ? names[1] : "picture";
  }

  private List<Wire> wires(List<Unit> units, Map<Integer, Integer> entries) {
    Map<Integer, Integer> sources = new HashMap<>(entries);
    for (int i = 0; i < units.size(); i++) {
      if (!units.get(i).isEnd()) {
        for (int node : units.get(i).nodes()) {
          sources.put(node, i);
        }
      }
    }
    Set<Wire> wires = new LinkedHashSet<>();
    for (int i = 0; i < units.size(); i++) {
      for (int tensor : read(units.get(i))) {
        int source = sources.getOrDefault(tensor, i);
        if (source != i) {
          Shape shape = graph.node(tensor).shape();
          wires.add(new Wire(source, i, tensor, shape));
        }
      }
    }
    return List.copyOf(wires);
  }

  private List<Integer> read(Unit unit) {
    return switch (unit.kind()) {
      case ENTRY -> List.of();
      case EXIT -> unit.nodes();
      case MODULE, OPERATION ->
          unit.nodes().stream().flatMap(id -> graph.node(id).inputs().stream()).toList();
    };
  }

  private static List<Integer> ids(List<Node> nodes) {
    return nodes.stream().map(Node::id).toList();
  }
}
