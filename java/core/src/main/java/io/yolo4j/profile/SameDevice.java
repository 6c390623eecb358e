package io.yolo4j.profile;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.ImageBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network would take on the device on which it was measured. What wasn't changed is the
 * measurement itself; else each layer keeps its time to issue, and the rest of it grows as its
 * least time under the measured roofs does.
 *
 * @param scenario how it would run; its layout is that of the measurement
 */
public record SameDevice(Scenario scenario) {
  /** Refuses what only GPUs have. */
  public SameDevice {
    if (scenario.captured()) {
      throw new IllegalArgumentException(
          "a captured graph needs a GPU; this device runs every operation by itself");
    }
  }

  /**
   * An answer; seconds for the whole batch.
   *
   * @param evidence replayed if nothing was changed, else calibrated
   * @param measured end to end as it was measured
   * @param endToEnd what it would take
   * @param layers the layers' seconds
   */
  public record Answer(Evidence evidence, double measured, double endToEnd, List<Double> layers) {
    /** Copies the list. */
    public Answer {
      layers = List.copyOf(layers);
    }
  }

  /**
   * Answers.
   *
   * @param profile of one picture
   * @param graph the network as it was measured
   */
  public Answer of(Profile profile, Graph graph) {
    Shape picture = Shape.of(1, ImageBatch.CHANNELS, profile.height(), profile.width());
    ConvolutionPasses passes = ConvolutionPasses.of(graph.withInputs(picture));
    ElementType type = scenario.float16() ? ElementType.F16 : ElementType.F32;
    boolean changed =
        scenario.batch() != 1 || type != profile.type() || scenario.fusedActivations();
    List<Double> layers = new ArrayList<>();
    double difference = 0;
    for (ProfiledLayer layer : profile.layers()) {
      double seconds = seconds(layer, type, profile, passes);
      layers.add(seconds);
      difference += seconds - layer.time().p50();
    }
    double measured = profile.endToEnd().p50();
    return new Answer(
        changed ? Evidence.CALIBRATED : Evidence.REPLAYED, measured, measured + difference, layers);
  }

  private double seconds(
      ProfiledLayer layer, ElementType type, Profile profile, ConvolutionPasses passes) {
    LayerWork work = layer.work();
    double measured = layer.time().p50();
    LayerWork changed = scaled(work, (double) type.bytes() / profile.type().bytes());
    RoofTime roof = RoofTime.of(changed, profile.roofs(), type);
    // A layer without FLOPs and bytes has nothing that could grow.
    double before = layer.roof().seconds();
    double issue = Math.min(layer.issue(), measured);
    if (scenario.fusedActivations() && passes.isActivation(work)) {
      return before > 0 ? (measured - issue) * roof.compute() / before : 0;
    }
    double factor = before > 0 ? roof.seconds() / before : 1;
    return measured + (measured - issue) * (factor - 1);
  }

  private LayerWork scaled(LayerWork work, double width) {
    return new LayerWork(
        work.node(),
        work.nodes(),
        work.path(),
        work.operation(),
        work.category(),
        work.part(),
        work.output(),
        work.flops() * scenario.batch(),
        work.inputBytes().stream().map(bytes -> bytes(bytes * scenario.batch(), width)).toList(),
        bytes(work.weightBytes(), width),
        bytes(work.outputBytes() * scenario.batch(), width));
  }

  private static long bytes(long bytes, double width) {
    return Math.round(bytes * width);
  }
}
