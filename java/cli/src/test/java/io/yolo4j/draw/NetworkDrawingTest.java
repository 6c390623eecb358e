package io.yolo4j.draw;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.draw.Drawing.Box;
import io.yolo4j.draw.Drawing.Direction;
import io.yolo4j.draw.Drawing.Point;
import io.yolo4j.draw.Drawing.Route;
import io.yolo4j.draw.Unit.Kind;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkDrawingTest {
  private static final int SIZE = 640;
  private static final double NEAR = 1e-6;

  static Stream<String> models() {
    return Zoo.names().stream();
  }

  private static Model model(String name) {
    return Model.of(Zoo.find(name).orElseThrow());
  }

  private static Scope rows(String name) {
    return NetworkScopes.of(model(name), SIZE, SIZE);
  }

  /** All scopes, the inner ones too. */
  private static Stream<Scope> scopes(Scope scope) {
    return Stream.concat(
        Stream.of(scope),
        scope.units().stream()
            .flatMap(unit -> unit.inside().stream())
            .flatMap(NetworkDrawingTest::scopes));
  }

  /** All drawings, the inner ones too. */
  private static Stream<Drawing> drawings(Drawing drawing) {
    return Stream.concat(
        Stream.of(drawing),
        drawing.boxes().stream()
            .flatMap(box -> box.inside().stream())
            .flatMap(NetworkDrawingTest::drawings));
  }

  @ParameterizedTest
  @MethodSource("models")
  void scopes_holdEveryNodeOnce_andCostWhatTheGraphCosts(String name) {
    Model model = model(name);
    Graph graph = model.graphFor(1, SIZE, SIZE);
    Scope rows = NetworkScopes.of(model, SIZE, SIZE);
    List<Integer> innermost =
        scopes(rows)
            .flatMap(scope -> scope.units().stream())
            .filter(unit -> !unit.isEnd() && unit.inside().isEmpty())
            .flatMap(unit -> unit.nodes().stream())
            .sorted()
            .toList();
    assertThat(innermost).isEqualTo(graph.nodes().stream().map(Node::id).toList());
    scopes(rows)
        .flatMap(scope -> scope.units().stream())
        .filter(unit -> !unit.isEnd() && unit.inside().isEmpty())
        .forEach(unit -> assertThat(unit.nodes()).as(unit.path()).hasSize(1));
    assertThat(rows.units().stream().mapToLong(unit -> unit.figures().flops()).sum())
        .isEqualTo(graph.cost().flops());
    assertThat(rows.units().stream().mapToLong(unit -> unit.figures().parameters()).sum())
        .isEqualTo(graph.root().trainableElements());
    List<Unit> modules = rows.units().stream().filter(u -> u.kind() == Kind.MODULE).toList();
    assertThat(modules).hasSameSizeAs(model.rows());
    for (int i = 0; i < modules.size(); i++) {
      assertThat(modules.get(i).figures().parameters()).isEqualTo(model.rows().get(i).parameters());
    }
  }

  /** A line from one operation to another, whatever boxes it passes. */
  private record Edge(int from, int to) {}

  @ParameterizedTest
  @MethodSource("models")
  void wires_areTheGraphsEdges_andNoOthers(String name) {
    Model model = model(name);
    Graph graph = model.graphFor(1, SIZE, SIZE);
    Set<Edge> expected = new HashSet<>();
    graph
        .nodes()
        .forEach(node -> node.inputs().forEach(id -> expected.add(new Edge(id, node.id()))));
    Set<Edge> drawn = new HashSet<>();
    Scope rows = NetworkScopes.of(model, SIZE, SIZE);
    scopes(rows)
        .forEach(
            scope ->
                scope.wires().stream()
                    .filter(wire -> scope.units().get(wire.target()).kind() == Kind.OPERATION)
                    .forEach(
                        wire ->
                            drawn.add(
                                new Edge(
                                    wire.tensor(),
                                    scope.units().get(wire.target()).nodes().get(0)))));
    // Rows of one operation have no inside.
    rows.wires().stream()
        .filter(wire -> rows.units().get(wire.target()).nodes().size() == 1)
        .forEach(
            wire ->
                drawn.add(new Edge(wire.tensor(), rows.units().get(wire.target()).nodes().get(0))));
    assertThat(drawn).isEqualTo(expected);
    scopes(rows).forEach(scope -> checkWires(graph, scope));
  }

  /** Each box has a line for each tensor that its nodes read from outside, and gives its own. */
  private static void checkWires(Graph graph, Scope scope) {
    for (int i = 0; i < scope.units().size(); i++) {
      int target = i;
      Unit unit = scope.units().get(i);
      Set<Integer> own = new HashSet<>(unit.nodes());
      Set<Integer> read = new TreeSet<>();
      if (unit.kind() == Kind.EXIT) {
        read.addAll(own);
      } else if (unit.kind() != Kind.ENTRY) {
        own.forEach(id -> read.addAll(graph.node(id).inputs()));
        read.removeAll(own);
      }
      List<Wire> into = scope.wires().stream().filter(w -> w.target() == target).toList();
      assertThat(into.stream().map(Wire::tensor).sorted().toList())
          .as("%s in %s", unit.title(), scope.path())
          .isEqualTo(List.copyOf(read));
      for (Wire wire : into) {
        assertThat(scope.units().get(wire.source()).nodes()).contains(wire.tensor());
        assertThat(wire.source()).as("lines run forwards").isLessThan(wire.target());
        assertThat(wire.shape()).isEqualTo(graph.node(wire.tensor()).shape());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void drawings_keepBoxesApart_andLinesOnThem(String name) {
    Scope rows = rows(name);
    for (Direction direction : Direction.values()) {
      for (Drawing drawing :
          List.of(
              ElkLayout.closed(rows, direction),
              ElkLayout.open(rows.withoutOperations(), direction))) {
        drawings(drawing).forEach(NetworkDrawingTest::check);
      }
    }
  }

  private static void check(Drawing drawing) {
    List<Box> boxes = drawing.boxes();
    for (int i = 0; i < boxes.size(); i++) {
      Box box = boxes.get(i);
      assertThat(box.x()).isNotNegative();
      assertThat(box.y()).isNotNegative();
      assertThat(box.x() + box.width()).isLessThanOrEqualTo(drawing.width() + NEAR);
      assertThat(box.y() + box.height()).isLessThanOrEqualTo(drawing.height() + NEAR);
      assertThat(boxes.subList(i + 1, boxes.size()).stream().filter(o -> overlap(box, o)).toList())
          .as("boxes that overlap %s", box.unit().title())
          .isEmpty();
      fits(box);
    }
    assertThat(drawing.routes()).hasSameSizeAs(drawing.scope().wires());
    drawing.routes().forEach(route -> check(drawing, route));
  }

  private static boolean overlap(Box a, Box b) {
    return a.x() < b.x() + b.width()
        && b.x() < a.x() + a.width()
        && a.y() < b.y() + b.height()
        && b.y() < a.y() + a.height();
  }

  private static void fits(Box box) {
    Unit unit = box.unit();
    if (unit.isEnd()) {
      assertThat(TextSize.width(BoxLayout.endText(unit), TextSize.LABEL)).isLessThan(box.width());
      return;
    }
    double mark = unit.inside().isPresent() ? 2 * BoxLayout.MARK : 0;
    assertThat(TextSize.width(unit.title(), TextSize.TITLE) + mark).isLessThan(box.width());
    assertThat(TextSize.width(Texts.detail(unit.figures()), TextSize.DETAIL))
        .isLessThan(box.width());
    if (box.open()) {
      Drawing inside = box.inside().orElseThrow();
      assertThat(inside.width()).isLessThan(box.width());
      assertThat(inside.height() + BoxLayout.HEADER).isLessThan(box.height());
    }
  }

  private static void check(Drawing drawing, Route route) {
    List<Point> points = route.points();
    Box source = drawing.boxes().get(route.wire().source());
    Box target = drawing.boxes().get(route.wire().target());
    Point from = points.get(0);
    Point to = points.get(points.size() - 1);
    boolean down = drawing.direction() == Direction.DOWN;
    double left =
        down ? from.y() - source.y() - source.height() : from.x() - source.x() - source.width();
    double reached = down ? to.y() - target.y() : to.x() - target.x();
    assertThat(Math.abs(left)).as("leaves its box").isLessThan(NEAR);
    assertThat(Math.abs(reached)).as("reaches its box").isLessThan(NEAR);
    assertThat(touches(source, from)).isTrue();
    assertThat(touches(target, to)).isTrue();
    for (int i = 1; i < points.size(); i++) {
      Point a = points.get(i - 1);
      Point b = points.get(i);
      assertThat(Math.min(Math.abs(a.x() - b.x()), Math.abs(a.y() - b.y()))).isLessThan(NEAR);
      assertThat(drawing.boxes().stream().filter(box -> crosses(a, b, box)).toList())
          .as(
              "boxes that a line runs through, %s to %s",
              source.unit().title(), target.unit().title())
          .isEmpty();
    }
  }

  private static boolean touches(Box box, Point p) {
    return p.x() > box.x() - NEAR
        && p.x() < box.x() + box.width() + NEAR
        && p.y() > box.y() - NEAR
        && p.y() < box.y() + box.height() + NEAR;
  }

  private static boolean crosses(Point a, Point b, Box box) {
    return Math.max(a.x(), b.x()) > box.x() + NEAR
        && Math.min(a.x(), b.x()) < box.x() + box.width() - NEAR
        && Math.max(a.y(), b.y()) > box.y() + NEAR
        && Math.min(a.y(), b.y()) < box.y() + box.height() - NEAR;
  }

  /** Without it a page could not push a drawing apart. */
  @ParameterizedTest
  @MethodSource("models")
  void closedDrawings_haveLayersWithStraightSides(String name) {
    drawings(ElkLayout.closed(rows(name), Direction.DOWN))
        .forEach(
            drawing -> {
              for (Box box : drawing.boxes()) {
                double end = box.y() + box.height();
                assertThat(drawing.boxes())
                    .as(box.unit().title())
                    .noneMatch(
                        other ->
                            !box.unit().isEnd()
                                && other.y() < end - NEAR
                                && other.y() + other.height() > end + NEAR);
              }
            });
  }

  @Test
  void bands_holdTheirRowsAndStayApart() {
    Drawing drawing = ElkLayout.closed(rows("yolov5n"), Direction.DOWN);
    assertThat(drawing.bands()).hasSize(3);
    for (Box box : drawing.boxes()) {
      for (Drawing.Band band : drawing.bands()) {
        boolean inside = box.y() > band.y() && box.y() + box.height() < band.y() + band.height();
        assertThat(inside).isEqualTo(box.unit().part().orElseThrow() == band.part());
      }
    }
  }

  @Test
  void sharedActivation_standsInTheBlockThatItFollows() {
    Unit row = rows("mobilenetv3small_yolo5s").units().get(2);
    assertThat(row.title()).isEqualTo("1  MobileNetV3_InvertedResidual");
    Scope inside = row.inside().orElseThrow();
    assertThat(inside.units().stream().map(Unit::title))
        .containsExactly(
            "from 0",
            "0  MobileNetV3_ConvBNACT",
            "1  MobileNetV3_SE",
            "2  MobileNetV3_ConvBNACT",
            "out");
    assertThat(inside.units().get(1).inside().orElseThrow().units().get(3).title())
        .isEqualTo("ReLU");
  }

  @Test
  void calledAgain_isABoxOfItsOwn() {
    Scope pool = rows("yolov5n").units().get(10).inside().orElseThrow();
    assertThat(pool.units().stream().map(Unit::path).filter("model.9.m"::equals)).hasSize(3);
  }

  @Test
  void levels_cutWhatIsInside() {
    Scope rows = rows("yolov5n");
    assertThat(rows.depth()).isEqualTo(4);
    assertThat(rows.cut(0).depth()).isZero();
    assertThat(rows.cut(2).depth()).isEqualTo(2);
    assertThat(rows.cut(9)).isEqualTo(rows);
    Scope modules = rows.withoutOperations();
    assertThat(modules.units().get(1).inside()).as("a Conv holds operations alone").isEmpty();
    assertThat(modules.units().get(3).inside()).as("a C3 holds modules").isPresent();
  }

  @Test
  void texts_areShort() {
    assertThat(Texts.rounded(999, "")).isEqualTo("999");
    assertThat(Texts.rounded(999_499, "")).isEqualTo("999 k");
    assertThat(Texts.rounded(999_500, "")).isEqualTo("1 M");
    assertThat(Texts.rounded(1_234_567_890, "FLOP")).isEqualTo("1.23 GFLOP");
    assertThat(Texts.detail(rows("yolov5n").units().get(1).figures()))
        .isEqualTo("16×320×320 · 1.76 k params · 364 MFLOP");
    assertThat(Texts.detail(rows("yolov5n").units().get(25).figures()))
        .startsWith("3 outputs · 115 k params");
  }

  @Test
  void layout_isTheSameEveryTime() {
    Scope rows = rows("yolov5s");
    assertThat(ElkLayout.closed(rows, Direction.DOWN))
        .isEqualTo(ElkLayout.closed(rows, Direction.DOWN));
  }
}
