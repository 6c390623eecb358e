package io.yolo4j.detect;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.kernels.DecodeKernel;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeArray;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.runtime.RawHead;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns raw heads into boxes: y = sigmoid(raw); centre = (2·y − 0.5 + cell)·stride; size =
 * (2·y)²·anchor; all in float32 (Ultralytics YOLOv5 release 6.0, the formulas of its Detect layer
 * as published).
 *
 * <p>Order: level after level, in a level anchors outermost, then rows, then columns.
 *
 * <p>Threads: safe, when every thread brings its own {@link Candidates}.
 */
public final class HeadDecoder {
  private static final int OBJECTNESS = 4;
  private static final int FIRST_CLASS = 5;
  /* Room for the rounding of sigmoid and logarithm in the comparison before the exact one. */
  private static final double LOGIT_MARGIN = 1e-3;
  private static final double LARGEST_LOGIT = 8;

  private final DetectionHead head;

  /** Creates a decoder for heads of this description. */
  public HeadDecoder(DetectionHead head) {
    this.head = head;
  }

  /**
   * Adds the candidates of one picture, in order.
   *
   * @param heads one per level
   * @param image index of the picture in the batch
   * @throws IllegalArgumentException if the heads don't fit the description, or lack classes of
   *     cells that the filter lets pass
   */
  public void decode(List<RawHead> heads, int image, CandidateFilter filter, Candidates into) {
    decode(heads, image, new Pass(filter, 0, head.levels().size()), into);
  }

  /** A filter and the levels it is applied to: firstLevel until before endLevel. */
  record Pass(CandidateFilter filter, int firstLevel, int endLevel) {}

  void decode(List<RawHead> heads, int image, Pass pass, Candidates into) {
    CandidateFilter filter = pass.filter();
    if (filter.classConfidences().isEmpty()) {
      decodeAll(heads, image, pass, into);
      return;
    }
    float[] confidences = filter.confidences(head.classes());
    int from = into.size();
    CandidateFilter wide = filter.withConfidence(filter.lowest(head.classes()));
    decodeAll(heads, image, new Pass(wide, pass.firstLevel(), pass.endLevel()), into);
    into.retainAbove(confidences, from);
  }

  private void decodeAll(List<RawHead> heads, int image, Pass pass, Candidates into) {
    check(heads, image);
    requireClasses(heads, pass);
    BitSet kept = pass.filter().kept(head.classes());
    boolean kernels = NativeLibrary.isAvailable();
    for (int level = pass.firstLevel(); level < pass.endLevel(); level++) {
      RawHead raw = heads.get(level);
      if (kernels && isNative(raw.values()) && isNative(raw.classValues())) {
        decodeNatively(raw, image, head.levels().get(level), pass.filter(), kept, into);
      } else {
        decodeLevel(raw, image, head.levels().get(level), pass.filter(), kept, into);
      }
    }
  }

  private static void decodeNatively(
      RawHead raw,
      int image,
      DetectionHead.Level level,
      CandidateFilter filter,
      BitSet kept,
      Candidates into) {
    int classes = raw.outputs() - FIRST_CLASS;
    DecodeKernel kernel =
        new DecodeKernel(
            new DecodeKernel.Grid(
                classes, raw.height(), raw.width(), strides(raw), classStrides(raw)),
            level.anchors().stream()
                .map(a -> new DecodeKernel.Anchor(a.width(), a.height()))
                .toList(),
            level.stride(),
            new DecodeKernel.Filter(filter.confidence(), filter.multiLabel()));
    int pairs = raw.anchors() * raw.cells();
    RawHead.ClassLogits apart = raw.classLogits();
    into.addAll(
        kernel,
        new DecodeKernel.Logits(
            ofImage(raw.values(), image, pairs * raw.anchorValues()),
            apart == null ? null : ofImage(apart.values(), image, pairs * classes)),
        kept.cardinality() == classes ? null : bytes(kept, classes));
  }

  private static NativeArray ofImage(FloatBuffer values, int image, int count) {
    FloatBuffer logits = values.duplicate();
    logits.limit((image + 1) * count).position(image * count);
    return NativeArray.of(logits);
  }

  private static DecodeKernel.Strides strides(RawHead raw) {
    return new DecodeKernel.Strides(
        raw.anchorStride(), (long) raw.width() * raw.cellStride(), raw.cellStride(), 1);
  }

  private static DecodeKernel.@Nullable Strides classStrides(RawHead raw) {
    return raw.classLogits() == null
        ? null
        : new DecodeKernel.Strides(
            raw.classAnchorStride(),
            (long) raw.width() * raw.classCellStride(),
            raw.classCellStride(),
            1);
  }

  /** Where classes are missing a lower confidence would read what isn't there. */
  private static void requireClasses(List<RawHead> heads, Pass pass) {
    for (int level = pass.firstLevel(); level < pass.endLevel(); level++) {
      RawHead.ClassLogits apart = heads.get(level).classLogits();
      if (apart != null && pass.filter().confidence() < apart.leastObjectness()) {
        throw new IllegalArgumentException(
            "raw head %d has class scores where the objectness is above %s; the confidence must be at least that, got %s"
                .formatted(level, apart.leastObjectness(), pass.filter().confidence()));
      }
    }
  }

  private static boolean isNative(FloatBuffer values) {
    return values.isDirect() && values.order() == ByteOrder.nativeOrder();
  }

  private static NativeArray bytes(BitSet kept, int classes) {
    ByteBuffer flags = ByteBuffer.allocateDirect(classes);
    kept.stream().forEach(c -> flags.put(c, (byte) 1));
    return NativeArray.of(flags, ElementType.U8);
  }

