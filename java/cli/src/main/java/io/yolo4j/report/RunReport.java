package io.yolo4j.report;

import io.yolo4j.train.EpochResult;
import io.yolo4j.train.TrainingListener;
import io.yolo4j.train.TrainingStart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a person reads of a run into its folder: {@code results.csv} after each epoch.
 *
 * <p>What cannot be written is said once in the log and does not end the run; it is tried again
 * with the next epoch, and nothing is lost until then.
 *
 * <p>Threads: one at a time, the training thread.
 */
@SuppressWarnings("UnusedVariable") // the page will show them
public final class RunReport implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(RunReport.class);

  private final Path folder;
  private final List<String> classNames;
  private final Map<String, Object> options;
  private final boolean plots;
  private final Set<String> complained = new HashSet<>();
  private @Nullable ResultsCsv csv;

  /**
   * Creates the report of a run.
   *
   * @param folder of the run; must exist when the run starts
   * @param classNames the classes' names by id
   * @param options options and hyper-parameters to show, in that order
   * @param plots whether plots are written as pictures besides
   */
  public RunReport(
      Path folder, List<String> classNames, Map<String, Object> options, boolean plots) {
    this.folder = folder;
    this.classNames = List.copyOf(classNames);
    this.options = new LinkedHashMap<>(options);
    this.plots = plots;
  }

  @Override
  public void started(TrainingStart start) {
    attempt("results.csv", () -> csv = ResultsCsv.open(folder, start.firstEpoch()));
  }

  @Override
  public void epochDone(EpochResult result) {
    ResultsCsv file = csv;
    if (file != null) {
      attempt("results.csv", () -> file.add(EpochRow.of(result)));
    }
  }

  /** Does something that may fail, and complains once about each kind of file. */
  private void attempt(String what, Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      if (complained.add(what)) {
        LOG.warn("{} of the report is not written: {}", what, e.getMessage());
      }
    }
  }

  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }
}
