package io.yolo4j.profile;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.ConvolutionPasses.Convolution;
import io.yolo4j.runtime.ImageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a network would take on a GPU that is not at hand: a model, never a measurement. Each layer
 * takes the longer of its FLOPs over the specified peak and its bytes over the specified bandwidth,
 * at least a kernel's floor; the host issues it as fast as this machine's host did, plus a launch.
 *
 * <p>A convolution's bias is a kernel of its own, which reads and writes the convolution's output:
 * so cuDNN is called operation by operation. Folding a batch norm leaves such a bias.
 *
 * <p>Two ends of a range: the specified peaks themselves, and peaks times the share that the same
 * layer reached of its roof on this machine.
 *
 * @param device the GPU
 * @param megahertz its clock
 * @param scenario how the network would run
 */
public record WhatIf(DeviceTable.Device device, double megahertz, Scenario scenario) {
  /**
   * The least time of a kernel, seconds: assumed for a GPU that is not at hand; one that is has its
   * own, {@link Roofs#launch()}.
   */
  public static final double KERNEL_FLOOR = 2e-6;

  /** What a launch costs the host, seconds: assumed likewise. */
  public static final double LAUNCH = 3e-6;

  /** Shares below this are taken as this: a tiny layer says nothing of efficiency. */
  private static final double LEAST_SHARE = 0.05;

  /** Checks the values. */
  public WhatIf {
    if (scenario.type() != ElementType.F32 && scenario.type() != ElementType.F16) {
      throw new IllegalArgumentException(
          "a GPU is modelled in fp32 or fp16, got " + scenario.dtype());
    }
    if (!(megahertz > 0)) {
      throw new IllegalArgumentException("clock must be positive, got %s".formatted(megahertz));
    }
  }

  /**
   * A prediction; seconds for the whole batch.
   *
   * @param roof the sum of the layers' least times, nothing else
   * @param roofAtShares the same at the shares of the roofs that were reached here
   * @param busy the GPU's work with kernel floors, at the specified peaks
   * @param busyAtShares the same at the shares of the roofs that were reached here
   * @param host what the host needs to issue all
   * @param eager end to end at the specified peaks, layer by layer
   * @param eagerAtShares end to end at the shares reached here
   * @param kernels how many the GPU runs
   * @param layers seconds of each layer's work at the specified peaks; 0 of those that run in
   *     another's kernel
   */
  public record Prediction(
      double roof,
      double roofAtShares,
      double busy,
      double busyAtShares,
      double host,
      double eager,
      double eagerAtShares,
      int kernels,
      List<Double> layers) {
    /** Copies the list. */
    public Prediction {
      layers = List.copyOf(layers);
    }

    /** Returns whether issuing decides even at the shares that were reached here. */
    public boolean isIssueBound() {
      return host > busyAtShares;
    }
  }

  /**
   * Predicts.
   *
   * @param profile of one picture on this machine, of which the host's times and the shares are
   *     taken
   * @param graph the network as it was measured
   * @throws IllegalArgumentException if a layer computes without moving a byte, for which there is
   *     no rule
   */
  public Prediction of(Profile profile, Graph graph) {
    Shape picture = Shape.of(1, ImageBatch.CHANNELS, profile.height(), profile.width());
    return of(profile, ConvolutionPasses.of(graph.withInputs(picture)));
  }

  /**
   * Predicts for a network of which each step would be one kernel, with the biases and activations
   * that it has within, as compiled plans have them.
   *
   * @param profile of one picture on this machine, of which the host's times and the shares are
   *     taken
   * @throws IllegalArgumentException as {@link #of(Profile, Graph)}
   */
  public Prediction ofSteps(Profile profile) {
    return of(profile, ConvolutionPasses.NONE);
  }

  Prediction of(Profile profile, ConvolutionPasses passes) {
    Run run = new Run(profile, passes);
    profile.layers().forEach(run::layer);
    return run.prediction();
  }

