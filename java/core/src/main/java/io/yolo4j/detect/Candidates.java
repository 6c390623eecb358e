package io.yolo4j.detect;

import io.yolo4j.image.Box;
import java.util.Arrays;

/**
 * A growing list of scored boxes between decoding and non-maximum suppression, in primitive arrays:
 * a validation picture gives tens of thousands of them. Used again for the next picture after
 * {@link #clear()}.
 *
 * <p>Threads: one at a time.
 */
public final class Candidates {
  private float[] corners = new float[4 * 256];
  private float[] scores = new float[256];
  private int[] classIds = new int[256];
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
    corners[4 * index] = box.x1();
    corners[4 * index + 1] = box.y1();
    corners[4 * index + 2] = box.x2();
    corners[4 * index + 3] = box.y2();
  }

  /* Adds a box by centre and size, as the network gives it. */
  void addCentred(float[] centreAndSize, float score, int classId) {
    int index = grow(score, classId);
    float halfWidth = centreAndSize[2] / 2;
    float halfHeight = centreAndSize[3] / 2;
    corners[4 * index] = centreAndSize[0] - halfWidth;
    corners[4 * index + 1] = centreAndSize[1] - halfHeight;
    corners[4 * index + 2] = centreAndSize[0] + halfWidth;
    corners[4 * index + 3] = centreAndSize[1] + halfHeight;
  }

  private int grow(float score, int classId) {
    if (size == scores.length) {
      int capacity = Math.multiplyExact(size, 2);
      corners = Arrays.copyOf(corners, Math.multiplyExact(capacity, 4));
      scores = Arrays.copyOf(scores, capacity);
      classIds = Arrays.copyOf(classIds, capacity);
    }
    scores[size] = score;
    classIds[size] = classId;
    return size++;
  }

  /** Returns a candidate's box. */
  public Box box(int index) {
    int at = 4 * checked(index);
    return new Box(corners[at], corners[at + 1], corners[at + 2], corners[at + 3]);
  }

  /** Returns a candidate's confidence. */
  public float score(int index) {
    return scores[checked(index)];
  }

  /** Returns a candidate's class. */
  public int classId(int index) {
    return classIds[checked(index)];
  }

  /* Corner 0 to 3 is x1, y1, x2, y2. */
  float corner(int index, int corner) {
    return corners[4 * index + corner];
  }

  /*
   * Maps the candidates from an index on: x' = (x - left) / gain, and mirrored in a frame of this
   * width where the picture was.
   */
  void rescale(int from, float gainX, float gainY, float mirrorWidth) {
    for (int i = from; i < size; i++) {
      float x1 = corners[4 * i] / gainX;
      float x2 = corners[4 * i + 2] / gainX;
      boolean mirrored = mirrorWidth > 0;
      corners[4 * i] = mirrored ? mirrorWidth - x2 : x1;
      corners[4 * i + 2] = mirrored ? mirrorWidth - x1 : x2;
      corners[4 * i + 1] /= gainY;
      corners[4 * i + 3] /= gainY;
    }
  }

  private int checked(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException(
          "candidate %d of %d does not exist".formatted(index, size));
    }
    return index;
  }
}
