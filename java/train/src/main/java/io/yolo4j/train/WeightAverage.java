package io.yolo4j.train;

import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchScope;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The exponential moving average of a network's weights and running statistics: after update n each
 * value is d·average + (1 − d)·live, with d = 0.9999·(1 − exp(−n / 2000)). Integers, the numbers of
 * batches that batch norms have seen, keep their initial values.
 *
 * <p>Ownership: the average owns its tensors; the network must have the same parameters at every
 * update. Threads: one at a time. Use after close throws {@link IllegalStateException}.
 */
public final class WeightAverage implements AutoCloseable {
  private static final double LIMIT = 0.9999;
  private static final double RAMP = 2000;

  private final Map<String, Tensor> averages = new LinkedHashMap<>();
  private StateDict initial;
  private long updates;
  private boolean closed;

  private WeightAverage(TorchNetwork network) {
    initial = network.stateDict();
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard()) {
      network
          .parameters()
          .forEach((name, live) -> averages.put(name, TorchScope.keep(live.detach().clone())));
    }
  }

  /** Creates an average that starts from a network's values as they are now. */
  public static WeightAverage of(TorchNetwork network) {
    return new WeightAverage(network);
  }

  /** Returns d at an update, counted from 1. */
  public static double decay(long update) {
    return LIMIT * (1 - Math.exp(-update / RAMP));
  }

  /** Returns the number of updates so far. */
  public long updates() {
    return updates;
  }

  /**
   * Takes in a network's values; once an optimizer step.
   *
   * @throws IllegalArgumentException if the network lacks a parameter of the average
   */
  public void update(TorchNetwork network) {
    checkOpen();
    Map<String, Tensor> parameters = network.parameters();
    List<Tensor> live = new ArrayList<>();
    for (String name : averages.keySet()) {
      Tensor tensor = parameters.get(name);
      if (tensor == null) {
        throw new IllegalArgumentException("the network has no parameter " + name);
      }
      live.add(tensor);
    }
    updates++;
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard()) {
      TensorLists.call(
          "aten::_foreach_lerp_",
          "Scalar",
          TensorLists.list(List.copyOf(averages.values())),
          TensorLists.list(live),
          new IValue(new Scalar(1 - decay(updates))));
    }
  }

  /** Returns a copy of the averages, complete and in the network's order. */
  public StateDict state() {
    checkOpen();
    Map<String, HostTensor> state = new LinkedHashMap<>(initial.toMap());
    averages.forEach((name, average) -> state.put(name, TensorTransfer.toHost(average)));
    return StateDict.of(state);
  }

  /**
   * Goes on from a state that {@link #state} returned.
   *
   * @param update the number of updates then
   * @throws IllegalArgumentException if a tensor is missing or has another shape, naming the first;
   *     nothing is changed then
   */
  public void load(StateDict state, long update) {
    checkOpen();
    if (update < 0) {
      throw new IllegalArgumentException("updates must not be negative, got " + update);
    }
    List<String> wrong = new ArrayList<>();
    initial.forEach(
        (name, tensor) -> StateCheck.shape(state, name, tensor.shape()).ifPresent(wrong::add));
    StateCheck.require("the averaged weights do not fit", wrong, initial.size());
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard()) {
      averages.forEach((name, average) -> average.copy_(TensorTransfer.toTorch(state.get(name))));
    }
    Map<String, HostTensor> kept = new LinkedHashMap<>(initial.toMap());
    kept.replaceAll((name, tensor) -> state.get(name));
    initial = StateDict.of(kept);
    updates = update;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      averages.values().forEach(Tensor::close);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the average of weights is closed");
    }
  }
}