  private void decodeLevel(
      RawHead raw,
      int image,
      DetectionHead.Level level,
      CandidateFilter filter,
      BitSet kept,
      Candidates into) {
    FloatBuffer values = raw.values();
    int cells = raw.cells();
    double objectnessLogit = logitBelow(filter.confidence());
    float[] box = new float[4];
    for (int anchor = 0; anchor < raw.anchors(); anchor++) {
      for (int cell = 0; cell < cells; cell++) {
        int at = raw.index(image, anchor, cell);
        float logit = values.get(at + OBJECTNESS);
        if (!(logit > objectnessLogit)) {
          continue;
        }
        float objectness = sigmoid(logit);
        if (objectness > filter.confidence()) {
          decodeBox(raw, level, anchor * cells + cell, at, box);
          int classes = raw.classIndex(image, anchor, cell);
          addClasses(raw.classValues(), classes, objectness, filter, kept, box, into);
        }
      }
    }
  }

  private void addClasses(
      FloatBuffer classes,
      int first,
      float objectness,
      CandidateFilter filter,
      BitSet kept,
      float[] box,
      Candidates into) {
    float confidence = filter.confidence();
    double classLogit = logitBelow(confidence / objectness);
    float bestScore = Float.NEGATIVE_INFINITY;
    int best = -1;
    for (int c = 0; c < head.classes(); c++) {
      float logit = classes.get(first + c);
      if (!(logit > classLogit)) {
        continue;
      }
      float score = objectness * sigmoid(logit);
      if (!(score > confidence)) {
        continue;
      }
      if (filter.multiLabel() && head.classes() > 1) {
        if (kept.get(c)) {
          into.addCentred(box, score, c);
        }
      } else if (score > bestScore) {
        bestScore = score;
        best = c;
      }
    }
    if (best >= 0 && kept.get(best)) {
      into.addCentred(box, bestScore, best);
    }
  }

  /*
   * Centre and size in pixels of the network's frame. The row counts anchors and cells of one
   * picture; its values start at an index of the buffer.
   */
  private static void decodeBox(
      RawHead raw, DetectionHead.Level level, int row, int at, float[] box) {
    FloatBuffer values = raw.values();
    int cells = raw.height() * raw.width();
    DetectionHead.Anchor anchor = level.anchors().get(row / cells);
    int gridX = row % cells % raw.width();
    int gridY = row % cells / raw.width();
    box[0] = (sigmoid(values.get(at)) * 2 - 0.5f + gridX) * level.stride();
    box[1] = (sigmoid(values.get(at + 1)) * 2 - 0.5f + gridY) * level.stride();
    float width = sigmoid(values.get(at + 2)) * 2;
    float height = sigmoid(values.get(at + 3)) * 2;
    box[2] = width * width * anchor.width();
    box[3] = height * height * anchor.height();
  }

  /**
   * Returns every cell of one picture, decoded: row after row centre x, centre y, width, height in
   * pixels, objectness, class probabilities.
   *
   * @param heads one per level
   * @param image index of the picture in the batch
   * @return cells · {@code head.outputs()} values
   * @throws IllegalArgumentException if the heads don't fit the description, or lack classes of
   *     cells whose objectness is low
   */
  public float[] decodeAll(List<RawHead> heads, int image) {
    check(heads, image);
    requireClasses(heads, new Pass(CandidateFilter.of(0), 0, heads.size()));
    int outputs = head.outputs();
    int rows = heads.stream().mapToInt(h -> h.anchors() * h.height() * h.width()).sum();
    float[] decoded = new float[Math.multiplyExact(rows, outputs)];
    float[] box = new float[4];
    int to = 0;
    for (int l = 0; l < heads.size(); l++) {
      RawHead raw = heads.get(l);
      int cells = raw.height() * raw.width();
      for (int row = 0; row < raw.anchors() * cells; row++, to += outputs) {
        int at = raw.index(image, row / cells, row % cells);
        decodeBox(raw, head.levels().get(l), row, at, box);
        System.arraycopy(box, 0, decoded, to, 4);
        decoded[to + OBJECTNESS] = sigmoid(raw.values().get(at + OBJECTNESS));
        int first = raw.classIndex(image, row / cells, row % cells);
        for (int c = 0; c < head.classes(); c++) {
          decoded[to + FIRST_CLASS + c] = sigmoid(raw.classValues().get(first + c));
        }
      }
    }
    return decoded;
  }

  private void check(List<RawHead> heads, int image) {
    if (heads.size() != head.levels().size()) {
      throw new IllegalArgumentException(
          "the network has %d detection levels, got %d raw heads"
              .formatted(head.levels().size(), heads.size()));
    }
    for (int i = 0; i < heads.size(); i++) {
      RawHead raw = heads.get(i);
      int anchors = head.levels().get(i).anchors().size();
      if (raw.outputs() != head.outputs() || raw.anchors() != anchors) {
        throw new IllegalArgumentException(
            "raw head %d must have %d anchors of %d outputs, got %d anchors of %d outputs"
                .formatted(i, anchors, head.outputs(), raw.anchors(), raw.outputs()));
      }
      if (image < 0 || image >= raw.images()) {
        throw new IllegalArgumentException(
            "picture %d is not in a batch of %d".formatted(image, raw.images()));
      }
    }
  }

  static float sigmoid(float x) {
    return (float) (1 / (1 + Math.exp(-x)));
  }

  /*
   * A logit that is surely below the probability: most cells fail this comparison, which costs no
   * exponential. Near 1 float32 probabilities lie further apart than the margin reaches, hence the
   * bound.
   */
  private static double logitBelow(float probability) {
    if (probability >= 1) {
      return LARGEST_LOGIT;
    }
    double logit = Math.log(probability / (1 - (double) probability));
    return Math.min(logit - LOGIT_MARGIN, LARGEST_LOGIT);
  }
}
