package io.yolo4j.train;

import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchScope;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Updates the live parameters of a network from their gradients, in three groups with a learning
 * rate each. Parameters without a gradient (frozen ones) stay as they are, and so does their state.
 *
 * <p>Per element, with gradient g, rate r, decay d:
 *
 * <ul>
 *   <li>SGD with Nesterov's momentum m: g += d·p; b = m·b + g; p −= r·(g + m·b). A step with m = 0
 *       leaves b as it is.
 *   <li>Adam (Kingma and Ba 2015): g += d·p; a = β₁·a + (1 − β₁)·g; v = β₂·v + (1 − β₂)·g²; p −= r
 *       · â / (√v̂ + 1e-8) with â = a / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ), β₂ = 0.999.
 *   <li>AdamW (Loshchilov and Hutter 2019): as Adam, but p −= r·d·p instead of g += d·p.
 * </ul>
 *
 * <p>Ownership: the state belongs to the optimizer, parameters and gradients to the network, which
 * must stay open. Threads: one at a time. Use after close throws {@link IllegalStateException}.
 */
public final class Optimizer implements AutoCloseable {
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final String GRADIENT = "gradient";

  /** Rules of update. */
  public enum Kind {
    /** Stochastic gradient descent with Nesterov's momentum. */
    SGD,
    /** Adam with coupled weight decay. */
    ADAM,
    /** Adam with decoupled weight decay. */
    ADAMW
  }

  private final Kind kind;
  private final double beta1;

  /** What is kept per parameter, in PyTorch's words. */
  private final List<String> stateNames;

  private final List<Slot> norms;
  private final List<Slot> weights;
  private final List<Slot> biases;
  private boolean closed;

  private Optimizer(
      Kind kind, double beta1, ParameterGroups groups, Map<String, Tensor> parameters) {
    if (!(beta1 >= 0 && beta1 < 1)) {
      throw new IllegalArgumentException("beta 1 must be from 0 to below 1, got " + beta1);
    }
    this.kind = kind;
    this.beta1 = beta1;
    stateNames =
        kind == Kind.SGD ? List.of("momentum_buffer") : List.of("exp_avg", "exp_avg_sq", "step");
    try (TorchScope scope = TorchScope.open()) {
      norms = slots(groups.normWeights(), parameters);
      weights = slots(groups.weights(), parameters);
      biases = slots(groups.biases(), parameters);
    }
  }

  /**
   * Creates an optimizer for a network; its state starts from zeros.
   *
   * @param beta1 of Adam and AdamW; SGD takes its momentum step by step
   */
  public static Optimizer of(
      Kind kind, double beta1, ParameterGroups groups, TorchNetwork network) {
    return of(kind, beta1, groups, network.parameters());
  }

  static Optimizer of(
      Kind kind, double beta1, ParameterGroups groups, Map<String, Tensor> parameters) {
    return new Optimizer(kind, beta1, groups, parameters);
  }

  /** Returns the rule. */
  public Kind kind() {
    return kind;
  }

