package io.yolo4j.detect;

import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.kernels.SuppressionKernel;
import java.util.Arrays;

/**
 * Greedy non-maximum suppression: candidates in order of falling score (equal scores: the earlier
 * index first), each kept unless its IoU with one already kept is greater than the threshold.
 *
 * <p>IoU is inter / (area + area − inter) in float32 without an epsilon, compared in double; that
 * of two boxes without area is NaN and suppresses nothing. There is no time limit.
 *
 * <p>Cost: candidates times kept boxes of one class. Threads: safe.
 */
public final class NonMaxSuppression {
  private static final float CLASS_OFFSET = 4096;

  private final NmsOptions options;

  /** Creates a suppression with these options. */
  public NonMaxSuppression(NmsOptions options) {
    this.options = options;
  }

  /**
   * Returns the indices of the kept candidates in order of falling score; on the kernels where
   * there are any for this platform, with the same result.
   *
   * @throws io.yolo4j.kernels.NativeException if {@code YOLO4J_ISA} asks for what this CPU can't
   *     run
   */
  public int[] keep(Candidates candidates) {
    boolean exact = options.mode() == NmsOptions.Mode.EXACT;
    return exact && NativeLibrary.isAvailable()
        ? candidates.keep(
            new SuppressionKernel(
                options.agnostic(),
                options.iouThreshold(),
                options.maxCandidates(),
                options.maxDetections()))
        : keepInJava(candidates);
  }

  /* The same by itself: for platforms without kernels, and for the compatible mode. */
  int[] keepInJava(Candidates candidates) {
    int[] order = order(candidates);
    int count = Math.min(order.length, options.maxCandidates());
    Kept kept = new Kept(candidates, options, order.length);
    for (int i = 0; i < count && kept.size < options.maxDetections(); i++) {
      kept.offer(order[i]);
    }
    return Arrays.copyOf(kept.indices, kept.size);
  }

  /*
   * Sorts one long per candidate: the score's bits, turned so that high scores come first, above
   * the index. The bits of floats order like the floats themselves once the sign is treated.
   */
  private static int[] order(Candidates candidates) {
    long[] keys = new long[candidates.size()];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(candidates.score(i));
      int ascending = bits >= 0 ? bits : ~bits ^ Integer.MIN_VALUE;
      keys[i] = (long) ~ascending << 32 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /** The kept boxes; those of one class are linked from the newest to the oldest. */
  private static final class Kept {
    private final Candidates candidates;
    private final double threshold;
    private final boolean oneGroup;
    private final boolean offset;
    private final int[] indices;
    private final int[] older;
    private final int[] newest;
    private final float[] boxes;
    private int size;

    Kept(Candidates candidates, NmsOptions options, int count) {
      this.candidates = candidates;
      threshold = options.iouThreshold();
      boolean compatible = options.mode() == NmsOptions.Mode.COMPATIBLE;
      oneGroup = options.agnostic() || compatible;
      offset = compatible && !options.agnostic();
      int capacity = Math.min(Math.min(count, options.maxCandidates()), options.maxDetections());
      indices = new int[capacity];
      older = new int[capacity];
      boxes = new float[4 * capacity];
      newest = new int[oneGroup ? 1 : groups(candidates)];
      Arrays.fill(newest, -1);
    }

    private static int groups(Candidates candidates) {
      int highest = 0;
      for (int i = 0; i < candidates.size(); i++) {
        highest = Math.max(highest, candidates.classId(i));
      }
      return highest + 1;
    }

    void offer(int candidate) {
      float shift = offset ? candidates.classId(candidate) * CLASS_OFFSET : 0;
      float x1 = candidates.corner(candidate, 0) + shift;
      float y1 = candidates.corner(candidate, 1) + shift;
      float x2 = candidates.corner(candidate, 2) + shift;
      float y2 = candidates.corner(candidate, 3) + shift;
      float area = (x2 - x1) * (y2 - y1);
      int group = oneGroup ? 0 : candidates.classId(candidate);
      for (int k = newest[group]; k >= 0; k = older[k]) {
        float width = Math.max(Math.min(x2, boxes[4 * k + 2]) - Math.max(x1, boxes[4 * k]), 0);
        float height = Math.max(Math.min(y2, boxes[4 * k + 3]) - Math.max(y1, boxes[4 * k + 1]), 0);
        float inter = width * height;
        if (inter / (area + keptArea(k) - inter) > threshold) {
          return;
        }
      }
      indices[size] = candidate;
      older[size] = newest[group];
      newest[group] = size;
      boxes[4 * size] = x1;
      boxes[4 * size + 1] = y1;
      boxes[4 * size + 2] = x2;
      boxes[4 * size + 3] = y2;
      size++;
    }

    private float keptArea(int k) {
      return (boxes[4 * k + 2] - boxes[4 * k]) * (boxes[4 * k + 3] - boxes[4 * k + 1]);
    }
  }
}
