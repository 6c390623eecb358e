package io.yolo4j.bench.kernels;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.kernels.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The network's Hardswish, SiLU and Hardsigmoid functions, each shape once, forward and backward.
 */
final class ActivationCases {
  private static final Set<Activation.Kind> KINDS =
      Set.of(Activation.Kind.HARDSWISH, Activation.Kind.SILU, Activation.Kind.HARDSIGMOID);

  private ActivationCases() {}

  static List<KernelCase> of(Setting setting) {
    Graph graph = NetworkLayers.graph(setting);
    Set<ActivationLayer> layers = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Activation activation && KINDS.contains(activation.kind())) {
        layers.add(new ActivationLayer(activation.kind(), NetworkLayers.dimensions(node.shape())));
      }
    }
    List<KernelCase> cases = new ArrayList<>();
    for (ActivationLayer layer : layers) {
      for (boolean backward : new boolean[] {false, true}) {
        Supplier<float[]> expected = new Once(() -> layer.expected(backward));
        for (ElementType type : List.of(ElementType.F32, ElementType.BF16)) {
          cases.add(one(layer, type, backward, setting, expected));
        }
      }
    }
    return cases;
  }

  private static KernelCase one(
      ActivationLayer layer,
      ElementType type,
      boolean backward,
      Setting setting,
      Supplier<float[]> expected) {
    return new KernelCase(
        layer.name(),
        type.nativeName() + (backward ? "_backward" : "_forward"),
        layer.work(type, backward),
        layer.inputs(type, backward),
        BufferPlan.output(type, layer.dimensions().elements()),
        List.of(
            new FormMaker(
                FormMaker.OURS,
                buffers -> new ActivationForm(layer, backward, setting.threads(), buffers)),
            new FormMaker(
                FormMaker.ONEDNN, buffers -> ActivationOneDnn.form(layer, backward, buffers)),
            new FormMaker(
                FormMaker.LIBTORCH, buffers -> new ActivationTorch(layer, backward, buffers)),
            CopyCeiling.maker(setting.threads(), expected)),
        expected,
        Variant.tolerance(type));
  }
}
