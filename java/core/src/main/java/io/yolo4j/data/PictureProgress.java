package io.yolo4j.data;

/** Follows work on many pictures. */
@FunctionalInterface
public interface PictureProgress {
  /** Tells that as many pictures are done; calls of several threads come in any order. */
  void pictureDone(int done, int total);
}
