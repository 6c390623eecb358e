package io.yolo4j.train;

import io.yolo4j.detect.LoadedModel;
import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.loss.DistillationLoss;
import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchDevice;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.torch.TorchScope;
import io.yolo4j.weights.FoldedState;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network that stands still and shows a student its outputs and features; and the adapters, 1×1
 * convolutions with a bias, that take the student's features to the teacher's channels.
 *
 * <p>Ownership: it owns the network and the adapters. Threads: one at a time.
 */
final class Teacher implements AutoCloseable {
  private static final String ADAPTER = "distill.adapter.";

  private final Distillation options;
  private final TorchNetwork network;
  private final int levels;
  private final Map<String, Tensor> adapters = new LinkedHashMap<>();

  private Teacher(Distillation options, TorchNetwork network, int levels) {
    this.options = options;
    this.network = network;
    this.levels = levels;
  }

  /**
   * Reads a teacher and checks that it fits.
   *
   * @throws TrainingException if it has other classes, strides or anchors than the student
   * @throws IOException if the file cannot be read
   */
  static LoadedModel read(Distillation options, RunModel student) throws IOException {
    LoadedModel teacher = LoadedModel.open(options.teacher(), Optional.empty());
    DetectionHead own = teacher.graph().requireHead();
    DetectionHead wanted = student.model().head();
    require(options, "number of classes", own.classes(), wanted.classes());
    require(options, "strides", strides(own), strides(wanted));
    for (int i = 0; i < own.levels().size(); i++) {
      requireAnchors(options, own.levels().get(i), wanted.levels().get(i));
    }
    return teacher;
  }

  /**
   * Opens a teacher.
   *
   * @param student the network with the taps of {@link #tapped}
   * @param seed of the adapters' start values
   */
  static Teacher open(
      Distillation options, LoadedModel model, Graph student, TorchOptions torch, long seed) {
    BatchNormFolding folding = BatchNormFolding.all(model.graph());
    Graph graph = tapped(folding.graph(), options);
    TorchNetwork network =
        TorchNetwork.frozen(graph, FoldedState.of(model.state(), folding), torch);
    int levels = model.graph().outputs().size();
    Teacher teacher = new Teacher(options, network, levels);
    Random random = new Random(seed);
    try {
      for (int i = levels; i < graph.outputs().size(); i++) {
        teacher.addAdapter(i - levels, channels(student, i), channels(graph, i), torch, random);
      }
      return teacher;
    } catch (RuntimeException e) {
      teacher.close();
      throw e;
    }
  }

  /** Returns a graph that gives the maps that its heads read too, where they are compared. */
  static Graph tapped(Graph graph, Distillation options) {
    if (options.featureWeight() == 0) {
      return graph;
    }
    List<Integer> outputs = new ArrayList<>(graph.outputs());
    for (int head : graph.outputs()) {
      int convolution = graph.node(head).inputs().get(0);
      outputs.add(graph.node(convolution).inputs().get(0));
    }
    return new Graph(graph.nodes(), outputs, graph.root(), Optional.empty());
  }

  private static int channels(Graph graph, int output) {
    return graph.node(graph.outputs().get(output)).shape().dim(1);
  }

  private void addAdapter(int index, int from, int to, TorchOptions torchOptions, Random random) {
    float[] weight = new float[to * from];
    float bound = (float) Math.sqrt(3.0 / from); // keeps the variance
    for (int i = 0; i < weight.length; i++) {
      weight[i] = bound * (2 * random.nextFloat() - 1);
    }
    try (TorchScope scope = TorchScope.open()) {
      add(ADAPTER + index + ".weight", weight, Shape.of(to, from, 1, 1), torchOptions);
      add(ADAPTER + index + ".bias", new float[to], Shape.of(to), torchOptions);
    }
  }

  private void add(String name, float[] values, Shape shape, TorchOptions torchOptions) {
    Tensor tensor =
        TorchDevice.move(
            TensorTransfer.toTorch(HostTensor.of(values, shape)), torchOptions.device());
    tensor.set_requires_grad(true);
    adapters.put(name, TorchScope.keep(tensor));
  }