  /**
   * Updates every parameter that has a gradient.
   *
   * @param rates learning rates of the groups
   * @param momentum of SGD; Adam and AdamW keep their β₁, since their corrections build on it
   * @param weightDecay of the group of weights
   */
  public void step(LearningRates rates, double momentum, double weightDecay) {
    checkOpen();
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard()) {
      update(norms, rates.norm(), momentum, 0);
      update(weights, rates.weight(), momentum, weightDecay);
      update(biases, rates.bias(), momentum, 0);
    }
  }

  /**
   * Divides all gradients by the scale that the loss was multiplied with, as float16 needs it.
   *
   * @return whether all of them are finite; if not, leave out this step
   */
  public boolean unscaleGradients(double lossScale) {
    checkOpen();
    if (!(lossScale > 0) || Double.isInfinite(lossScale)) {
      throw new IllegalArgumentException("a loss scale must be above 0, got " + lossScale);
    }
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard()) {
      List<Tensor> gradients = new ArrayList<>();
      all().forEach(slot -> addIfDefined(slot.parameter.grad(), gradients));
      if (gradients.isEmpty()) {
        return true;
      }
      Tensor found = torch.zeros(new long[] {1}, gradients.get(0).options());
      Tensor inverse = torch.full(new long[] {1}, new Scalar(1 / lossScale), found.options());
      TensorLists.call(
          "aten::_amp_foreach_non_finite_check_and_unscale_",
          "",
          TensorLists.list(gradients),
          new IValue(found),
          new IValue(inverse));
      return found.item_float() == 0;
    }
  }

  /** Forgets all gradients. */
  public void zeroGradients() {
    checkOpen();
    try (TorchScope scope = TorchScope.open()) {
      all().forEach(slot -> slot.parameter.mutable_grad().reset());
    }
  }

  /**
   * Returns a copy of the state: what each rule keeps per parameter, as {@code exp_avg/<name>}, and
   * as {@code gradient/<name>} the gradients that wait for their step; with the network's weights
   * all that it takes to go on bit by bit.
   */
  public StateDict state() {
    checkOpen();
    StateDict.Builder builder = StateDict.builder();
    try (TorchScope scope = TorchScope.open()) {
      for (Slot slot : all()) {
        for (int i = 0; i < slot.state.size(); i++) {
          builder.put(
              stateNames.get(i) + "/" + slot.name, TensorTransfer.toHost(slot.state.get(i)));
        }
        Tensor gradient = slot.parameter.grad();
        if (gradient.defined()) {
          builder.put(GRADIENT + "/" + slot.name, TensorTransfer.toHost(gradient));
        }
      }
    }
    return builder.build();
  }

  /**
   * Goes on from a state that {@link #state} returned; the gradients become those of the state.
   *
   * @throws IllegalArgumentException if it is that of another rule or of other parameters, naming
   *     the first that is wrong; nothing is changed then
   */
  public void load(StateDict state) {
    checkOpen();
    check(state);
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard()) {
      for (Slot slot : all()) {
        for (int i = 0; i < slot.state.size(); i++) {
          HostTensor host = state.get(stateNames.get(i) + "/" + slot.name);
          slot.state.get(i).copy_(TensorTransfer.toTorch(host));
        }
        Tensor gradient = slot.parameter.mutable_grad();
        String name = GRADIENT + "/" + slot.name;
        if (state.contains(name)) {
          Tensor stored = TensorTransfer.toTorch(state.get(name));
          gradient.put(torch.empty_like(slot.parameter).copy_(stored));
        } else {
          gradient.reset();
        }
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      all().forEach(Slot::close);
    }
  }

  private void update(List<Slot> slots, double rate, double momentum, double weightDecay) {
    List<Tensor> parameters = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    List<List<Tensor>> states = new ArrayList<>();
    stateNames.forEach(name -> states.add(new ArrayList<>()));
    for (Slot slot : slots) {
      Tensor gradient = slot.parameter.grad();
      if (gradient.defined()) {
        gradients.add(flat(inLayoutOf(slot.parameter, gradient)));
        parameters.add(slot.flatParameter);
        for (int i = 0; i < states.size(); i++) {
          states.get(i).add(slot.flatState.get(i));
        }
      }
    }
    if (parameters.isEmpty()) {
      return;
    }
    if (kind == Kind.SGD) {
      sgd(parameters, gradients, states.get(0), rate, momentum, weightDecay);
    } else {
      adam(parameters, gradients, states, rate, weightDecay);
    }
  }

  private static void sgd(
      List<Tensor> parameters,
      List<Tensor> gradients,
      List<Tensor> buffers,
      double rate,
      double momentum,
      double weightDecay) {
    TensorLists.call(
        "aten::_fused_sgd_",
        "",
        TensorLists.list(parameters),
        TensorLists.list(gradients),
        // Without momentum the operation wants no buffers, and they stay as they are.
        TensorLists.list(momentum == 0 ? List.of() : buffers),
        new IValue(weightDecay),
        new IValue(momentum),
        new IValue(rate),
        /* dampening */ new IValue(0.0),
        /* nesterov */ new IValue(true),
        /* maximize */ new IValue(false),
        // Buffers of zeros give the first step's values too, and also to parameters thawed later.
        /* is_first_step */ new IValue(false),
        /* grad_scale */ new IValue(),
        /* found_inf */ new IValue());
  }

  private void adam(
      List<Tensor> parameters,
      List<Tensor> gradients,
      List<List<Tensor>> states,
      double rate,
      double weightDecay) {
    IValue steps = TensorLists.list(states.get(2));
    TensorLists.call("aten::_foreach_add_", "Scalar", steps, new IValue(new Scalar(1.0)));
    TensorLists.call(
        kind == Kind.ADAM ? "aten::_fused_adam_" : "aten::_fused_adamw_",
        "",
        TensorLists.list(parameters),
        TensorLists.list(gradients),
        TensorLists.list(states.get(0)),
        TensorLists.list(states.get(1)),
        /* max_exp_avg_sqs, of AMSGrad */ TensorLists.list(List.of()),
        steps,
        new IValue(rate),
        new IValue(beta1),
        new IValue(BETA2),
        new IValue(weightDecay),
        new IValue(EPSILON),
        /* amsgrad */ new IValue(false),
        /* maximize */ new IValue(false),
        /* grad_scale */ new IValue(),
        /* found_inf */ new IValue());
  }

  private static boolean addIfDefined(Tensor gradient, List<Tensor> gradients) {
    return gradient.defined() && gradients.add(gradient);
  }

  /**
   * The elements in the order in which they lie in memory. The fused operations copy tensors whose
   * order is not that of their dimensions to and fro, which takes longer than the update itself.
   */
  private static Tensor flat(Tensor dense) {
    return dense.detach().as_strided(new long[] {dense.numel()}, 1);
  }

  /** What is updated together must lie in memory in the same order. */
  private static Tensor inLayoutOf(Tensor parameter, Tensor gradient) {
    for (int i = 0; i < parameter.dim(); i++) {
      if (parameter.size(i) > 1 && parameter.stride(i) != gradient.stride(i)) {
        return torch.empty_like(parameter).copy_(gradient);
      }
    }
    return gradient;
  }

  private List<Slot> slots(List<String> names, Map<String, Tensor> parameters) {
    List<Slot> slots = new ArrayList<>();
    for (String name : names) {
      @Nullable Tensor parameter = parameters.get(name);
      if (parameter == null) {
        throw new IllegalArgumentException("the network has no parameter " + name);
      }
      List<Tensor> state = new ArrayList<>();
      List<Tensor> flatState = new ArrayList<>();
      for (String one : stateNames) {
        boolean count = one.equals("step");
        Tensor zeros =
            count ? torch.zeros(new long[0], parameter.options()) : torch.zeros_like(parameter);
        Tensor kept = TorchScope.keep(zeros.detach());
        state.add(kept);
        flatState.add(TorchScope.keep(count ? kept.detach() : flat(kept)));
      }
      slots.add(new Slot(name, parameter, state, TorchScope.keep(flat(parameter)), flatState));
    }
    return slots;
  }

  private List<Slot> all() {
    List<Slot> all = new ArrayList<>(norms);
    all.addAll(weights);
    all.addAll(biases);
    return all;
  }

  private void check(StateDict state) {
    List<String> wrong = new ArrayList<>();
    int expected = 0;
    for (Slot slot : all()) {
      for (int i = 0; i < slot.state.size(); i++) {
        String name = stateNames.get(i) + "/" + slot.name;
        expected++;
        StateCheck.shape(state, name, TensorTransfer.shape(slot.state.get(i)))
            .ifPresent(wrong::add);
      }
      String gradient = GRADIENT + "/" + slot.name;
      if (state.contains(gradient)) {
        StateCheck.shape(state, gradient, TensorTransfer.shape(slot.parameter))
            .ifPresent(wrong::add);
      }
    }
    StateCheck.require("the optimizer's state does not fit", wrong, expected);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the optimizer is closed");
    }
  }

  /** A parameter and its state, and the same memory as the fused operations take it. */
  private record Slot(
      String name,
      Tensor parameter,
      List<Tensor> state,
      Tensor flatParameter,
      List<Tensor> flatState) {
    void close() {
      flatParameter.close();
      flatState.forEach(Tensor::close);
      state.forEach(Tensor::close);
    }
  }
}
