package io.yolo4j.draw;

import io.yolo4j.draw.BoxLayout.Size;
import io.yolo4j.draw.Drawing.Band;
import io.yolo4j.draw.Drawing.Box;
import io.yolo4j.draw.Drawing.Direction;
import io.yolo4j.draw.Drawing.Point;
import io.yolo4j.draw.Drawing.Route;
import io.yolo4j.profile.Part;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.elk.alg.layered.LayeredLayoutProvider;
import org.eclipse.elk.alg.layered.options.LayerConstraint;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.alg.layered.options.OrderingStrategy;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.options.PortConstraints;
import org.eclipse.elk.core.options.PortSide;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.ElkPort;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * Places boxes and lines with Eclipse ELK's layered algorithm, one scope at a time from the inside
 * out: an open box has the size that its inside needs.
 */
public final class ElkLayout {
  /** Height of a label, and of the name of a part. */
  private static final double LABEL_ROOM = 20;

  private static final double PADDING = 12;

  /** In the order in which they follow each other. */
  private static final List<Part> PARTS = List.of(Part.BACKBONE, Part.NECK, Part.HEAD);

  /** Room at the side for the names of the parts. */
  private static final double PART_ROOM = 74;

  private static final double BAND_MARGIN = 9;

  private final Direction direction;
  private final boolean open;

  private ElkLayout(Direction direction, boolean open) {
    this.direction = direction;
    this.open = open;
    // Its making teaches ELK to copy its own types, without which no option has a default.
    Objects.requireNonNull(LayoutMetaDataService.getInstance());
  }

  /** Returns a drawing with every inside shown in its place. */
  public static Drawing open(Scope scope, Direction direction) {
    return new ElkLayout(direction, true).drawing(scope);
  }

  /** Returns a drawing of closed boxes, each of whose insides is laid out by itself. */
  public static Drawing closed(Scope scope, Direction direction) {
    return new ElkLayout(direction, false).drawing(scope);
  }

