package io.yolo4j.study;

import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.TrainingListener;

/** Is told how a study goes, on the thread that runs it. */
public interface StudyListener {
  /** Does nothing. */
  StudyListener NONE = new StudyListener() {};

  /** Something that a person should know. */
  default void message(String text) {}

  /**
   * A run begins, or goes on.
   *
   * @param run the run
   * @param options what it is trained with
   * @param left estimates the study's time
   * @return who is told of the training
   */
  default TrainingListener runStarted(StudyRun run, TrainOptions options, TimeLeft left) {
    return TrainingListener.NONE;
  }

  /**
   * A run's result is written, or was there already.
   *
   * @param done runs that are done
   * @param total all runs of the study
   */
  default void runDone(RunResult result, int done, int total) {}
}
