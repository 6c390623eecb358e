package io.yolo4j.train;

import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Passes on everything to several listeners, in order. */
record ListenerChain(List<TrainingListener> listeners) implements TrainingListener {
  ListenerChain {
    listeners = List.copyOf(listeners);
  }

  @Override
  public void started(TrainingStart start) {
    listeners.forEach(listener -> listener.started(start));
  }

  @Override
  public void message(String text) {
    listeners.forEach(listener -> listener.message(text));
  }

  @Override
  public void batchLoaded(
      int batch, ByteBuffer pixels, int images, int height, int width, float[] targets) {
    listeners.forEach(
        listener -> listener.batchLoaded(batch, pixels, images, height, width, targets));
  }

  @Override
  public void batchDone(BatchProgress progress) {
    listeners.forEach(listener -> listener.batchDone(progress));
  }

  @Override
  public void validating(int done, int total) {
    listeners.forEach(listener -> listener.validating(done, total));
  }

  @Override
  public void pictureValidated(Sample sample, List<Detection> detections) {
    listeners.forEach(listener -> listener.pictureValidated(sample, detections));
  }

  @Override
  public void epochDone(EpochResult result) {
    listeners.forEach(listener -> listener.epochDone(result));
  }

  @Override
  public void checkpointWritten(Path file, int epoch) {
    listeners.forEach(listener -> listener.checkpointWritten(file, epoch));
  }

  @Override
  public void finished(TrainingResult result) {
    listeners.forEach(listener -> listener.finished(result));
  }
}
