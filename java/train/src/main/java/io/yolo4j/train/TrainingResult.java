package io.yolo4j.train;

import io.yolo4j.eval.ValidationResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run.
 *
 * @param folder where it wrote
 * @param end why it ended
 * @param epochs the epochs of this process, in order
 * @param bestEpoch the epoch with the best fitness, from 0; -1 where none was validated
 * @param last the last checkpoint; null where no epoch was finished
 * @param best the checkpoint of the best epoch; null where none was validated
 */
public record TrainingResult(
    Path folder,
    End end,
    List<EpochResult> epochs,
    int bestEpoch,
    @Nullable Path last,
    @Nullable Path best) {
  /** Why a run ended. */
  public enum End {
    /** All epochs are done. */
    FINISHED,
    /** No better fitness for as many epochs as patience allows. */
    STOPPED_EARLY,
    /** Somebody asked for it; the run can be resumed. */
    CANCELLED
  }

  /** Copies the list. */
  public TrainingResult {
    epochs = List.copyOf(epochs);
  }

  /** Returns what the best epoch of this process was measured with. */
  public Optional<ValidationResult> bestValidation() {
    return epochs.stream()
        .filter(epoch -> epoch.epoch() == bestEpoch)
        .findFirst()
        .map(EpochResult::validation);
  }
}
