package io.yolo4j.bench.kernels;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Shape;
import io.yolo4j.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * LibTorch's operations in the order of PyTorch's YOLOv5: every cell is decoded, then those of a
 * picture are filtered.
 */
final class DecodeTorch extends TorchForm {
  private static final int OBJECTNESS = 4;
  private static final int FIRST_CLASS = 5;

  private final RawHeads heads;
  private final boolean multiLabel;
  private final Scalar confidence;
  private final Scalar two = resources.keep(new Scalar(2));
  private final Scalar half = resources.keep(new Scalar(0.5));
  private final List<List<Tensor>> raw = new ArrayList<>();
  private final List<Tensor> grids = new ArrayList<>();
  private final List<Tensor> anchors = new ArrayList<>();
  private final List<Scalar> strides = new ArrayList<>();

  DecodeTorch(RawHeads heads, DecodeTask task, CaseBuffers buffers) {
    this.heads = heads;
    multiLabel = task.filter().multiLabel();
    confidence = resources.keep(new Scalar(task.filter().confidence()));
    for (int i = 0; i < heads.shapes().size(); i++) {
      Shape shape = heads.shapes().get(i);
      DetectionHead.Level level = heads.head().levels().get(i);
      raw.add(views(buffers.inputs().get(i), sizes(shape), denseStrides(shape)));
      grids.add(grid(shape));
      anchors.add(anchors(level));
      strides.add(resources.keep(new Scalar(level.stride())));
    }
  }

  private static long[] sizes(Shape shape) {
    return shape.dims().stream().mapToLong(Integer::longValue).toArray();
  }

  private static long[] denseStrides(Shape shape) {
    long[] strides = new long[shape.rank()];
    long step = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= shape.dim(i);
    }
    return strides;
  }

  /* Column and row of each cell. */
  private Tensor grid(Shape shape) {
    int height = shape.dim(2);
    int width = shape.dim(3);
    float[] cells = new float[2 * height * width];
    for (int cell = 0; cell < height * width; cell++) {
      cells[2 * cell] = cell % width;
      int row = cell / width;
      cells[2 * cell + 1] = row;
    }
    return weight(cells, Variant.PLAIN.type(), Variant.PLAIN.layout(), 1, 1, height, width, 2);
  }

  private Tensor anchors(DetectionHead.Level level) {
    int count = level.anchors().size();
    float[] sides = new float[2 * count];
    for (int i = 0; i < count; i++) {
      sides[2 * i] = level.anchors().get(i).width();
      sides[2 * i + 1] = level.anchors().get(i).height();
    }
    return weight(sides, Variant.PLAIN.type(), Variant.PLAIN.layout(), 1, count, 1, 1, 2);
  }

  @Override
  Tensor compute(int copy) {
    try (TorchScope scope = TorchScope.open()) {
      TensorVector levels = new TensorVector();
      for (int level = 0; level < raw.size(); level++) {
        levels.push_back(decode(level, raw.get(level).get(copy).sigmoid()));
      }
      Tensor rows = torch.cat(levels, 1);
      TensorVector pictures = new TensorVector();
      for (int image = 0; image < heads.images(); image++) {
        pictures.push_back(candidates(rows.select(0, image)));
      }
      return TorchScope.keep(torch.cat(pictures, 0));
    }
  }

  /* [N, anchors, H, W, outputs] → [N, anchors·H·W, outputs]. */
  private Tensor decode(int level, Tensor y) {
    Tensor centres =
        y.narrow(4, 0, 2).mul(two).sub(half).add(grids.get(level)).mul(strides.get(level));
    Tensor doubled = y.narrow(4, 2, 2).mul(two);
    Tensor sides = doubled.mul(doubled).mul(anchors.get(level));
    Tensor scores = y.narrow(4, OBJECTNESS, y.size(4) - OBJECTNESS);
    return torch.cat(new TensorVector(centres, sides, scores), 4).view(y.size(0), -1, y.size(4));
  }

  /* [cells, outputs] → [candidates, 6]. */
  private Tensor candidates(Tensor cells) {
    Tensor likely = cells.index_select(0, where(cells.select(1, OBJECTNESS).gt(confidence)));
    Tensor scores =
        likely
            .narrow(1, FIRST_CLASS, likely.size(1) - FIRST_CLASS)
            .mul(likely.narrow(1, OBJECTNESS, 1));
    Tensor boxes = corners(likely);
    return multiLabel ? everyClass(boxes, scores) : bestClass(boxes, scores);
  }

  private static Tensor where(Tensor mask) {
    return mask.nonzero().select(1, 0);
  }

  private Tensor corners(Tensor rows) {
    Tensor centres = rows.narrow(1, 0, 2);
    Tensor halves = rows.narrow(1, 2, 2).div(two);
    return torch.cat(new TensorVector(centres.sub(halves), centres.add(halves)), 1);
  }

  private Tensor everyClass(Tensor boxes, Tensor scores) {
    Tensor places = scores.gt(confidence).nonzero();
    Tensor row = places.select(1, 0);
    Tensor column = places.narrow(1, 1, 1);
    Tensor score = scores.index_select(0, row).gather(1, column);
    return joined(boxes.index_select(0, row), score, column);
  }

  private Tensor bestClass(Tensor boxes, Tensor scores) {
    T_TensorTensor_T best = torch.max(scores, 1, true);
    Tensor kept = where(best.get0().select(1, 0).gt(confidence));
    return joined(
        boxes.index_select(0, kept),
        best.get0().index_select(0, kept),
        best.get1().index_select(0, kept));
  }

  private static Tensor joined(Tensor boxes, Tensor score, Tensor column) {
    return torch.cat(new TensorVector(boxes, score, column.to(torch.ScalarType.Float)), 1);
  }
}
