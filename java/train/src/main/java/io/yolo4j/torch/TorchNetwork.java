package io.yolo4j.torch;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Input;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.torch.TorchOptions.Precision;
import io.yolo4j.weights.DType;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A graph that LibTorch runs, operation by operation. Parameters are held under their PyTorch
 * names, so that a state dictionary goes in and comes out unchanged.
 *
 * <p>Threads: one thread at a time. Ownership: the network owns its parameters; outputs belong to
 * the caller, or to the innermost open {@link TorchScope}. Use after close throws {@link
 * IllegalStateException}.
 */
public final class TorchNetwork implements AutoCloseable {
  private final Graph graph;
  private final TorchOptions options;
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, HostTensor> unread = new LinkedHashMap<>();
  private final Map<String, Long> batchCounts = new LinkedHashMap<>();
  private final Steps steps;
  private final List<Step> program = new ArrayList<>();
  private final List<List<Integer>> freedAfter;
  private final boolean frozen;
  private boolean closed;

  private TorchNetwork(Graph graph, StateDict state, TorchOptions options, boolean frozen) {
    TorchLibrary.load();
    this.graph = graph;
    this.options = options;
    this.frozen = frozen;
    if (options.threads() > 0) {
      TorchLibrary.threads(options.threads());
    }
    checkComplete(graph, state);
    for (Parameter parameter : graph.parameters()) {
      load(parameter, state.get(parameter.name()));
    }
    steps = new Steps(parameters);
    for (Node node : graph.nodes()) {
      program.add(
          node.op() instanceof Input
              ? (x, training) -> x[0]
              : steps.bind(node, mayOverwrite(graph, node)));
    }
    freedAfter = freedAfter(graph);
  }

  /**
   * Creates a network that trains and runs, with the values of a state dictionary, float32, each
   * tensor copied.
   *
   * @throws IllegalArgumentException if a tensor is missing or has another shape, naming the first
   *     and their number
   */
  public static TorchNetwork trainable(Graph graph, StateDict state, TorchOptions options) {
    return new TorchNetwork(graph, state, options, false);
  }

  /**
   * Creates a network that only runs. In bfloat16 the weights are converted once instead of at
   * every run.
   *
   * @throws IllegalArgumentException if a tensor is missing or has another shape, naming the first
   *     and their number
   */
  public static TorchNetwork frozen(Graph graph, StateDict state, TorchOptions options) {
    return new TorchNetwork(graph, state, options, true);
  }

  /** Returns the graph. */
  public Graph graph() {
    return graph;
  }

  /** Returns the options. */
  public TorchOptions options() {
    return options;
  }

  /**
   * Returns the live tensors of parameters and running statistics by PyTorch's names; they belong
   * to the network.
   */
  public Map<String, Tensor> parameters() {
    checkOpen();
    return Collections.unmodifiableMap(parameters);
  }

  /**
   * Runs the network.
   *
   * @param inputs one tensor per graph input, float32; feature maps [N,C,H,W] in any layout
   * @param training whether batch norms use and update batch statistics; gradients are recorded in
   *     training only
   * @return the outputs in the graph's order
   */
  public List<Tensor> forward(List<Tensor> inputs, boolean training) {
    checkOpen();
    if (training && frozen) {
      throw new IllegalStateException("the network was created frozen and does not train");
    }
    List<Tensor> outputs = new ArrayList<>();
    try (TorchScope scope = TorchScope.open();
        Autocast autocast = Autocast.of(frozen ? Precision.FLOAT32 : options.precision())) {
      if (training) {
        run(inputs, true).forEach(output -> outputs.add(TorchScope.keep(output)));
        batchCounts.replaceAll((name, count) -> count + 1);
      } else {
        try (NoGradGuard guard = new NoGradGuard()) {
          run(inputs, false).forEach(output -> outputs.add(TorchScope.keep(output)));
        }
      }
    }
    outputs.forEach(TorchScope::release);
    return outputs;
  }

