package io.yolo4j.torch;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Input;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.SqueezeExcitePattern;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.torch.TorchOptions.Precision;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
  private final NetworkTensors tensors;
  private final Steps steps;
  private final List<Step> program = new ArrayList<>();
  private final Schedule schedule;
  private final boolean frozen;
  private OneDnnGuard.@Nullable Hold withoutOneDnn;

  /** The convolution that oneDNN may divide by zero for, where LibTorch gives it to oneDNN. */
  private final Optional<String> dividing;

  /** Shown the tensors of each step while somebody looks; else null. */
  private @Nullable StepObserver observer;

  private boolean closed;

  private TorchNetwork(Graph graph, StateDict state, TorchOptions options, boolean frozen) {
    TorchDevice.require(options.device());
    this.graph = graph;
    this.options = options;
    this.frozen = frozen;
    if (options.threads() > 0) {
      TorchLibrary.threads(options.threads());
    }
    tensors = new NetworkTensors(graph, state, options, !frozen);
    Steps.Kernels kernels = kernels();
    schedule =
        new Schedule(
            graph,
            kernels.squeezeExcite().values().stream()
                .flatMap(pattern -> pattern.inner().stream())
                .map(Node::id)
                .collect(Collectors.toSet()));
    steps = new Steps(tensors, schedule, kernels);
    for (Node node : graph.nodes()) {
      program.add(node.op() instanceof Input ? (x, training) -> x[0] : steps.bind(node));
    }
    withoutOneDnn = OneDnnGuard.holdFor(graph, options, !frozen);
    dividing = OneDnnGuard.dividing(graph, options);
  }

  private Steps.Kernels kernels() {
    if (!options.ownKernels()) {
      return new Steps.Kernels(false, false, Map.of());
    }
    Map<Integer, SqueezeExcitePattern> blocks = SqueezeExcitePattern.all(graph);
    return new Steps.Kernels(
        !frozen && FusedBatchNorm.isAvailable(),
        DepthwiseConvolution.isAvailable(),
        blocks.isEmpty() || !SqueezeExcite.isAvailable() ? Map.of() : blocks);
  }

  /**
   * Creates a network that trains and runs, with the values of a state dictionary, float32, each
   * tensor copied.
   *
   * @throws IllegalArgumentException if a tensor is missing or has another shape, naming the first
   *     and their number
   * @throws UnsupportedOperationException if LibTorch can't use the device, saying what is missing
   */
  public static TorchNetwork trainable(Graph graph, StateDict state, TorchOptions options) {
    return new TorchNetwork(graph, state, options, false);
  }

  /**
   * Creates a network that only runs. In a 16-bit type the weights are converted once instead of at
   * every run.
   *
   * @throws IllegalArgumentException if a tensor is missing or has another shape, naming the first
   *     and their number
   * @throws UnsupportedOperationException if LibTorch can't use the device, saying what is missing
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
    return tensors.live();
  }

  /**
   * Copies the values of a state dictionary into the live tensors, which stay the same objects, and
   * so into optimizers and averages that hold them. Not between a forward run and its backward.
   *
   * @throws IllegalArgumentException if a tensor is missing or has another shape, naming the first
   *     and their number; nothing was changed
   */
  public void load(StateDict state) {
    checkOpen();
    tensors.load(state);
  }

  /**
   * Freezes the named parameters, and with them the batch norms they belong to: {@link #freeze(Set,
   * boolean)} with statistics held.
   */
  public void freeze(Set<String> parameterNames) {
    freeze(parameterNames, false);
  }

  /**
   * Freezes exactly the named parameters: no gradient flows into them, what they had is dropped,
   * and where nothing before an operation trains, autograd records nothing. Replaces any earlier
   * set; the empty one thaws everything.
   *
   * <p>A batch norm whose weight or statistics are named keeps to its running statistics in
   * training and changes neither them nor its count of batches.
   *
   * @param parameterNames names of parameters or buffers of the network
   * @param normStatisticsMove whether the statistics of frozen batch norms move all the same, as in
   *     the reference
   * @throws IllegalArgumentException if the network has no parameter or buffer of a name; nothing
   *     was changed
   */
  public void freeze(Set<String> parameterNames, boolean normStatisticsMove) {
    checkOpen();
    checkTrains();
    tensors.freeze(parameterNames, normStatisticsMove);
  }

  /**
   * Runs the network.
   *
   * @param inputs one tensor per graph input, float32, on any device; feature maps [N,C,H,W] in any
   *     layout
   * @param training whether batch norms use and update batch statistics; gradients are recorded in
   *     training only
   * @return the outputs in the graph's order, on the network's device
   */
  public List<Tensor> forward(List<Tensor> inputs, boolean training) {
    return forward(inputs, training, null);
  }

  /**
   * Runs the network as {@link #forward(List, boolean)}.
   *
   * @param clock takes the time of each step, its run begun; or null
   */
  List<Tensor> forward(List<Tensor> inputs, boolean training, @Nullable StepClock clock) {
    checkOpen();
    if (training) {
      checkTrains();
    }
    if (withoutOneDnn == null && dividing.isPresent()) {
      withoutOneDnn = OneDnnGuard.holdForBatch(dividing.get(), inputs.get(0).size(0));
    }
    List<Tensor> outputs = new ArrayList<>();
    try (TorchScope scope = TorchScope.open();
        Autocast autocast =
            Autocast.of(options.device(), frozen ? Precision.FLOAT32 : options.precision())) {
      if (training) {
        run(inputs, true, clock).forEach(output -> outputs.add(TorchScope.keep(output)));
        tensors.countBatch();
      } else {
        try (NoGradGuard guard = new NoGradGuard()) {
          run(inputs, false, clock).forEach(output -> outputs.add(TorchScope.keep(output)));
        }
      }
    }
    outputs.forEach(TorchScope::release);
    return outputs;
  }

  /** Returns a copy of all values as they are now, float32 and under PyTorch's names. */
  public StateDict stateDict() {
    checkOpen();
    return tensors.toStateDict();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      steps.close();
      tensors.close();
      if (withoutOneDnn != null) {
        withoutOneDnn.close();
      }
    }
  }

  /** Returns for each node the one whose step does its work in inference. */
  List<Integer> doneBy() {
    return graph.nodes().stream().map(steps::doneBy).toList();
  }

  /** Returns whether a node's step is yolo4j's kernel, if it takes the tensors. */
  boolean isOwn(Node node) {
    return steps.isOwn(node);
  }

  /** Shows the tensors of each step of the runs to come; null: no longer. */
  void observe(@Nullable StepObserver changed) {
    observer = changed;
  }

  private List<Tensor> run(List<Tensor> inputs, boolean training, @Nullable StepClock clock) {
    @Nullable Tensor[] values = new Tensor[program.size()];
    int nextInput = 0;
    for (Node node : graph.nodes()) {
      if (clock != null) {
        clock.before(node.id());
      }
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
      if (clock != null) {
        clock.after(node.id());
      }
      if (observer != null) {
        observer.observe(node, read, Objects.requireNonNull(values[node.id()]));
      }
      // Freed at once, so that LibTorch's allocator can hand the memory, still in the cache, to the
      // next operation.
      for (int done : schedule.freedAfter(node)) {
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

  private Tensor inLayout(Tensor input) {
    Tensor placed = TorchDevice.move(input, options.device());
    Tensor typed = frozen ? placed.to(TorchDevice.type(options.precision())) : placed;
    return options.layout() == Layout.CHANNELS_LAST && input.dim() == 4
        ? typed.contiguous(torch.MemoryFormat.ChannelsLast)
        : typed.contiguous();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the network is closed");
    }
  }

  private void checkTrains() {
    if (frozen) {
      throw new IllegalStateException("the network was created frozen and does not train");
    }
  }
}
