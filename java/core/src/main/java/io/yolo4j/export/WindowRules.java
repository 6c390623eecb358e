package io.yolo4j.export;

import io.yolo4j.graph.GlobalAveragePool;
import io.yolo4j.graph.MaxPool;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Upsample;
import io.yolo4j.graph.ZeroPad;
import java.util.List;

/** Pooling, enlarging, borders. */
final class WindowRules {
  private WindowRules() {}

  static OpRules addTo(OpRules rules) {
    return rules
        .with(MaxPool.class, (op, node, inputs, out) -> maxPool(op, inputs, out))
        .with(
            GlobalAveragePool.class,
            (op, node, inputs, out) ->
                out.add("GlobalAveragePool", OnnxAttributes.NONE, inputs.get(0)))
        .with(Upsample.class, (op, node, inputs, out) -> upsample(op, inputs, out))
        .with(ZeroPad.class, (op, node, inputs, out) -> zeroPad(op, inputs, out));
  }

  /*
   * Optimizers that meet a border of zeros before a max-pool take it for the pool's own padding,
   * which counts as −∞ (ONNX Runtime 1.23 does). They leave a pool alone that says it has none, or
   * one that also gives its indices.
   */
  private static String maxPool(MaxPool op, List<String> inputs, OnnxBuilder out) {
    int pad = op.padding();
    OnnxAttributes sizes =
        OnnxAttributes.NONE
            .integers("kernel_shape", op.kernel(), op.kernel())
            .integers("strides", op.stride(), op.stride());
    if (pad == 0) {
      return out.add("MaxPool", sizes.text("auto_pad", "VALID"), inputs.get(0));
    }
    OnnxAttributes padded = sizes.integers("pads", pad, pad, pad, pad);
    int outputs = out.isFrom("Pad", inputs.get(0)) ? 2 : 1;
    return out.addSeveral("MaxPool", outputs, padded, inputs.get(0)).get(0);
  }

  private static String upsample(Upsample op, List<String> inputs, OnnxBuilder out) {
    OnnxAttributes nearest =
        OnnxAttributes.NONE
            .text("mode", "nearest")
            .text("coordinate_transformation_mode", "asymmetric")
            .text("nearest_mode", "floor");
    String scales = out.floats(Shape.of(4), 1, 1, op.scale(), op.scale());
    return out.add("Resize", nearest, inputs.get(0), "", scales);
  }

  private static String zeroPad(ZeroPad op, List<String> inputs, OnnxBuilder out) {
    String pads = out.integers(0, 0, op.top(), op.left(), 0, 0, op.bottom(), op.right());
    return out.add("Pad", OnnxAttributes.NONE.text("mode", "constant"), inputs.get(0), pads);
  }
}
