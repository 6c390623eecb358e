package io.yolo4j.detect;

import io.yolo4j.image.Box;
import io.yolo4j.kernels.DecodeKernel;
import io.yolo4j.kernels.KernelWorkspace;
import io.yolo4j.kernels.NativeArray;
import io.yolo4j.kernels.SuppressionKernel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A growing list of scored boxes between decoding and non-maximum suppression, in direct buffers
 * that the kernels write and read: a validation picture gives tens of thousands of them. Used again
 * for the next picture after {@link #clear()}.
 *
 * <p>Threads: one at a time.
 */
public final class Candidates {
  private static final int FIRST_CAPACITY = 256;
  private static final int CORNERS = 4;

  private final KernelWorkspace workspace = new KernelWorkspace();
  private FloatBuffer corners = floats(CORNERS * FIRST_CAPACITY);
  private FloatBuffer scores = floats(FIRST_CAPACITY);
  private IntBuffer classIds = integers(FIRST_CAPACITY);
  private IntBuffer kept = integers(1);
  private int size;

  /** Creates an empty list. */
  public Candidates() {}

  /** Removes all candidates; the memory stays. */
  public void clear() {
    size = 0;
  }

  /** Returns the number of candidates. */
  public int size() {
    return size;
  }

  /**
   * Adds a candidate.
   *
   * @param box corners in pixels
   * @param score confidence
   * @param classId its class
   * @throws IllegalArgumentException if the score is NaN or the class negative
   */
  public void add(Box box, float score, int classId) {
    if (Float.isNaN(score) || classId < 0) {
      throw new IllegalArgumentException(
          "a candidate needs a score and a class of at least 0, got score %s, class %d"
              .formatted(score, classId));
    }
    int index = grow(score, classId);
    corners
        .put(4 * index, box.x1())
        .put(4 * index + 1, box.y1())
        .put(4 * index + 2, box.x2())
        .put(4 * index + 3, box.y2());
  }

  /* Adds a box by centre and size, as the network gives it. */
  void addCentred(float[] centreAndSize, float score, int classId) {
    int index = grow(score, classId);
    float halfWidth = centreAndSize[2] / 2;
    float halfHeight = centreAndSize[3] / 2;
    corners
        .put(4 * index, centreAndSize[0] - halfWidth)
        .put(4 * index + 1, centreAndSize[1] - halfHeight)
        .put(4 * index + 2, centreAndSize[0] + halfWidth)
        .put(4 * index + 3, centreAndSize[1] + halfHeight);
  }

  private int grow(float score, int classId) {
    reserve(size + 1L);
    scores.put(size, score);
    classIds.put(size, classId);
    return size++;
  }

  private void reserve(long candidates) {
    if (candidates > scores.capacity()) {
      int capacity = Math.toIntExact(Math.max(candidates, 2L * size));
      corners = floats(Math.multiplyExact(capacity, CORNERS)).put(0, corners, 0, CORNERS * size);
      scores = floats(capacity).put(0, scores, 0, size);
      classIds = integers(capacity).put(0, classIds, 0, size);
    }
  }

  private static FloatBuffer floats(int count) {
    return bytes(count).asFloatBuffer();
  }

  private static IntBuffer integers(int count) {
    return bytes(count).asIntBuffer();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder());
  }

  /* Appends what a kernel finds; once more with enough room where there wasn't. */
  void addAll(DecodeKernel kernel, DecodeKernel.Logits logits, @Nullable NativeArray keptClasses) {
    long found = kernel.run(logits, keptClasses, sink());
    if (found > scores.capacity()) {
      reserve(found);
      found = kernel.run(logits, keptClasses, sink());
    }
    size = Math.toIntExact(found);
  }

  private DecodeKernel.Sink sink() {
    return new DecodeKernel.Sink(
        NativeArray.of(corners), NativeArray.of(scores), NativeArray.of(classIds), size);
  }

  /* Returns the indices that a kernel keeps. */
  int[] keep(SuppressionKernel kernel) {
    int most = (int) Math.min(kernel.mostKept(), size);
    if (most == 0) {
      return new int[0];
    }
    if (kept.capacity() < most) {
      kept = integers(most);
    }
    SuppressionKernel.Scored scored =
        new SuppressionKernel.Scored(
            NativeArray.of(corners), NativeArray.of(scores), NativeArray.of(classIds), size);
    int[] indices = new int[kernel.run(scored, NativeArray.of(kept), workspace)];
    kept.get(0, indices);
    return indices;
  }

  /** Returns a candidate's box. */
  public Box box(int index) {
    int at = 4 * checked(index);
    return new Box(corners.get(at), corners.get(at + 1), corners.get(at + 2), corners.get(at + 3));
  }

  /** Returns a candidate's confidence. */
  public float score(int index) {
    return scores.get(checked(index));
  }

  /** Returns a candidate's class. */
  public int classId(int index) {
    return classIds.get(checked(index));
  }

  /* Corner 0 to 3 is x1, y1, x2, y2. */
  float corner(int index, int corner) {
    return corners.get(4 * index + corner);
  }

  /*
   * Maps the candidates from an index on: x' = (x - left) / gain, and mirrored in a frame of this
   * width where the picture was.
   */
  void rescale(int from, float gainX, float gainY, float mirrorWidth) {
    for (int i = from; i < size; i++) {
      int at = CORNERS * i;
      float x1 = corners.get(at) / gainX;
      float x2 = corners.get(at + 2) / gainX;
      boolean mirrored = mirrorWidth > 0;
      corners
          .put(at, mirrored ? mirrorWidth - x2 : x1)
          .put(at + 2, mirrored ? mirrorWidth - x1 : x2)
          .put(at + 1, corners.get(at + 1) / gainY)
          .put(at + 3, corners.get(at + 3) / gainY);
    }
  }

  /* Drops, from an index on, candidates whose score doesn't exceed their class's confidence. */
  void retainAbove(float[] confidences, int from) {
    int to = from;
    for (int i = from; i < size; i++) {
      if (scores.get(i) > confidences[classIds.get(i)]) {
        corners.put(CORNERS * to, corners, CORNERS * i, CORNERS);
        scores.put(to, scores.get(i));
        classIds.put(to, classIds.get(i));
        to++;
      }
    }
    size = to;
  }

  private int checked(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "candidate %d of %d does not exist".formatted(index, size));
    }
    return index;
  }
}
