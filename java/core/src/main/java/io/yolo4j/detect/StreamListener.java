package io.yolo4j.detect;

import io.yolo4j.image.Image;

/**
 * Gets what a {@link DetectionStream} finds. All methods are called on one thread of the stream, in
 * the order of the frames, each frame in exactly one call; frames that are still waiting at a
 * cancel are told nothing of. An exception of a listener cancels the stream.
 */
@FunctionalInterface
public interface StreamListener {
  /**
   * A frame was worked on.
   *
   * @param index of the frame, from 0 on
   */
  void onResult(long index, Image frame, Prediction prediction);

  /** A frame couldn't be read or worked on; the stream goes on. */
  default void onError(long index, Exception error) {}

  /** A frame was dropped because others came faster than they could be worked on. */
  default void onDropped(long index) {}

  /** The stream is over; the last call. */
  default void onEnd(StreamSummary summary) {}
}
