package io.yolo4j.bench.kernels;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The network's depthwise convolutions, with bias and Hardswish, in both types and layouts. */
final class DepthwiseCases {
  private DepthwiseCases() {}

  static List<KernelCase> of(Setting setting) {
    Graph graph = NetworkLayers.graph(setting);
    List<KernelCase> cases = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Conv2d conv && conv.groups() > 1) {
        Dimensions input = NetworkLayers.dimensions(graph.inputShapes(node).get(0));
        DepthwiseLayer layer =
            new DepthwiseLayer(
                input,
                NetworkLayers.dimensions(node.shape()),
                conv.kernel().height(),
                conv.stride().height(),
                conv.padding().height());
        addVariants(layer, setting, cases);
      }
    }
    return cases;
  }

  private static void addVariants(DepthwiseLayer layer, Setting setting, List<KernelCase> cases) {
    Supplier<float[]> expected = new Once(layer::expected);
    for (Variant variant : Variant.ALL) {
      cases.add(one(layer, variant, setting, expected));
    }
  }

  private static KernelCase one(
      DepthwiseLayer layer, Variant variant, Setting setting, Supplier<float[]> expected) {
    ElementType type = variant.type();
    return new KernelCase(
        layer.name(),
        variant.name(),
        layer.work(type),
        List.of(variant.featureMap(layer.input(), layer::x)),
        BufferPlan.output(type, layer.output().elements()),
        List.of(
            new FormMaker(
                FormMaker.OURS,
                buffers -> new DepthwiseForm(layer, variant, setting.threads(), buffers)),
            new FormMaker(
                FormMaker.ONEDNN, buffers -> DepthwiseOneDnn.form(layer, variant, buffers)),
            new FormMaker(
                FormMaker.ONEDNN_PREFERRED,
                buffers -> DepthwiseOneDnn.preferred(layer, variant, buffers)),
            new FormMaker(
                FormMaker.LIBTORCH, buffers -> new DepthwiseTorch(layer, variant, buffers)),
            CopyCeiling.maker(setting.threads(), expected)),
        expected,
        variant.tolerance());
  }
}
