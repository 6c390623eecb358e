package io.yolo4j.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * What a network would take on a GPU that is not at hand: a model, never a measurement. Each layer
 * takes the longer of its FLOPs over the specified peak and its bytes over the specified bandwidth,
 * at least a kernel's floor; the host issues it as fast as this machine's host did, plus a launch.
 *
 * <p>Two ends of a range: the specified peaks themselves, and peaks times the share that the same
 * layer reached of its roof on this machine.
 *
 * @param device the GPU
 * @param megahertz its clock
 * @param float16 whether feature maps and weights are float16
 * @param batch pictures at once
 */
public record WhatIf(DeviceTable.Device device, double megahertz, boolean float16, int batch) {
  /** The least time of a kernel, seconds: assumed, to be calibrated on a device. */
  public static final double KERNEL_FLOOR = 2e-6;

  /** What a launch costs the host, seconds: assumed, to be calibrated on a device. */
  public static final double LAUNCH = 3e-6;

  /** Shares below this are taken as this: a tiny layer says nothing of efficiency. */
  private static final double LEAST_SHARE = 0.05;

  /** Checks the values. */
  public WhatIf {
    if (batch < 1 || !(megahertz > 0)) {
      throw new IllegalArgumentException(
          "batch and clock must be positive, got %d and %s".formatted(batch, megahertz));
    }
  }

  /**
   * A prediction; seconds for the whole batch.
   *
   * @param roof the sum of the layers' least times, nothing else
   * @param busy the GPU's work with kernel floors, at the specified peaks
   * @param busyAtShares the same at the shares of the roofs that were reached here
   * @param host what the host needs to issue all
   * @param eager end to end at the specified peaks, layer by layer
   * @param eagerAtShares end to end at the shares reached here
   * @param layers seconds of each layer's work at the specified peaks
   */
  public record Prediction(
      double roof,
      double busy,
      double busyAtShares,
      double host,
      double eager,
      double eagerAtShares,
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
   */
  public Prediction of(Profile profile) {
    HostQueue best = new HostQueue();
    HostQueue shared = new HostQueue();
    List<Double> layers = new ArrayList<>();
    double roof = 0;
    for (ProfiledLayer layer : profile.layers()) {
      double least = roofSeconds(layer.work());
      double share = Math.min(1, Math.max(LEAST_SHARE, layer.roofShare()));
      boolean works = layer.work().bytes() > 0;
      double issue = works ? layer.issue() + LAUNCH : layer.issue();
      double floor = works ? KERNEL_FLOOR : 0;
      best.issue(issue, Math.max(floor, least));
      shared.issue(issue, Math.max(floor, least / share));
      layers.add(Math.max(floor, least));
      roof += least;
    }
    return new Prediction(
        roof,
        best.busySeconds(),
        shared.busySeconds(),
        best.hostSeconds(),
        best.end(),
        shared.end(),
        layers);
  }

  private double roofSeconds(LayerWork work) {
    double flops = (double) work.flops() * batch / peak(work.category());
    double maps = work.bytes() - work.weightBytes();
    double scale = float16 ? 0.5 : 1;
    double bytes = scale * (maps * batch + work.weightBytes());
    return Math.max(flops, bytes / (device.gigabytes() * 1e9));
  }

  /** Tensor cores multiply matrices: dense and 1×1 convolutions; all else runs on the lanes. */
  private double peak(Category category) {
    double lanes = device.flops(megahertz);
    Double tensor = device.tensorFloat16();
    boolean matrices =
        category == Category.DENSE_CONVOLUTION || category == Category.POINTWISE_CONVOLUTION;
    return float16 && matrices && tensor != null
        ? tensor * 1e12 * megahertz / device.boostMhz()
        : lanes;
  }
}