  /** One prediction under way. */
  private final class Run {
    private final ConvolutionPasses passes;
    private final double width;
    private final HostQueue best = new HostQueue();
    private final HostQueue shared = new HostQueue();
    private final List<Double> layers = new ArrayList<>();
    private double roof;
    private double roofAtShares;
    private double layerSeconds;
    private int kernels;

    Run(Profile profile, ConvolutionPasses passes) {
      this.passes = passes;
      // LayerWork's bytes are of the measured type.
      width = (double) scenario.elementBytes() / profile.type().bytes();
      if (scenario.captured()) {
        host(LAUNCH);
      }
    }

    void layer(ProfiledLayer layer) {
      LayerWork work = layer.work();
      if (work.bytes() == 0 && work.flops() > 0) {
        throw new IllegalArgumentException(
            "no rule tells the time of '%s' (%s): %d FLOPs and no byte moved"
                .formatted(work.path(), work.operation(), work.flops()));
      }
      layerSeconds = 0;
      double share = Math.min(1, Math.max(LEAST_SHARE, layer.roofShare()));
      if (scenario.fusedActivations() && passes.isActivation(work)) {
        // Its arithmetic stays, in the convolution's kernel; its bytes and its kernel don't.
        inKernel(arithmetic(work), share);
      } else {
        issue(layer.issue());
        if (work.bytes() > 0) {
          kernel(Math.max(arithmetic(work), traffic(work)), share);
          passes.in(work).forEach(id -> beside(id, share));
        }
      }
      layers.add(layerSeconds);
    }

    /** Kernels that a convolution brings along. */
    private void beside(int id, double share) {
      Convolution conv = Objects.requireNonNull(passes.convolutions().get(id));
      boolean fused = scenario.fusedActivations() && passes.isActivated(id);
      if (conv.bias() && !fused) {
        copy(conv.outputElements(), share);
      }
      boolean tensorCores =
          scenario.float16() && device.tensorFloat16() != null && !conv.depthwise();
      if (tensorCores && !scenario.channelsLast()) {
        copy(conv.inputElements(), share);
        copy(conv.outputElements(), share);
      }
    }

    /** A kernel that reads and writes a feature map. */
    private void copy(long elements, double share) {
      kernel(seconds(2.0 * elements * scenario.elementBytes() * scenario.batch()), share);
    }

    private void kernel(double least, double share) {
      kernels++;
      roof += least;
      roofAtShares += least / share;
      layerSeconds += Math.max(KERNEL_FLOOR, least);
      double launch = scenario.captured() ? 0 : LAUNCH;
      best.issue(launch, Math.max(KERNEL_FLOOR, least));
      shared.issue(launch, Math.max(KERNEL_FLOOR, least / share));
    }

    private void inKernel(double least, double share) {
      roof += least;
      roofAtShares += least / share;
      layerSeconds += least;
      best.issue(0, least);
      shared.issue(0, least / share);
    }

    private void issue(double seconds) {
      if (!scenario.captured()) {
        host(seconds);
      }
    }

    private void host(double seconds) {
      best.issue(seconds, 0);
      shared.issue(seconds, 0);
    }

    private double arithmetic(LayerWork work) {
      return (double) work.flops() * scenario.batch() / peak(work.category());
    }

    private double traffic(LayerWork work) {
      double maps = work.bytes() - work.weightBytes();
      return seconds(width * (maps * scenario.batch() + work.weightBytes()));
    }

    private double seconds(double bytes) {
      return bytes / (device.gigabytes() * 1e9);
    }

    Prediction prediction() {
      return new Prediction(
          roof,
          roofAtShares,
          best.busySeconds(),
          shared.busySeconds(),
          best.hostSeconds(),
          best.end(),
          shared.end(),
          kernels,
          layers);
    }
  }

  /** Tensor cores multiply matrices: dense and 1×1 convolutions; all else runs on the lanes. */
  private double peak(Category category) {
    double lanes = device.flops(megahertz);
    Double tensor = device.tensorFloat16();
    return scenario.float16() && category.isMatrixProduct() && tensor != null
        ? tensor * 1e12 * megahertz / device.boostMhz()
        : lanes;
  }
}
