package io.yolo4j.bench.kernels;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.kernels.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The network's squeeze and excites, in both types and layouts. */
final class SqueezeExciteCases {
  private SqueezeExciteCases() {}

  static List<KernelCase> of(Setting setting) {
    Graph graph = NetworkLayers.graph(setting);
    List<KernelCase> cases = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof GlobalAveragePool
          && graph.node(node.id() + 1).op() instanceof Conv2d squeeze) {
        SqueezeExciteLayer layer =
            new SqueezeExciteLayer(
                NetworkLayers.dimensions(graph.inputShapes(node).get(0)), squeeze.outputChannels());
        Supplier<float[]> expected = new Once(layer::expected);
        for (Variant variant : Variant.ALL) {
          cases.add(one(layer, variant, setting, expected));
        }
      }
    }
    return cases;
  }

  private static KernelCase one(
      SqueezeExciteLayer layer, Variant variant, Setting setting, Supplier<float[]> expected) {
    ElementType type = variant.type();
    return new KernelCase(
        layer.name(),
        variant.name(),
        layer.work(type),
        List.of(variant.featureMap(layer.input(), layer::x)),
        BufferPlan.output(type, layer.input().elements()),
        List.of(
            new FormMaker(
                FormMaker.OURS,
                buffers -> new SqueezeExciteForm(layer, variant, setting.threads(), buffers)),
            new FormMaker(
                FormMaker.ONEDNN, buffers -> SqueezeExciteOneDnn.form(layer, variant, buffers)),
            new FormMaker(
                FormMaker.LIBTORCH, buffers -> new SqueezeExciteTorch(layer, variant, buffers)),
            CopyCeiling.maker(setting.threads(), expected)),
        expected,
        variant.tolerance());
  }
}
