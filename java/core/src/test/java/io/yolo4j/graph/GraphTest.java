package io.yolo4j.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Validation, rewriting and texts of whole graphs. */
class GraphTest {
  private static final Level LEVEL = new Level(8, List.of(new Anchor(10, 13), new Anchor(16, 30)));

  /** Convolution, batch norm, SiLU, residual; then a head of 2 anchors and 1 class. */
  private static Graph small() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Value image = builder.input(Shape.of(1, 4, 8, 8));
    ModuleScope block = root.child("block", "Conv");
    Layer conv = block.conv2d("conv", Conv2d.of(4, 4, 3));
    Layer norm = block.batchNorm("bn", 4);
    Layer act = block.activation("act", Activation.Kind.SILU);
    Layer detect = root.conv2d("head", Conv2d.of(4, 12, 1).withBias(true));
    Value y = Layer.chain(List.of(conv, norm, act)).apply(image);
    Value sum = block.emit(new Add(), image, y);
    Value raw = root.emit(new SplitAnchors(2, 6), detect.apply(sum));
    return builder.build(List.of(raw), new DetectionHead(1, List.of(LEVEL)));
  }

  @Test
  void toText_smallGraph_isReadable() {
    assertThat(small().toText())
        .isEqualTo(
            """
            %0 = Input() [1,4,8,8]  #  Net
            %1 = Conv2d 4→4 k3 s1 p1(%0) [1,4,8,8]  # block.conv Conv2d
            %2 = BatchNorm 4 eps 0.001(%1) [1,4,8,8]  # block.bn BatchNorm2d
            %3 = SiLU(%2) [1,4,8,8]  # block.act SiLU
            %4 = Add(%0, %3) [1,4,8,8]  # block Conv
            %5 = Conv2d 4→12 k1 s1 p0 bias(%4) [1,12,8,8]  # head Conv2d
            %6 = SplitAnchors 2x6(%5) [1,2,8,8,6]  #  Net
            return %6
            """);
  }

  @Test
  void parameters_order_isThatOfDeclaration() {
    assertThat(small().parameters())
        .extracting(Parameter::name)
        .containsExactly(
            "block.conv.weight",
            "block.bn.weight",
            "block.bn.bias",
            "block.bn.running_mean",
            "block.bn.running_var",
            "block.bn.num_batches_tracked",
            "head.weight",
            "head.bias");
    // 4·4·9 + 4 + 4 + 4·12 + 12; buffers do not count.
    assertThat(small().root().trainableElements()).isEqualTo(144 + 8 + 60);
    assertThat(small().root().moduleCount()).isEqualTo(6);
  }

  @Test
  void cost_wholeGraph_isTheSumOfItsNodes() {
    Graph graph = small();
    // conv 256·72, norm 2·256, SiLU 4·256, add 256, head 768·(2·4) + 768.
    assertThat(graph.cost().flops()).isEqualTo(256 * 72 + 512 + 1024 + 256 + 768 * 9);
    assertThat(graph.cost())
        .isEqualTo(graph.nodes().stream().map(graph::cost).reduce(Cost.ZERO, Cost::plus));
  }

  @Test
  void cost_sameTensorTwice_isReadOnce() {
    GraphBuilder builder = new GraphBuilder("Net");
    Value image = builder.input(Shape.of(1, 4, 8, 8));
    Value sum = builder.root().emit(new Add(), image, image);
    Graph graph = builder.build(List.of(sum), null);
    assertThat(graph.cost()).isEqualTo(new Cost(256, 256, 0, 256));
  }

  @Test
  void withInputs_otherSize_infersEveryShape() {
    Graph graph = small().withInputs(Shape.of(3, 4, 5, 7));
    assertThat(graph.nodes())
        .extracting(node -> node.shape().toString())
        .containsExactly(
            "[3,4,5,7]",
            "[3,4,5,7]",
            "[3,4,5,7]",
            "[3,4,5,7]",
            "[3,4,5,7]",
            "[3,12,5,7]",
            "[3,2,5,7,6]");
    assertThat(graph.inputs()).containsExactly(graph.node(0));
    assertThat(graph.head()).isEqualTo(small().head());
  }

  @Test
  void withInputs_doesNotFit_namesTheModule() {
    assertError(() -> small().withInputs(Shape.of(1, 3, 8, 8)))
        .hasMessage("module block.conv: Conv2d expects 4 input channels, got 3 (input [1,3,8,8])");
    assertError(() -> small().withInputs()).hasMessage("the graph has 1 inputs, got 0 shapes");
  }

  @Test
  void emit_doesNotFit_namesTheModule() {
    GraphBuilder builder = new GraphBuilder("Net");
    Value image = builder.input(Shape.of(1, 3, 8, 8));
    Layer conv = builder.root().child("block", "Conv").conv2d("conv", Conv2d.of(4, 4, 3));
    assertError(() -> conv.apply(image))
        .hasMessage("module block.conv: Conv2d expects 4 input channels, got 3 (input [1,3,8,8])");
    assertError(() -> builder.root().emit(new Add(), image))
        .hasMessage("the root module: Add takes 2 inputs, got 1");
  }

  @Test
  void withHead_anchorsDiffer_namesTheLevel() {
    Level fitted = new Level(8, List.of(new Anchor(1, 2), new Anchor(3, 4)));
    DetectionHead head = new DetectionHead(1, List.of(fitted));
    assertThat(small().withHead(head).head()).contains(head);
    DetectionHead three =
        new DetectionHead(
            1,
            List.of(new Level(8, List.of(new Anchor(1, 1), new Anchor(1, 1), new Anchor(1, 1)))));
    assertError(() -> small().withHead(three))
        .hasMessage("level 0 of the head expects [N,3,H,W,6], the graph gives [1,2,8,8,6]");
    assertError(() -> small().withHead(new DetectionHead(2, List.of(LEVEL))))
        .hasMessage("level 0 of the head expects [N,2,H,W,7], the graph gives [1,2,8,8,6]");
    assertError(() -> small().withHead(new DetectionHead(1, List.of(LEVEL, LEVEL))))
        .hasMessage("the head has 2 levels, the graph 1 outputs");
  }

  @Test
  void detectionHead_badValues_areRefused() {
    assertError(() -> new DetectionHead(0, List.of(LEVEL)))
        .hasMessage("a detection head needs at least 1 class, got 0");
    assertError(() -> new DetectionHead(1, List.of()))
        .hasMessage("a detection head needs at least one level");
    assertError(() -> new Level(0, List.of(new Anchor(1, 1))))
        .hasMessage("a stride must be at least 1, got 0");
    assertError(() -> new Level(8, List.of()))
        .hasMessage("a detection level needs at least one anchor");
    DetectionHead head = new DetectionHead(80, List.of(LEVEL, new Level(4, LEVEL.anchors())));
    assertThat(head.outputs()).isEqualTo(85);
    assertThat(head.maxStride()).isEqualTo(8);
  }

  // Validation

  @Test
  void graph_idIsNotTheIndex_isRefused() {
    assertError(() -> changed(3, node -> copy(node, 4, node.shape(), node.parameters())))
        .hasMessage("node at index 3 has id 4");
  }

  @Test
  void graph_wrongShape_isRefused() {
    assertError(() -> changed(1, node -> copy(node, 1, Shape.of(1, 4, 9, 9), node.parameters())))
        .hasMessage("node 1 (block.conv) gives [1,4,8,8], got [1,4,9,9]");
  }

  @Test
  void graph_parameterOfAnotherShape_isRefused() {
    assertError(() -> changed(1, node -> copy(node, 1, node.shape(), List.of("head.weight"))))
        .hasMessage(
            "node 1 (block.conv) needs parameter head.weight of shape [4,4,3,3], the module tree holds [12,4,1,1]");
    assertError(() -> changed(1, node -> copy(node, 1, node.shape(), List.of("gone"))))
        .hasMessage(
            "node 1 (block.conv) needs parameter gone of shape [4,4,3,3], the module tree holds null");
  }

  @Test
  void graph_parameterTwice_isRefused() {
    Graph graph = small();
    ModuleNode head = graph.root().children().get(1);
    ModuleNode root =
        graph.root().withChildren(List.of(graph.root().children().get(0), head, head));
    assertError(() -> new Graph(graph.nodes(), graph.outputs(), root, Optional.empty()))
        .hasMessage("the module tree holds parameter head.weight twice");
  }

  @Test
  void graph_unknownOutput_isRefused() {
    Graph graph = small();
    assertError(() -> new Graph(graph.nodes(), List.of(7), graph.root(), Optional.empty()))
        .hasMessage("output 7 is not a node; there are 7");
    assertError(() -> new Graph(graph.nodes(), List.of(-1), graph.root(), Optional.empty()))
        .hasMessage("output -1 is not a node; there are 7");
  }

  @Test
  void node_readsALaterNode_isRefused() {
    Shape shape = Shape.of(1);
    assertError(() -> new Node(1, new Add(), List.of(0, 1), shape, "a.b", "Add", List.of()))
        .hasMessage("node 1 (a.b) must read earlier nodes, got input 1");
    assertError(
            () ->
                new Node(
                    1, new Linear(1, 1, true), List.of(0), shape, "a.b", "Linear", List.of("w")))
        .hasMessage("node 1 (a.b) must name 2 parameters, got [w]");
  }

  @Test
  void lists_everywhere_areImmutableCopies() {
    List<Node> nodes = new ArrayList<>(small().nodes());
    Graph graph = new Graph(nodes, small().outputs(), small().root(), small().head());
    nodes.clear();
    assertThat(graph.nodes()).hasSize(7);
    List<List<?>> lists =
        List.of(
            graph.nodes(),
            graph.outputs(),
            graph.parameters(),
            graph.inputs(),
            graph.inputShapes(graph.node(4)),
            graph.node(4).inputs(),
            graph.node(1).parameters(),
            graph.root().children(),
            graph.root().children().get(1).parameters(),
            graph.head().orElseThrow().levels(),
            graph.head().orElseThrow().levels().get(0).anchors());
    for (List<?> list : lists) {
      assertThatThrownBy(() -> list.remove(0)).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  // Scopes

  @Test
  void child_declaredTwice_isRefused() {
    ModuleScope scope = new GraphBuilder("Net").root().child("a", "A");
    ModuleScope act = scope.child("act", "SiLU");
    assertError(() -> scope.child("act", "ReLU"))
        .hasMessage("module 'a' declares its child act twice");
    assertError(() -> scope.share("act", act))
        .hasMessage("module 'a' declares its child act twice");
    assertThat(scope.declared("act")).isSameAs(act);
    assertError(() -> scope.declared("bn")).hasMessage("module 'a' has no child bn");
  }

  @Test
  void share_secondName_isListedAndCountedOnce() {
    GraphBuilder builder = new GraphBuilder("Net");
    ModuleScope root = builder.root();
    Layer linear = root.linear("first", 4, 4, true);
    root.child("list", "Sequential").share("0", root.declared("first"));
    Value x = builder.input(Shape.of(1, 4));
    Graph graph = builder.build(List.of(linear.apply(linear.apply(x))), null);
    assertThat(graph.root().walk())
        .extracting(ModuleNode::path)
        .containsExactly("", "first", "list", "list.0");
    ModuleNode second = graph.root().children().get(1).children().get(0);
    assertThat(second.sharedWith()).contains("first");
    assertThat(second.type()).isEqualTo("Linear");
    assertThat(graph.root().moduleCount()).isEqualTo(3);
    assertThat(graph.root().trainableElements()).isEqualTo(20);
    assertThat(graph.parameters())
        .extracting(Parameter::name)
        .containsExactly("first.weight", "first.bias");
  }

  @Test
  void attention_parameters_haveTheNamesOfPyTorch() {
    GraphBuilder builder = new GraphBuilder("Net");
    Layer attention = builder.root().attention("ma", 4, 2);
    Value x = builder.input(Shape.of(3, 1, 4));
    Graph graph = builder.build(List.of(attention.apply(x, x, x)), null);
    assertThat(graph.parameters())
        .extracting(Parameter::name)
        .containsExactly(
            "ma.in_proj_weight", "ma.in_proj_bias", "ma.out_proj.weight", "ma.out_proj.bias");
    assertThat(graph.node(1).parameters()).hasSize(4);
    // Queries, keys and values are one tensor here.
    assertThat(graph.cost().inputElements()).isEqualTo(12);
  }

  @Test
  void layer_wrongNumberOfValues_isRefused() {
    Value value = new Value(0, Shape.of(1, 2, 3, 4));
    assertThat(value.channels()).isEqualTo(2);
    Layer one = Layer.of(x -> x);
    assertError(() -> one.apply(value, value)).hasMessage("the module takes 1 input, got 2");
    Layer pair = inputs -> List.of(value, value);
    assertError(() -> pair.apply(value)).hasMessage("the module gives 1 output, got 2");
    assertThat(Layer.chain(List.of()).apply(value)).isEqualTo(value);
  }

  private static Graph changed(int index, UnaryOperator<Node> change) {
    Graph graph = small();
    List<Node> nodes = new ArrayList<>(graph.nodes());
    nodes.set(index, change.apply(nodes.get(index)));
    return new Graph(nodes, graph.outputs(), graph.root(), graph.head());
  }

  private static Node copy(Node node, int id, Shape shape, List<String> parameters) {
    return new Node(
        id, node.op(), node.inputs(), shape, node.modulePath(), node.moduleType(), parameters);
  }

  private static AbstractThrowableAssert<?, ?> assertError(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }
}
