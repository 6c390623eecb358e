package io.yolo4j.train;

/** Cancels after so many batches of its run. */
final class CancelAfter implements TrainingListener {
  private final Trainer trainer;
  private final int batches;
  private int done;

  CancelAfter(Trainer trainer, int batches) {
    this.trainer = trainer;
    this.batches = batches;
  }

  @Override
  public void batchDone(BatchProgress progress) {
    done++;
    if (done == batches) {
      trainer.cancel();
    }
  }
}
