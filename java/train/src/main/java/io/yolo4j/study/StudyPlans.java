package io.yolo4j.study;

import io.yolo4j.data.Sample;
import io.yolo4j.train.AugmentPreset;
import io.yolo4j.train.FreezePhases;
import io.yolo4j.train.FreezePlan;
import io.yolo4j.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plans of the four studies. All of them throw {@link IllegalArgumentException} where
 * there is no seed or one twice, no cell or one twice, or a network is unknown (the message names
 * the nearest) or does not fit; and {@link IOException} where a description cannot be read.
 */
public final class StudyPlans {
  private StudyPlans() {}

  /**
   * Returns the plan of the question how many pictures are enough.
   *
   * @param base options of all runs
   * @param sizes training pictures of each class; no subset may be larger than its class
   */
  public static StudyPlan size(
      TrainOptions base, StudyData data, List<Integer> sizes, List<Long> seeds) throws IOException {
    List<StudyCell> cells = new ArrayList<>();
    for (int size : new TreeSet<>(sizes)) {
      if (size < 1) {
        throw new IllegalArgumentException("a subset needs at least 1 picture, got " + size);
      }
      cells.add(new StudyCell("n" + size, size + " pictures a class", size, base));
    }
    return StudyPlan.of(StudyKind.SIZE, data, cells, seeds);
  }

  /** Returns the plan of the question which augmentation helps. */
  public static StudyPlan augment(
      TrainOptions base, StudyData data, List<AugmentPreset> presets, List<Long> seeds)
      throws IOException {
    List<StudyCell> cells = new ArrayList<>();
    for (AugmentPreset preset : presets) {
      cells.add(StudyCell.of(preset.name(), preset.text(), preset.over(base)));
    }
    return StudyPlan.of(StudyKind.AUGMENT, withOutlinesNote(data, presets), cells, seeds);
  }

  /** Copy-paste cuts objects out along their outlines, which a data set of boxes lacks. */
  private static StudyData withOutlinesNote(StudyData data, List<AugmentPreset> presets) {
    List<String> pasting =
        presets.stream()
            .filter(preset -> preset.values().getOrDefault("copy_paste", 0.) > 0)
            .map(AugmentPreset::name)
            .toList();
    boolean outlines =
        data.training().samples().stream()
            .map(Sample::labels)
            .anyMatch(labels -> labels.stream().anyMatch(label -> label.polygon() != null));
    if (pasting.isEmpty() || outlines) {
      return data;
    }
    List<String> notes = new ArrayList<>(data.notes());
    notes.add(
        "warning: no label has an outline, so copy_paste changes nothing in "
            + String.join(", ", pasting));
    return new StudyData(
        data.file(), data.className(), data.fileNames(), data.training(), data.validation(), notes);
  }

  /**
   * Returns the plan of the question whether freezing pays: nothing frozen, frozen to the end,
   * frozen and then thawed.
   *
   * @param thawing what stands still, for how many epochs (at least 1 and fewer than those of the
   *     runs), and the rate afterwards
   */
  public static StudyPlan freeze(
      TrainOptions base, StudyData data, FreezePhases thawing, List<Long> seeds)
      throws IOException {
    FreezePlan rows =
        thawing
            .plan()
            .orElseThrow(
                () -> new IllegalArgumentException("a study of freezing needs rows to freeze"));
    int frozen = thawing.frozenEpochs();
    if (frozen < 1 || frozen >= base.epochs()) {
      throw new IllegalArgumentException(
          "the epochs before the thaw must be at least 1 and under the %d of the run, got %d"
              .formatted(base.epochs(), frozen));
    }
    return StudyPlan.of(
        StudyKind.FREEZE,
        data,
        List.of(
            StudyCell.of("none", "everything trains", freezing(base, FreezePhases.none())),
            StudyCell.of(
                "frozen",
                "%s stand still to the end".formatted(rows.text()),
                freezing(base, FreezePhases.always(rows))),
            StudyCell.of(
                "thawed",
                "%s stand still for %d epochs, then all trains at %.3f of the rate"
                    .formatted(rows.text(), frozen, thawing.thawedRate()),
                freezing(base, thawing))),
        seeds);
  }

  private static TrainOptions freezing(TrainOptions base, FreezePhases phases) {
    return base.with(builder -> builder.freeze(phases));
  }

  /**
   * A network to compare.
   *
   * @param model a shipped model's name or a description file
   * @param weights what to start from; null for random weights
   */
  public record Network(String model, @Nullable Path weights) {
    /** Returns the name in results: that of the model, or of its file without folder and suffix. */
    public String name() {
      return Path.of(model)
          .getFileName()
          .toString()
          .replaceFirst("\\.ya?ml$", "")
          .replaceAll("[^\\w.+-]", "_");
    }
  }

  /** Returns the plan of the question which network. */
  public static StudyPlan backbone(
      TrainOptions base, StudyData data, List<Network> networks, List<Long> seeds)
      throws IOException {
    List<StudyCell> cells = new ArrayList<>();
    for (Network network : networks) {
      Path weights = network.weights();
      cells.add(
          StudyCell.of(
              network.name(),
              weights == null ? "from random weights" : "from " + weights.getFileName(),
              base.with(builder -> builder.model(network.model()).weights(weights))));
    }
    return StudyPlan.of(StudyKind.BACKBONE, data, cells, seeds);
  }
}
