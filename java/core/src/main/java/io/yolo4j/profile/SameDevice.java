package io.yolo4j.profile;

import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.ImageBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a network would take on the device on which it was measured. What wasn't changed is the
 * measurement itself. Else each layer's time grows as its class's rule says, if there is a
 * calibration; without one each layer keeps its time to issue, and the rest of it grows as its
 * least time under the measured roofs does.
 *
 * @param scenario how it would run; its layout is that of the measurement
 * @param calibration of the executor that was measured, under the same roofs; null: there is none
 */
public record SameDevice(Scenario scenario, @Nullable Calibration calibration) {
  /** Without a calibration. */
  public SameDevice(Scenario scenario) {
    this(scenario, null);
  }

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
   * @param evidence replayed if nothing was changed; calibrated if each layer's class had a rule;
   *     else scaled by the roofs
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

  /** Returns whether anything is other than in a measurement of one picture in a type. */
  public boolean changes(ElementType measured) {
    return scenario.batch() != 1 || scenario.type() != measured || scenario.fusedActivations();
  }

  /**
   * Answers.
   *
   * @param profile of one picture
   * @param graph the network as it was measured
   * @throws IllegalArgumentException if an operation has no rule in the calibration
   */
  public Answer of(Profile profile, Graph graph) {
    Shape picture = Shape.of(1, ImageBatch.CHANNELS, profile.height(), profile.width());
    Graph measuredGraph = graph.withInputs(picture);
    ConvolutionPasses passes = ConvolutionPasses.of(measuredGraph);
    boolean changed = changes(profile.type());
    List<Double> layers = new ArrayList<>();
    double difference = 0;
    boolean ruled = calibration != null;
    for (ProfiledLayer layer : profile.layers()) {
      ruled &= rule(layer, measuredGraph).isPresent();
      double seconds =
          changed
              ? seconds(layer, profile, measuredGraph, passes.isActivation(layer.work()))
              : layer.time().p50();
      layers.add(seconds);
      difference += seconds - layer.time().p50();
    }
    double measured = profile.endToEnd().p50();
    Evidence evidence = ruled ? Evidence.CALIBRATED : Evidence.SCALED;
    return new Answer(
        changed ? evidence : Evidence.REPLAYED, measured, measured + difference, layers);
  }

  private Optional<ClassRule> rule(ProfiledLayer layer, Graph graph) {
    LayerWork work = layer.work();
    return calibration == null
        ? Optional.empty()
        : calibration.find(OperationClass.of(graph, work), work.category());
  }

  private double seconds(ProfiledLayer layer, Profile profile, Graph graph, boolean isActivation) {
    RoofTime roof = RoofTime.of(scaled(layer.work(), profile.type()), profile.roofs());
    boolean fused = scenario.fusedActivations() && isActivation;
    return rule(layer, graph)
        .map(rule -> byRule(layer, rule, roof, fused))
        .orElseGet(() -> underRoofs(layer, roof, fused));
  }

  /** As the class of the operation makes of it, held to what this very layer took. */
  private static double byRule(
      ProfiledLayer layer, ClassRule rule, RoofTime changed, boolean fused) {
    double measured = layer.time().p50();
    double before = rule.seconds(layer.roof().compute(), layer.roof().memory());
    // In a convolution's kernel there is nothing to issue and no byte to move.
    double after =
        fused
            ? rule.arithmetic() * changed.compute()
            : rule.seconds(changed.compute(), changed.memory());
    return before > 0 ? measured * after / before : measured;
  }

  private static double underRoofs(ProfiledLayer layer, RoofTime roof, boolean fused) {
    double measured = layer.time().p50();
    // A layer without FLOPs and bytes has nothing that could grow.
    double before = layer.roof().seconds();
    double issue = Math.min(layer.issue(), measured);
    if (fused) {
      return before > 0 ? (measured - issue) * roof.compute() / before : 0;
    }
    double factor = before > 0 ? roof.seconds() / before : 1;
    return measured + (measured - issue) * (factor - 1);
  }

  /** Where the type stays, so do operands: of bytes some layers have others. */
  private LayerWork scaled(LayerWork work, ElementType measured) {
    double width = (double) scenario.elementBytes() / measured.bytes();
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
        bytes(work.outputBytes() * scenario.batch(), width),
        scenario.type() == measured ? work.operands() : scenario.type());
  }

  private static long bytes(long bytes, double width) {
    return Math.round(bytes * width);
  }
}
