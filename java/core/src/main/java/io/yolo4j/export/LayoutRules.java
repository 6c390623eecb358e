package io.yolo4j.export;

import io.yolo4j.graph.ChannelShuffle;
import io.yolo4j.graph.ChannelSlice;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.DepthToSpace;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.SpaceToDepth;
import io.yolo4j.graph.SplitAnchors;
import io.yolo4j.graph.StridedSlice;
import java.util.List;

/** What moves values without computing. */
final class LayoutRules {
  private LayoutRules() {}

  static OpRules addTo(OpRules rules) {
    return rules
        .with(
            Concat.class,
            (op, node, inputs, out) ->
                out.add(
                    "Concat",
                    OnnxAttributes.NONE.integer("axis", op.dim()),
                    inputs.toArray(String[]::new)))
        .with(StridedSlice.class, (op, node, inputs, out) -> slice(op, inputs, out))
        .with(
            ChannelSlice.class,
            (op, node, inputs, out) ->
                out.add(
                    "Slice",
                    OnnxAttributes.NONE,
                    inputs.get(0),
                    out.integers(op.first()),
                    out.integers((long) op.first() + op.count()),
                    out.integers(1)))
        .with(ChannelShuffle.class, LayoutRules::shuffle)
        .with(
            SpaceToDepth.class,
            (op, node, inputs, out) ->
                out.add(
                    "SpaceToDepth",
                    OnnxAttributes.NONE.integer("blocksize", op.gain()),
                    inputs.get(0)))
        .with(
            DepthToSpace.class,
            (op, node, inputs, out) ->
                out.add(
                    "DepthToSpace",
                    OnnxAttributes.NONE.integer("blocksize", op.gain()).text("mode", "DCR"),
                    inputs.get(0)))
        .with(SplitAnchors.class, LayoutRules::splitAnchors);
  }

  private static String slice(StridedSlice op, List<String> inputs, OnnxBuilder out) {
    return out.add(
        "Slice",
        OnnxAttributes.NONE,
        inputs.get(0),
        out.integers(op.row(), op.column()),
        out.integers(Long.MAX_VALUE, Long.MAX_VALUE),
        out.integers(2, 3),
        out.integers(op.step(), op.step()));
  }

  /** [N,C,H,W] → [N,groups,C/groups,H,W] → [N,C/groups,groups,H,W] → [N,C,H,W]. */
  private static String shuffle(
      ChannelShuffle op, Node node, List<String> inputs, OnnxBuilder out) {
    boolean height = out.options().shape().isDynamic(InputShape.Axis.HEIGHT);
    boolean width = out.options().shape().isDynamic(InputShape.Axis.WIDTH);
    long channels = node.shape().dim(1);
    if (height && width) {
      // A 0 copies the input's size at the same place, so the channels go last before they split.
      String last = transpose(inputs.get(0), out, 0, 2, 3, 1);
      String split = reshape(last, out, 0, 0, 0, op.groups(), channels / op.groups());
      String joined = reshape(transpose(split, out, 0, 1, 2, 4, 3), out, 0, 0, 0, channels);
      return transpose(joined, out, 0, 3, 1, 2);
    }
    long rows = height ? -1 : node.shape().dim(2);
    long columns = width ? -1 : node.shape().dim(3);
    String split =
        reshape(inputs.get(0), out, 0, op.groups(), channels / op.groups(), rows, columns);
    String mixed = transpose(split, out, 0, 2, 1, 3, 4);
    return reshape(mixed, out, 0, channels, rows, columns);
  }

  private static String splitAnchors(
      SplitAnchors op, Node node, List<String> inputs, OnnxBuilder out) {
    boolean height = out.options().shape().isDynamic(InputShape.Axis.HEIGHT);
    boolean width = out.options().shape().isDynamic(InputShape.Axis.WIDTH);
    if (height && width) {
      // A 0 copies the input's size at the same place, so the channels go last before they split.
      // [N,na·no,H,W] → [N,H,W,na·no] → [N,H,W,na,no] → [N,na,H,W,no]
      String last = transpose(inputs.get(0), out, 0, 2, 3, 1);
      String split = reshape(last, out, 0, 0, 0, op.anchors(), op.outputs());
      return transpose(split, out, 0, 3, 1, 2, 4);
    }
    // [N,na·no,H,W] → [N,na,no,H,W] → [N,na,H,W,no]
    long rows = height ? -1 : node.shape().dim(2);
    long columns = width ? -1 : node.shape().dim(3);
    String split = reshape(inputs.get(0), out, 0, op.anchors(), op.outputs(), rows, columns);
    return transpose(split, out, 0, 1, 3, 4, 2);
  }

  static String transpose(String value, OnnxBuilder out, long... order) {
    return out.add("Transpose", OnnxAttributes.NONE.integers("perm", order), value);
  }

  /** As NumPy's, but that a 0 keeps the size at the same place. */
  static String reshape(String value, OnnxBuilder out, long... shape) {
    return out.add("Reshape", OnnxAttributes.NONE, value, out.integers(shape));
  }
}
