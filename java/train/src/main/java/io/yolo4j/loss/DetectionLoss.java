package io.yolo4j.loss;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Shape;
import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The loss of a YOLOv5 detection network.
 *
 * <p>Per level l with M_l = N·A·H·W predictions, of which n_l matches are positives, and with the
 * gains of {@link LossOptions}:
 *
 * <pre>
 * box   = box gain · Σ_l mean over the matches of (1 − q),  q the similarity of {@link BoxLoss}
 * obj   = obj gain · Σ_l balance_l · mean over all predictions of loss(x, t)
 * cls   = cls gain · Σ_l mean over the matches and classes of loss(x, t)      (several classes only)
 * total = (box + obj + cls) · N
 * </pre>
 *
 * where loss(x, t) is binary cross-entropy with logits, focal when γ &gt; 0; the objectness target
 * t is max(q, 0) of the last match of a prediction and 0 without one, without gradient; the class
 * target is 1 − ε/2 for the class and ε/2 for the others. A prediction is the box xy = 2·sigmoid −
 * 0.5 relative to its cell, wh = (2·sigmoid)² · anchor.
 *
 * <p>How it is computed: the positives, few, in plain Java; over whole heads LibTorch does the
 * objectness as if nothing were a positive, and their rows are then replaced. The gradient is
 * written out here, so {@code backward()} only passes it on. Everything is summed in a fixed order:
 * the same inputs and threads give the same bits.
 *
 * <p>Threads: one at a time. The device is that of the heads; values are read from it once a call.
 */
public final class DetectionLoss implements AutoCloseable {
  private final DetectionHead head;
  private final LossOptions options;
  private final LevelBalance balance;
  private boolean closed;

  /**
   * Creates a loss.
   *
   * @param head the network's head
   * @param scaledOptions options that fit the network, see {@link LossOptions#scaled}
   * @throws IllegalArgumentException if there are class weights but not one a class, more than five
   *     levels, or autobalance without a level of stride 16
   */
  public DetectionLoss(DetectionHead head, LossOptions scaledOptions) {
    this.head = head;
    this.options = scaledOptions;
    int factors = options.classWeights().size();
    if (factors != 0 && factors != head.classes()) {
      throw new IllegalArgumentException(
          "class weights must be one for each of %d classes, got %d"
              .formatted(head.classes(), factors));
    }
    balance = new LevelBalance(head, options.autobalance());
  }

  /**
   * Computes the loss of a batch.
   *
   * @param rawHeads one tensor [N,A,H,W,5+classes] a level, before the sigmoid, float32 or
   *     bfloat16, in any memory layout; computed with in float32
   * @param targets the labelled boxes of the batch
   * @return the loss, which the caller closes after {@code backward()}
   * @throws IllegalArgumentException if a head's shape does not fit or a target's image or class is
   *     out of range, naming value and limit
   * @throws IllegalStateException if the loss is closed
   */
  public LossValue compute(List<Tensor> rawHeads, Targets targets) {
    checkOpen();
    int images = checkShapes(rawHeads);
    targets.requireWithin(images, head.classes());
    boolean training = GradMode.is_enabled() && rawHeads.stream().anyMatch(Tensor::requires_grad);
    try (TorchScope scope = TorchScope.open()) {
      List<HeadTensor> levels;
      List<PositiveLoss> losses;
      LossItems items;
      Tensor total;
      List<Tensor> gradients = List.of();
      try (NoGradGuard guard = new NoGradGuard()) {
        levels = levels(rawHeads, targets);
        HostValues values = HostValues.read(levels);
        losses = losses(levels, values, images);
        if (training) {
          gradients = gradients(levels, losses);
        }
        items = items(levels, losses, values);
        total =
            torch
                .scalar_tensor(new Scalar(items.total() * images))
                .to(rawHeads.get(0).device(), ScalarType.Float);
      }
      if (training) {
        total = carry(levels, gradients, total);
      }
      return new LossValue(TorchScope.keep(total), items);
    }
  }

  /**
   * Returns the weights of the levels' objectness losses: three for three levels, otherwise five.
   * With autobalance every computed loss moves them, and a run continues exactly when they are
   * given back.
   */
  public List<Double> balance() {
    return balance.weights();
  }

