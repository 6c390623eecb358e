package io.yolo4j.study;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Label;
import io.yolo4j.data.PictureProgress;
import io.yolo4j.data.Sample;
import io.yolo4j.data.split.SampleGroups;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import io.yolo4j.files.Nearest;
import io.yolo4j.train.RunData;
import io.yolo4j.train.TrainOptions;
import io.yolo4j.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pictures that a study trains and measures on. Training pictures that look like one of the
 * validation pictures are left out, so that no run is measured on what it has seen.
 *
 * @param file the data set's file
 * @param className the only class; empty for all
 * @param fileNames names of the classes in the label files of the runs, by id
 * @param training to choose from
 * @param validation to measure on, the same for all runs
 * @param notes what a person should know of them
 */
public record StudyData(
    Path file,
    Optional<String> className,
    List<String> fileNames,
    Dataset training,
    Dataset validation,
    List<String> notes) {
  /** Copies the lists. */
  public StudyData {
    fileNames = List.copyOf(fileNames);
    notes = List.copyOf(notes);
  }

  /**
   * Reads a data set.
   *
   * @param options data set and treatment of flaws
   * @param className the class to keep, in pictures that show it; empty for all classes and
   *     pictures
   * @param progress told of each decoded picture, from any thread
   * @throws IllegalArgumentException if there is no such class; the message names the nearest
   * @throws DatasetException if a part cannot be used, or has no box of the class
   */
  public static StudyData read(
      TrainOptions options, Optional<String> className, PictureProgress progress)
      throws IOException {
    List<String> names = DatasetConfig.read(options.data()).names();
    List<String> notes = new ArrayList<>();
    int classId = className.isPresent() ? id(className.get(), names) : -1;
    if (className.isPresent() && options.singleClass()) {
      throw new IllegalArgumentException(
          "the class '%s' alone and all classes as one contradict each other"
              .formatted(className.get()));
    }
    RunData all = RunData.read(options, listener(notes));
    Dataset training = all.training();
    Dataset validation = all.validation();
    if (className.isPresent()) {
      training = only(training, classId, className.get());
      validation = only(validation, classId, className.get());
      notes.add(
          "class %s alone: %d training and %d validation pictures show it"
              .formatted(className.get(), training.samples().size(), validation.samples().size()));
    } else {
      notes.addAll(withoutBoxes(training));
      notes.addAll(withoutBoxes(validation));
    }
    return new StudyData(
        options.data(),
        className,
        className.map(List::of).orElse(names),
        apart(training, validation, notes, progress),
        validation,
        notes);
  }

  private static TrainingListener listener(List<String> notes) {
    return new TrainingListener() {
      @Override
      public void message(String text) {
        notes.add(text);
      }
    };
  }

  private static int id(String name, List<String> names) {
    int id = names.indexOf(name);
    if (id < 0) {
      throw new IllegalArgumentException(
          "there is no class '%s' in the data set; the nearest are %s"
              .formatted(name, String.join(", ", Nearest.of(name, names, 3))));
    }
    return id;
  }

  private static Dataset only(Dataset dataset, int classId, String name) throws DatasetException {
    List<Sample> shown = new ArrayList<>();
    for (Sample sample : dataset.samples()) {
      List<Label> labels =
          sample.labels().stream()
              .filter(label -> label.classId() == classId)
              .map(label -> new Label(0, label.box(), label.polygon()))
              .toList();
      if (!labels.isEmpty()) {
        shown.add(new Sample(sample.image(), sample.size(), labels));
      }
    }
    if (shown.isEmpty()) {
      throw new DatasetException(
          "%s: the class '%s' must have at least one box, has none"
              .formatted(dataset.name(), name));
    }
    return new Dataset(dataset.name(), List.of(name), shown, dataset.issues());
  }

  private static List<String> withoutBoxes(Dataset dataset) {
    List<String> notes = new ArrayList<>();
    int[] counts = dataset.labelCounts();
    for (int id = 0; id < counts.length; id++) {
      if (counts[id] == 0) {
        notes.add(
            "warning: %s: the class '%s' has no box"
                .formatted(dataset.name(), dataset.classNames().get(id)));
      }
    }
    return notes;
  }

  private static Dataset apart(
      Dataset training, Dataset validation, List<String> notes, PictureProgress progress)
      throws DatasetException {
    SampleGroups found = SampleGroups.of(training, List.of(validation), Duplicates.NEAR, progress);
    found.issues().forEach(issue -> notes.add("warning: " + issue));
    if (!found.overlaps().isEmpty()) {
      notes.add(
          "%d training pictures look like validation pictures and are left out, the first is %s"
              .formatted(found.overlaps().size(), found.overlaps().get(0).sample().image()));
    }
    Set<Sample> usable = new HashSet<>();
    found.groups().forEach(usable::addAll);
    // In the data set's order, which groups don't have.
    List<Sample> kept = training.samples().stream().filter(usable::contains).toList();
    if (kept.isEmpty()) {
      throw new DatasetException(
          training.name()
              + ": every training picture looks like one of the validation pictures; nothing is left to train on");
    }
    return new Dataset(training.name(), training.classNames(), kept, training.issues());
  }
}
