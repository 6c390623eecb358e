package io.yolo4j.eval;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.LoadedBatch;
import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import io.yolo4j.runtime.RawHead;
import java.util.List;

/** Is told how a validation goes, on the validating thread. */
public interface ValidationListener {
  /** Does nothing. */
  ValidationListener NONE = new ValidationListener() {};

  /**
   * A batch is done.
   *
   * @param done batches so far
   * @param total all batches
   */
  default void batchDone(int done, int total) {}

  /**
   * The network has run on a batch; nothing is decoded yet. What is given is valid during the call.
   *
   * @param batch the pixels and which pictures they are
   * @param heads the raw heads, one per level; those of a plan may hold classes apart and in part
   *     ({@link RawHead#classLogits})
   */
  default void headsReady(LoadedBatch batch, List<RawHead> heads) {}

  /**
   * A picture is done.
   *
   * @param sample the picture and its labels
   * @param detections by falling confidence, in pixels of the original picture
   */
  default void pictureDone(Sample sample, List<Detection> detections) {}

  /** A picture could not be read and is left out. */
  default void pictureSkipped(DataIssue issue) {}
}
