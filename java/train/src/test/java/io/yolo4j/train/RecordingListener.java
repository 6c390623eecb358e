package io.yolo4j.train;

import io.yolo4j.loss.LossItems;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Remembers what it is told. */
class RecordingListener implements TrainingListener {
  final List<String> calls = new ArrayList<>();
  final List<String> messages = new ArrayList<>();
  final List<LossItems> losses = new ArrayList<>();
  final List<BatchProgress> batches = new ArrayList<>();

  @Override
  public void started(TrainingStart start) {
    calls.add("started at " + start.firstEpoch());
  }

  @Override
  public void message(String text) {
    messages.add(text);
  }

  @Override
  public void batchLoaded(
      int batch, ByteBuffer pixels, int images, int height, int width, float[] targets) {
    calls.add("loaded " + batch);
  }

  @Override
  public void batchDone(BatchProgress progress) {
    calls.add("batch %d.%d".formatted(progress.epoch(), progress.batch()));
    losses.add(progress.losses());
    batches.add(progress);
  }

  @Override
  public void epochDone(EpochResult result) {
    calls.add("epoch " + result.epoch());
  }

  @Override
  public void checkpointWritten(Path file, int epoch) {
    calls.add("wrote " + file.getFileName());
  }

  @Override
  public void finished(TrainingResult result) {
    calls.add("finished " + result.end());
  }
}
