package io.yolo4j.torch;

import io.yolo4j.graph.BatchNorm;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Parameter;
import io.yolo4j.graph.ParameterRole;
import io.yolo4j.torch.TorchOptions.Layout;
import io.yolo4j.weights.DType;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The values of a network under PyTorch's names: live tensors, what no operation reads, how many
 * batches each batch norm has seen; and which of them stand still in training.
 */
final class NetworkTensors implements AutoCloseable {
  private final Graph graph;
  private final Map<String, Tensor> live = new LinkedHashMap<>();
  private final Map<String, HostTensor> unread = new LinkedHashMap<>();
  private final Map<String, Long> batchCounts = new LinkedHashMap<>();

  /** Parameters and buffers of the batch norms whose statistics stand still. */
  private final Set<String> heldNorms = new HashSet<>();

  /**
   * Copies the values of a state dictionary.
   *
   * @param trainable whether gradients flow into parameters, which are float32 then; otherwise
   *     weights get the options' type, and batch norms keep float32 statistics and scales beside
   *     16-bit inputs
   */
  NetworkTensors(Graph graph, StateDict state, TorchOptions options, boolean trainable) {
    this.graph = graph;
    checkComplete(graph, state);
    for (Parameter parameter : graph.parameters()) {
      if (isLive(parameter)) {
        create(parameter, state.get(parameter.name()), options, trainable);
      }
    }
    loadOthers(state);
  }

  Map<String, Tensor> live() {
    return Collections.unmodifiableMap(live);
  }

  /** Copies a state dictionary's values into the live tensors, which stay the same objects. */
  void load(StateDict state) {
    checkComplete(graph, state);
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard()) {
      live.forEach((name, tensor) -> tensor.copy_(TensorTransfer.toTorch(state.get(name))));
    }
    loadOthers(state);
  }

  StateDict toStateDict() {
    StateDict.Builder builder = StateDict.builder();
    for (Parameter parameter : graph.parameters()) {
      String name = parameter.name();
      if (parameter.role() == ParameterRole.BATCH_COUNT) {
        builder.put(
            name,
            HostTensor.of(new long[] {batchCounts.getOrDefault(name, 0L)}, parameter.shape()));
      } else if (isLive(parameter)) {
        builder.put(name, TensorTransfer.toHost(Objects.requireNonNull(live.get(name))));
      } else {
        builder.put(name, Objects.requireNonNull(unread.get(name)));
      }
    }
    return builder.build();
  }

  /** See {@link TorchNetwork#freeze(Set, boolean)}. */
  void freeze(Set<String> names, boolean normStatisticsMove) {
    checkKnown(names);
    try (TorchScope scope = TorchScope.open()) {
      for (Parameter parameter : graph.parameters()) {
        if (parameter.role().trainable()) {
          freeze(
              Objects.requireNonNull(live.get(parameter.name())), names.contains(parameter.name()));
        }
      }
    }
    heldNorms.clear();
    if (!normStatisticsMove) {
      graph.nodes().stream()
          .filter(node -> node.op() instanceof BatchNorm && namesNorm(names, node))
          .forEach(node -> heldNorms.addAll(node.parameters()));
    }
  }

  private static void freeze(Tensor tensor, boolean frozen) {
    tensor.set_requires_grad(!frozen);
    if (frozen) {
      // An optimizer would go on with a gradient from before.
      tensor.mutable_grad().reset();
    }
  }

  /**
   * Returns whether the batch norm that reads this parameter keeps to its running statistics in
   * training.
   */
  boolean holdsNorm(String parameter) {
    return heldNorms.contains(parameter);
  }

  /** Counts a batch for every batch norm whose statistics move. */
  void countBatch() {
    batchCounts.replaceAll((name, count) -> heldNorms.contains(name) ? count : count + 1);
  }

  @Override
  public void close() {
    live.values().forEach(Tensor::close);
  }

  private void create(
      Parameter parameter, HostTensor host, TorchOptions options, boolean trainable) {
    try (TorchScope scope = TorchScope.open()) {
      Tensor tensor = TorchDevice.move(TensorTransfer.toTorch(host), options.device());
      if (options.layout() == Layout.CHANNELS_LAST && parameter.shape().rank() == 4) {
        tensor = tensor.contiguous(torch.MemoryFormat.ChannelsLast);
      }
      boolean norm =
          parameter.role() != ParameterRole.WEIGHT && parameter.role() != ParameterRole.BIAS;
      if (!trainable && !norm) {
        tensor = tensor.to(TorchDevice.type(options.precision()));
      }
      if (trainable && parameter.role().trainable()) {
        tensor.set_requires_grad(true);
      }
      live.put(parameter.name(), TorchScope.keep(tensor));
    }
  }

  private void loadOthers(StateDict state) {
    for (Parameter parameter : graph.parameters()) {
      HostTensor host = state.get(parameter.name());
      if (parameter.role() == ParameterRole.BATCH_COUNT) {
        batchCounts.put(parameter.name(), (long) host.toDoubles()[0]);
      } else if (parameter.role() == ParameterRole.ANCHORS) {
        unread.put(parameter.name(), host.to(DType.F32));
      }
    }
  }

  private static boolean isLive(Parameter parameter) {
    return parameter.role() != ParameterRole.BATCH_COUNT
        && parameter.role() != ParameterRole.ANCHORS;
  }

  /** A batch norm's first parameter is its weight, the second its bias, the others statistics. */
  private static boolean namesNorm(Set<String> names, Node norm) {
    List<String> parameters = norm.parameters();
    return names.contains(parameters.get(0))
        || parameters.subList(2, parameters.size()).stream().anyMatch(names::contains);
  }

  private void checkKnown(Set<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    graph.parameters().forEach(parameter -> unknown.remove(parameter.name()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "names to freeze must be parameters or buffers of the network, got %d that are not, the first: %s"
              .formatted(unknown.size(), unknown.iterator().next()));
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
}