  /**
   * Sets the weights of the levels' objectness losses.
   *
   * @throws IllegalArgumentException if their number is not that of {@link #balance()} or one is
   *     negative or not finite
   */
  public void balance(List<Double> weights) {
    balance.weights(weights);
  }

  /** Ends the use; no native memory is held between calls. */
  @Override
  public void close() {
    closed = true;
  }

  private List<HeadTensor> levels(List<Tensor> rawHeads, Targets targets) {
    LogitLoss objectness = new LogitLoss(options.objPw(), options.flGamma());
    List<HeadTensor> levels = new ArrayList<>();
    for (int l = 0; l < rawHeads.size(); l++) {
      Shape grid = TensorTransfer.shape(rawHeads.get(l));
      List<Match> matches =
          Assignment.matches(
              targets, head.levels().get(l), grid.dim(2), grid.dim(3), options.anchorT());
      levels.add(new HeadTensor(rawHeads.get(l), new Positives(matches, grid), objectness));
    }
    return levels;
  }

  private List<PositiveLoss> losses(List<HeadTensor> levels, HostValues values, int images) {
    List<PositiveLoss> losses = new ArrayList<>();
    for (int l = 0; l < levels.size(); l++) {
      HeadTensor level = levels.get(l);
      PositiveLoss.Weights weights =
          new PositiveLoss.Weights(
              options.box() * images,
              options.cls() * images,
              options.obj() * images * balance.weight(l) / level.predictions());
      losses.add(
          PositiveLoss.of(
              options, head, l, level.positives(), values.atPositives().get(l), weights));
    }
    return losses;
  }

  private static List<Tensor> gradients(List<HeadTensor> levels, List<PositiveLoss> losses) {
    List<Tensor> gradients = new ArrayList<>();
    for (int l = 0; l < levels.size(); l++) {
      gradients.add(levels.get(l).gradient(losses.get(l)));
    }
    return gradients;
  }

  private LossItems items(List<HeadTensor> levels, List<PositiveLoss> losses, HostValues values) {
    double box = 0;
    double obj = 0;
    double cls = 0;
    double[] means = new double[levels.size()];
    for (int l = 0; l < means.length; l++) {
      PositiveLoss loss = losses.get(l);
      means[l] =
          (values.background().get(l) + loss.objectnessChange()) / levels.get(l).predictions();
      box += loss.boxMean();
      obj += means[l] * balance.weight(l);
      cls += loss.classMean();
    }
    if (options.autobalance()) {
      balance.follow(means);
    }
    return new LossItems(box * options.box(), obj * options.obj(), cls * options.cls());
  }

  /** Returns a scalar of this value whose gradients with respect to the heads are these. */
  private static Tensor carry(List<HeadTensor> levels, List<Tensor> gradients, Tensor value) {
    Tensor sum = levels.get(0).carry(gradients.get(0));
    for (int l = 1; l < levels.size(); l++) {
      sum = sum.add(levels.get(l).carry(gradients.get(l)));
    }
    sum.set_data(value);
    return sum;
  }

  /** Returns the number of images. */
  private int checkShapes(List<Tensor> rawHeads) {
    if (rawHeads.size() != head.levels().size()) {
      throw new IllegalArgumentException(
          "there must be one raw head for each of %d levels, got %d"
              .formatted(head.levels().size(), rawHeads.size()));
    }
    int images = 0;
    for (int l = 0; l < rawHeads.size(); l++) {
      Shape shape = TensorTransfer.shape(rawHeads.get(l));
      images = l == 0 && shape.rank() > 0 ? shape.dim(0) : images;
      int anchors = head.levels().get(l).anchors().size();
      if (shape.rank() != 5
          || shape.dim(0) != images
          || shape.dim(1) != anchors
          || shape.dim(4) != head.outputs()) {
        throw new IllegalArgumentException(
            "raw head %d must have shape [%s,%d,rows,columns,%d], got %s"
                .formatted(l, l == 0 ? "images" : images, anchors, head.outputs(), shape));
      }
    }
    return images;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the detection loss is closed");
    }
  }
}