  /** Returns the adapters' tensors, which train with the student. */
  Map<String, Tensor> parameters() {
    return adapters;
  }

  /** Returns groups with the adapters in them. */
  ParameterGroups with(ParameterGroups groups) {
    List<String> weights = new ArrayList<>(groups.weights());
    List<String> biases = new ArrayList<>(groups.biases());
    adapters.keySet().forEach(name -> (name.endsWith(".bias") ? biases : weights).add(name));
    return new ParameterGroups(groups.normWeights(), weights, biases, groups.untrained());
  }

  /** Returns the state of a student with that of the adapters. */
  StateDict with(StateDict student) {
    StateDict.Builder all = StateDict.builder();
    student.forEach(all::put);
    adapters.forEach((name, tensor) -> all.put(name, TensorTransfer.toHost(tensor)));
    return all.build();
  }

  /** Takes the adapters' values over. */
  void load(StateDict state) {
    try (TorchScope scope = TorchScope.open();
        NoGradGuard guard = new NoGradGuard()) {
      adapters.forEach((name, tensor) -> tensor.copy_(TensorTransfer.toTorch(state.get(name))));
    }
  }

  /** Returns the heads of a student's outputs. */
  List<Tensor> heads(List<Tensor> outputs) {
    return outputs.subList(0, levels);
  }

  /**
   * Returns what a batch costs beside the labels' loss, times the batch size as that is.
   *
   * @param input the student's pictures
   * @param outputs the student's heads, and behind them the maps that they read
   */
  Tensor loss(Tensor input, List<Tensor> outputs) {
    List<Tensor> wanted = network.forward(List.of(input), false);
    Tensor sum = torch.zeros(new long[0]).to(input.device(), ScalarType.Float);
    if (options.outputWeight() > 0) {
      sum =
          sum.add(
              DistillationLoss.outputs(heads(outputs), wanted.subList(0, levels)),
              new Scalar(options.outputWeight()));
    }
    if (options.featureWeight() > 0) {
      sum =
          sum.add(
              DistillationLoss.features(
                  adapted(outputs.subList(levels, outputs.size())),
                  wanted.subList(levels, wanted.size())),
              new Scalar(options.featureWeight()));
    }
    return sum.mul(new Scalar((double) input.size(0)));
  }

  private List<Tensor> adapted(List<Tensor> maps) {
    List<Tensor> adapted = new ArrayList<>();
    for (int i = 0; i < maps.size(); i++) {
      Tensor weight = Objects.requireNonNull(adapters.get(ADAPTER + i + ".weight"));
      Tensor bias = Objects.requireNonNull(adapters.get(ADAPTER + i + ".bias"));
      adapted.add(
          torch.conv2d(
              maps.get(i).to(ScalarType.Float),
              weight,
              new TensorOptional(bias),
              new long[] {1, 1},
              new long[] {0, 0},
              new long[] {1, 1},
              1));
    }
    return adapted;
  }

  @Override
  public void close() {
    adapters.values().forEach(Tensor::close);
    network.close();
  }

  private static List<Integer> strides(DetectionHead head) {
    return head.levels().stream().map(DetectionHead.Level::stride).toList();
  }

  private static void requireAnchors(
      Distillation options, DetectionHead.Level own, DetectionHead.Level wanted) {
    boolean same = own.anchors().size() == wanted.anchors().size();
    for (int i = 0; same && i < own.anchors().size(); i++) {
      same =
          close(own.anchors().get(i).width(), wanted.anchors().get(i).width())
              && close(own.anchors().get(i).height(), wanted.anchors().get(i).height());
    }
    if (!same) {
      require(options, "anchors at stride " + own.stride(), own.anchors(), wanted.anchors());
    }
  }

  /** Files round anchors to half precision. */
  private static boolean close(float a, float b) {
    return Math.abs(a - b) <= 1e-2 * Math.abs(b);
  }

  private static void require(Distillation options, String what, Object own, Object wanted) {
    if (!own.equals(wanted)) {
      throw new TrainingException(
          "the teacher %s must have the student's %s, %s, got %s"
              .formatted(options.teacher(), what, wanted, own));
    }
  }
}
