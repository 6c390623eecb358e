package io.yolo4j.train;

import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Is told how a run goes, on the training thread. What it is given is valid during the call. */
public interface TrainingListener {
  /** Does nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Returns a listener that tells several, in order. What one of them throws reaches the caller,
   * and the later ones are not told.
   */
  static TrainingListener all(List<? extends TrainingListener> listeners) {
    return new ListenerChain(List.copyOf(listeners));
  }

  /** The data is checked and the network stands. */
  default void started(TrainingStart start) {}

  /** Something that a person should know: what was transferred, adjusted or left out. */
  default void message(String text) {}

  /**
   * A batch comes out of the loader, before its step; only the first three batches of the run's
   * first epoch.
   *
   * @param pixels RGB bytes [images, height, width, 3]
   * @param targets rows of image, class, centre x, centre y, width, height; fractions of the frame
   */
  default void batchLoaded(
      int batch, ByteBuffer pixels, int images, int height, int width, float[] targets) {}

  /** A step is done. */
  default void batchDone(BatchProgress progress) {}

  /** A batch of validation is done. */
  default void validating(int done, int total) {}

  /**
   * A picture of the last validation is done.
   *
   * @param detections by falling confidence, in pixels of the original picture
   */
  default void pictureValidated(Sample sample, List<Detection> detections) {}

  /** An epoch is done and its checkpoints are written. */
  default void epochDone(EpochResult result) {}

  /** A checkpoint is written. */
  default void checkpointWritten(Path file, int epoch) {}

  /** The run is over. */
  default void finished(TrainingResult result) {}
}
