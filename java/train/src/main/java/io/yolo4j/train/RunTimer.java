package io.yolo4j.train;

/** Measures a run's speed and estimates what is left. */
final class RunTimer {
  private final int batchesPerEpoch;
  private long epochStart;
  private long epochEnd;
  private long validationNanos;
  private int validations;
  private long lastValidation;
  private long images;
  private long batches;

  RunTimer(int batchesPerEpoch) {
    this.batchesPerEpoch = batchesPerEpoch;
  }

  void startEpoch() {
    epochStart = System.nanoTime();
    images = 0;
    batches = 0;
  }

  void batchDone(int pictures) {
    images += pictures;
    batches++;
    epochEnd = System.nanoTime();
  }

  /** Ends what came after the epoch's last batch. */
  void validated() {
    lastValidation = batches == 0 ? 0 : System.nanoTime() - epochEnd;
    validationNanos += lastValidation;
    validations++;
  }

  double epochSeconds() {
    return batches == 0 ? 0 : (epochEnd - epochStart) / 1e9;
  }

  double validationSeconds() {
    return lastValidation / 1e9;
  }

  double imagesPerSecond() {
    double seconds = epochSeconds();
    return seconds == 0 ? 0 : images / seconds;
  }

  /**
   * Returns the estimated time for these batches and validations, from the epoch's mean so far.
   * Before the first validation its time is taken as a twentieth of an epoch.
   */
  long remainingNanos(long batchesLeft, int validationsLeft) {
    if (batches == 0) {
      return 0;
    }
    double perBatch = (double) (epochEnd - epochStart) / batches;
    double perValidation =
        validations == 0 ? perBatch * batchesPerEpoch / 20 : (double) validationNanos / validations;
    return (long) (perBatch * batchesLeft + perValidation * validationsLeft);
  }
}
