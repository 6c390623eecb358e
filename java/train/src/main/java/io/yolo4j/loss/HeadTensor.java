package io.yolo4j.loss;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorIndex;
import org.bytedeco.pytorch.TensorIndexVector;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One raw head [N,A,H,W,O] in any memory layout, and what the loss asks LibTorch to do with all of
 * it: read the predictions of the positives, sum the objectness losses, put the gradient together.
 * All handles belong to the caller's scope.
 */
final class HeadTensor {
  private static final int OBJECTNESS = 4;
  private static final int OUTPUTS_DIM = 4;

  private final Tensor head;
  private final Tensor values;
  private final Positives positives;
  private final LogitLoss loss;
  private final Tensor objectness;
  private final Tensor indices;

  /**
   * Reads the objectness. Call it with gradients off.
   *
   * @param loss the objectness loss
   */
  HeadTensor(Tensor head, Positives positives, LogitLoss loss) {
    this.head = head;
    // float16 would lose small gradients before a loss scaler can help
    boolean bfloat16 = head.scalar_type().intern() == ScalarType.BFloat16;
    this.values = head.detach().to(bfloat16 ? ScalarType.BFloat16 : ScalarType.Float);
    this.positives = positives;
    this.loss = loss;
    this.objectness = values.select(OUTPUTS_DIM, OBJECTNESS).to(ScalarType.Float).contiguous();
    this.indices = indices();
  }

  Positives positives() {
    return positives;
  }

  /** Number of predictions: images times anchors times cells. */
  long predictions() {
    return objectness.numel();
  }

  /** The outputs of the positives' predictions, float32, [predictions · outputs]. */
  Tensor atPositives() {
    return values.index(selection()).to(ScalarType.Float).reshape(-1);
  }

  /** The sum of the objectness losses as if every target were 0, float32, [1]. */
  Tensor backgroundLoss() {
    Tensor each = torch.softplus(objectness);
    if (loss.gamma() > 0) {
      each = each.mul(backgroundFocus());
    }
    return each.sum().reshape(1);
  }

  /**
   * The gradient of the total loss with respect to the head, in its memory layout: the objectness
   * column as if nothing were a positive, then the positives' rows.
   */
  Tensor gradient(PositiveLoss atPositives) {
    Tensor gradient = torch.zeros_like(values);
    gradient
        .select(OUTPUTS_DIM, OBJECTNESS)
        .copy_(backgroundSlope().mul(new Scalar(atPositives.weights().obj())));
    if (positives.predictions() > 0) {
      Tensor rows = torch.empty(positives.predictions(), values.size(OUTPUTS_DIM));
      rows.<FloatBuffer>createBuffer().put(atPositives.gradient());
      gradient.index_put_(selection(), rows.to(values.device(), values.scalar_type()));
    }
    return gradient;
  }

  /**
   * A scalar whose gradient with respect to the head is this one: their product, read once in the
   * order of memory. Its own value means nothing. Call it with gradients on.
   */
  Tensor carry(Tensor gradient) {
    long[] order =
        IntStream.range(0, 5)
            .boxed()
            .sorted(Comparator.comparingLong((Integer dim) -> -values.stride(dim)))
            .mapToLong(Integer::longValue)
            .toArray();
    return head.to(values.scalar_type())
        .permute(order)
        .reshape(-1)
        .dot(gradient.permute(order).reshape(-1))
        .to(ScalarType.Float);
  }

  /** d/dx of the loss with target 0: p without focal weighting, p = sigmoid(x). */
  private Tensor backgroundSlope() {
    Tensor p = objectness.sigmoid();
    if (loss.gamma() == 0) {
      return p;
    }
    // d softplus·p^γ/dx = p^γ · (p + γ · softplus · (1 − p))
    Tensor miss = p.neg().add(new Scalar(1.0));
    Tensor bend = torch.softplus(objectness).mul(miss).mul(new Scalar(loss.gamma()));
    return backgroundFocus().mul(p.add(bend));
  }

  /** The focal factor for target 0: (1 − α) · p^γ. */
  private Tensor backgroundFocus() {
    return objectness.sigmoid().pow(new Scalar(loss.gamma())).mul(new Scalar(1 - LogitLoss.ALPHA));
  }

  private Tensor indices() {
    int count = positives.predictions();
    Tensor table = torch.empty(new long[] {4, count}, new TensorOptions(ScalarType.Long), null);
    if (count > 0) {
      table.<LongBuffer>createBuffer().put(positives.indices());
    }
    return table.to(values.device(), ScalarType.Long);
  }

  private TensorIndexVector selection() {
    return new TensorIndexVector(
        new TensorIndex(indices.select(0, 0)),
        new TensorIndex(indices.select(0, 1)),
        new TensorIndex(indices.select(0, 2)),
        new TensorIndex(indices.select(0, 3)));
  }
}
