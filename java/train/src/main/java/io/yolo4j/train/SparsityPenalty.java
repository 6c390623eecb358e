package io.yolo4j.train;

import io.yolo4j.torch.TorchScope;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Pulls the scales of batch norms to zero, so that channels that a network can do without show:
 * strength·Σ|γ| is added to what a step of the optimizer minimises (Liu et al. 2017, Learning
 * Efficient Convolutional Networks through Network Slimming, equation 1). Its gradient is
 * strength·sign(γ), 0 where γ is 0.
 *
 * <p>Threads: one at a time. The tensors belong to the network, which must stay open.
 */
final class SparsityPenalty {
  private final double strength;
  private final List<Tensor> scales;

  /**
   * Prepares the penalty.
   *
   * @param strength at least 0; with 0 nothing is done
   * @param norms names of the batch norms' scales
   * @param parameters of the network
   */
  SparsityPenalty(double strength, List<String> norms, Map<String, Tensor> parameters) {
    this.strength = strength;
    scales =
        norms.stream().map(name -> Objects.requireNonNull(parameters.get(name), name)).toList();
  }

  /** Adds the penalty's gradient to that of each scale that has one; once an optimizer's step. */
  void addGradients() {
    if (strength == 0) {
      return;
    }
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard()) {
      for (Tensor scale : scales) {
        Tensor gradient = scale.grad();
        if (gradient.defined()) {
          gradient.add_(scale.sign(), new Scalar(strength));
        }
      }
    }
  }
}