  /** Returns a copy of all values as they are now, float32 and under PyTorch's names. */
  public StateDict stateDict() {
    checkOpen();
    StateDict.Builder builder = StateDict.builder();
    for (Parameter parameter : graph.parameters()) {
      String name = parameter.name();
      HostTensor stored = unread.get(name);
      if (parameter.role() == ParameterRole.BATCH_COUNT) {
        builder.put(
            name,
            HostTensor.of(new long[] {batchCounts.getOrDefault(name, 0L)}, parameter.shape()));
      } else if (stored != null) {
        builder.put(name, stored);
      } else {
        builder.put(name, TensorTransfer.toHost(tensor(name)));
      }
    }
    return builder.build();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      steps.close();
      parameters.values().forEach(Tensor::close);
    }
  }

  private List<Tensor> run(List<Tensor> inputs, boolean training) {
    @Nullable Tensor[] values = new Tensor[program.size()];
    int nextInput = 0;
    for (Node node : graph.nodes()) {
      Tensor[] read;
      if (node.op() instanceof Input) {
        read = new Tensor[] {inLayout(inputs.get(nextInput++))};
      } else {
        read = new Tensor[node.inputs().size()];
        for (int i = 0; i < read.length; i++) {
          read[i] = Objects.requireNonNull(values[node.inputs().get(i)]);
        }
      }
      values[node.id()] = runStep(node, read, training);
      // Freed at once, so that LibTorch's allocator can hand the memory, still in the cache, to the
      // next operation.
      for (int done : freedAfter.get(node.id())) {
        Objects.requireNonNull(values[done]).close();
        values[done] = null;
      }
    }
    List<Tensor> outputs = new ArrayList<>();
    graph.outputs().forEach(output -> outputs.add(Objects.requireNonNull(values[output])));
    return outputs;
  }

  private Tensor runStep(Node node, Tensor[] read, boolean training) {
    try {
      return program.get(node.id()).run(read, training);
    } catch (RuntimeException e) {
      throw new TorchException("module " + node.modulePath() + " (" + node.op().text() + ")", e);
    }
  }

  private boolean halved() {
    return frozen && options.precision() == Precision.BFLOAT16;
  }

  private Tensor inLayout(Tensor input) {
    Tensor typed = halved() ? input.to(torch.ScalarType.BFloat16) : input;
    return options.layout() == Layout.CHANNELS_LAST && input.dim() == 4
        ? typed.contiguous(torch.MemoryFormat.ChannelsLast)
        : typed.contiguous();
  }

  private void load(Parameter parameter, HostTensor host) {
    if (parameter.role() == ParameterRole.BATCH_COUNT) {
      batchCounts.put(parameter.name(), (long) host.toDoubles()[0]);
      return;
    }
    if (parameter.role() == ParameterRole.ANCHORS) {
      unread.put(parameter.name(), host.to(DType.F32));
      return;
    }
    try (TorchScope scope = TorchScope.open()) {
      Tensor tensor = TensorTransfer.toTorch(host);
      if (options.layout() == Layout.CHANNELS_LAST && parameter.shape().rank() == 4) {
        tensor = tensor.contiguous(torch.MemoryFormat.ChannelsLast);
      }
      // Batch norms take float32 statistics and scales beside bfloat16 inputs.
      boolean norm =
          parameter.role() != ParameterRole.WEIGHT && parameter.role() != ParameterRole.BIAS;
      if (halved() && !norm) {
        tensor = tensor.to(torch.ScalarType.BFloat16);
      }
      if (!frozen && parameter.role().trainable()) {
        tensor.set_requires_grad(true);
      }
      parameters.put(parameter.name(), TorchScope.keep(tensor));
    }
  }

  private Tensor tensor(String name) {
    Tensor tensor = parameters.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the network has no parameter " + name);
    }
    return tensor;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the network is closed");
    }
  }

  private static void checkComplete(Graph graph, StateDict state) {
    List<String> wrong = new ArrayList<>();
    for (Parameter parameter : graph.parameters()) {
      if (!state.contains(parameter.name())) {
        wrong.add(parameter.name() + " is missing");
      } else if (!state.get(parameter.name()).shape().equals(parameter.shape())) {
        wrong.add(
            "%s must have shape %s, got %s"
                .formatted(
                    parameter.name(), parameter.shape(), state.get(parameter.name()).shape()));
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "the weights do not fit the model: %d of %d tensors are wrong, the first: %s"
              .formatted(wrong.size(), graph.parameters().size(), wrong.get(0)));
    }
  }

  /** An activation may overwrite a convolution's or batch norm's output that nothing else reads. */
  private static boolean mayOverwrite(Graph graph, Node node) {
    if (!(node.op() instanceof Activation) || isIdentity(node)) {
      return false;
    }
    int input = node.inputs().get(0);
    boolean fresh =
        graph.node(input).op() instanceof Conv2d || graph.node(input).op() instanceof BatchNorm;
    long readers = graph.nodes().stream().filter(other -> other.inputs().contains(input)).count();
    return fresh && readers == 1 && !graph.outputs().contains(input);
  }

  private static boolean isIdentity(Node node) {
    return node.op() instanceof Activation activation
        && activation.kind() == Activation.Kind.IDENTITY;
  }

  /**
   * For each node, the nodes whose values nothing reads after it. Inputs belong to the caller,
   * outputs are kept.
   */
  private static List<List<Integer>> freedAfter(Graph graph) {
    int[] last = new int[graph.nodes().size()];
    // An identity and an activation in place hand their input on, so their readers read the input
    // too.
    int[] origin = new int[last.length];
    for (Node node : graph.nodes()) {
      boolean alias = isIdentity(node) || mayOverwrite(graph, node);
      origin[node.id()] = alias ? origin[node.inputs().get(0)] : node.id();
      last[origin[node.id()]] = node.id();
      node.inputs().forEach(input -> last[origin[input]] = node.id());
    }
    graph.outputs().forEach(output -> last[origin[output]] = -1);
    List<List<Integer>> freed = new ArrayList<>();
    graph.nodes().forEach(node -> freed.add(new ArrayList<>()));
    for (Node node : graph.nodes()) {
      boolean owned = origin[node.id()] == node.id() && !(node.op() instanceof Input);
      if (owned && last[node.id()] >= 0) {
        freed.get(last[node.id()]).add(node.id());
      }
    }
    return freed;
  }
}