  private Drawing drawing(Scope scope) {
    List<Optional<Drawing>> insides =
        scope.units().stream().map(unit -> unit.inside().map(this::drawing)).toList();
    Size closed = BoxLayout.closed(scope, direction);
    ElkNode root = root(scope);
    List<ElkNode> nodes = new ArrayList<>();
    for (int i = 0; i < scope.units().size(); i++) {
      nodes.add(
          node(root, scope.units().get(i), size(scope.units().get(i), closed, insides.get(i))));
    }
    List<ElkEdge> edges = edges(scope, nodes);
    new LayeredLayoutProvider().layout(root, new BasicProgressMonitor());
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      boxes.add(box(scope.units().get(i), nodes.get(i), insides.get(i)));
    }
    return new Drawing(
        scope,
        direction,
        root.getWidth(),
        root.getHeight(),
        boxes,
        routes(scope, edges),
        bands(root, boxes));
  }

  private Size size(Unit unit, Size closed, Optional<Drawing> inside) {
    if (unit.isEnd()) {
      return BoxLayout.end(unit);
    }
    return open && inside.isPresent() ? BoxLayout.open(closed, inside.get()) : closed;
  }

  private ElkNode root(Scope scope) {
    ElkNode root = ElkGraphUtil.createGraph();
    boolean down = direction == Direction.DOWN;
    root.setProperty(
        LayeredOptions.DIRECTION,
        down
            ? org.eclipse.elk.core.options.Direction.DOWN
            : org.eclipse.elk.core.options.Direction.RIGHT);
    root.setProperty(LayeredOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
    root.setProperty(LayeredOptions.SPACING_NODE_NODE, 22.0);
    root.setProperty(LayeredOptions.SPACING_EDGE_NODE, 18.0);
    root.setProperty(LayeredOptions.SPACING_EDGE_EDGE, 14.0);
    // A label stands beside the end of its line, before the first that runs across.
    double room = down ? LABEL_ROOM : Math.max(LABEL_ROOM, BoxLayout.widestLabel(scope) + 18);
    root.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, Math.max(26, room + 6));
    root.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, room);
    root.setProperty(LayeredOptions.SPACING_EDGE_EDGE_BETWEEN_LAYERS, 10.0);
    root.setProperty(LayeredOptions.NODE_PLACEMENT_STRATEGY, NodePlacementStrategy.NETWORK_SIMPLEX);
    root.setProperty(LayeredOptions.CONSIDER_MODEL_ORDER_STRATEGY, OrderingStrategy.PREFER_EDGES);
    // The levels of a head stand side by side.
    root.setProperty(LayeredOptions.SEPARATE_CONNECTED_COMPONENTS, false);
    boolean parts = BoxLayout.hasParts(scope.units());
    root.setProperty(LayeredOptions.PARTITIONING_ACTIVATE, parts);
    double more = parts ? BAND_MARGIN : 0;
    double top = PADDING + more + (parts && !down ? LABEL_ROOM : 0);
    double left = PADDING + more + (parts && down ? PART_ROOM : 0);
    root.setProperty(
        LayeredOptions.PADDING, new ElkPadding(top, PADDING + more, PADDING + more, left));
    return root;
  }

  private ElkNode node(ElkNode root, Unit unit, Size size) {
    ElkNode node = ElkGraphUtil.createNode(root);
    node.setDimensions(size.width(), size.height());
    node.setProperty(LayeredOptions.PORT_CONSTRAINTS, PortConstraints.FIXED_SIDE);
    unit.part()
        .ifPresent(
            part -> node.setProperty(LayeredOptions.PARTITIONING_PARTITION, PARTS.indexOf(part)));
    switch (unit.kind()) {
      case ENTRY ->
          node.setProperty(
              LayeredOptions.LAYERING_LAYER_CONSTRAINT, LayerConstraint.FIRST_SEPARATE);
      case EXIT ->
          node.setProperty(LayeredOptions.LAYERING_LAYER_CONSTRAINT, LayerConstraint.LAST_SEPARATE);
      case MODULE, OPERATION -> {}
    }
    return node;
  }

  /** A tensor leaves its box at one place, and each of its readers has a place for it. */
  private List<ElkEdge> edges(Scope scope, List<ElkNode> nodes) {
    boolean down = direction == Direction.DOWN;
    Map<Integer, ElkPort> sources = new TreeMap<>();
    List<ElkEdge> edges = new ArrayList<>();
    for (Wire wire : scope.wires()) {
      ElkPort source =
          sources.computeIfAbsent(
              wire.tensor(),
              key -> port(nodes.get(wire.source()), down ? PortSide.SOUTH : PortSide.EAST));
      ElkPort target = port(nodes.get(wire.target()), down ? PortSide.NORTH : PortSide.WEST);
      ElkEdge edge = ElkGraphUtil.createSimpleEdge(source, target);
      boolean next = wire.target() == wire.source() + 1;
      edge.setProperty(LayeredOptions.PRIORITY_STRAIGHTNESS, next ? 10 : 1);
      edges.add(edge);
    }
    return edges;
  }

  private static ElkPort port(ElkNode node, PortSide side) {
    ElkPort port = ElkGraphUtil.createPort(node);
    port.setProperty(LayeredOptions.PORT_SIDE, side);
    return port;
  }

  private Box box(Unit unit, ElkNode node, Optional<Drawing> inside) {
    return new Box(
        unit,
        node.getX(),
        node.getY(),
        node.getWidth(),
        node.getHeight(),
        inside,
        open && inside.isPresent());
  }

  private static List<Route> routes(Scope scope, List<ElkEdge> edges) {
    int[] lines = BoxLayout.lines(scope);
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < edges.size(); i++) {
      Wire wire = scope.wires().get(i);
      routes.add(new Route(wire, points(edges.get(i)), lines[wire.target()] > 1));
    }
    return routes;
  }

  private static List<Point> points(ElkEdge edge) {
    ElkEdgeSection section = edge.getSections().get(0);
    List<Point> points = new ArrayList<>();
    points.add(new Point(section.getStartX(), section.getStartY()));
    for (ElkBendPoint bend : section.getBendPoints()) {
      points.add(new Point(bend.getX(), bend.getY()));
    }
    points.add(new Point(section.getEndX(), section.getEndY()));
    return points;
  }

  private List<Band> bands(ElkNode root, List<Box> boxes) {
    Map<Part, double[]> spans = new EnumMap<>(Part.class);
    boolean down = direction == Direction.DOWN;
    for (Box box : boxes) {
      box.unit()
          .part()
          .ifPresent(
              part -> {
                double from = down ? box.y() : box.x();
                double to = from + (down ? box.height() : box.width());
                spans.merge(
                    part,
                    new double[] {from, to},
                    (a, b) -> new double[] {Math.min(a[0], b[0]), Math.max(a[1], b[1])});
              });
    }
    return spans.entrySet().stream()
        .map(entry -> band(root, entry.getKey(), entry.getValue()))
        .toList();
  }

  private Band band(ElkNode root, Part part, double[] span) {
    double from = span[0] - BAND_MARGIN;
    double length = span[1] - span[0] + 2 * BAND_MARGIN;
    return direction == Direction.DOWN
        ? new Band(part, PADDING / 2, from, root.getWidth() - PADDING, length)
        : new Band(part, from, PADDING / 2, length, root.getHeight() - PADDING);
  }
}
