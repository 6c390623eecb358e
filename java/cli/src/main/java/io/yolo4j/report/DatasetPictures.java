package io.yolo4j.report;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.data.quality.Lookalikes;
import io.yolo4j.data.quality.SuspiciousLabel;
import io.yolo4j.data.split.StratifiedSubset;
import io.yolo4j.data.split.SubsetOptions;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageReadException;
import io.yolo4j.image.ImageSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Chooses and reads pictures of a data set for its page. */
final class DatasetPictures {
  private static final int SOME = 12;
  private static final int MOST_OF_A_KIND = 4;
  private static final int MOST_GROUPS = 8;
  private static final int MOST_OF_A_GROUP = 4;

  private final Dataset data;
  private final Map<Path, Sample> samples = new HashMap<>();

  DatasetPictures(Dataset data) {
    this.data = data;
    data.samples().forEach(sample -> samples.put(sample.image(), sample));
  }

  /** Returns some pictures with all their labels, of all classes. */
  List<ShownPicture> some() {
    List<List<Sample>> groups = data.samples().stream().map(List::of).toList();
    SubsetOptions options = SubsetOptions.total(Math.min(SOME, groups.size()));
    List<ShownPicture> shown = new ArrayList<>();
    for (Sample sample : StratifiedSubset.of(groups, data.classNames(), options).samples()) {
      shown(sample, sample.labels(), name(sample.image())).ifPresent(shown::add);
    }
    return shown;
  }

  /** Returns the first of each kind, with the label in question alone. */
  List<ShownPicture> suspicious(List<SuspiciousLabel> labels) {
    Map<SuspiciousLabel.Kind, Integer> counts = new EnumMap<>(SuspiciousLabel.Kind.class);
    List<ShownPicture> shown = new ArrayList<>();
    for (SuspiciousLabel one : labels) {
      if (counts.merge(one.kind(), 1, Integer::sum) <= MOST_OF_A_KIND) {
        String name = DatasetPage.words(one.kind()) + ": " + name(one.sample().image());
        shown(one.sample(), List.of(one.label()), name).ifPresent(shown::add);
      }
    }
    return shown;
  }

  /** Returns the first groups, those across parts before others. */
  List<PictureSet> groups(List<Lookalikes.Group> groups) {
    List<Lookalikes.Group> first =
        groups.stream()
            .sorted((a, b) -> Boolean.compare(b.overlap(), a.overlap()))
            .limit(MOST_GROUPS)
            .toList();
    List<PictureSet> sets = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      Lookalikes.Group group = first.get(i);
      List<ShownPicture> shown = new ArrayList<>();
      for (Path picture : group.pictures().stream().limit(MOST_OF_A_GROUP).toList()) {
        Sample sample = samples.get(picture);
        if (sample != null) {
          shown(sample, sample.labels(), name(picture)).ifPresent(shown::add);
        }
      }
      String title = group.exact() ? "The same pixels" : "They look the same";
      sets.add(new PictureSet("group-" + i, title, false, shown));
    }
    return sets;
  }

  private static String name(Path picture) {
    return String.valueOf(picture.getFileName());
  }

  /** A picture that cannot be read is said elsewhere on the page. */
  private Optional<ShownPicture> shown(Sample sample, List<Label> labels, String name) {
    ImageSize size = ShownPicture.size(sample.size());
    List<ShownBox> boxes = new ArrayList<>();
    for (Label label : labels) {
      boxes.add(
          new ShownBox(
              label.box().toPixels(size), label.classId(), data.classNames().get(label.classId())));
    }
    try {
      return Optional.of(
          ShownPicture.of(name, ImageDecoders.preferred().read(sample.image()), boxes));
    } catch (ImageReadException e) {
      return Optional.empty();
    }
  }
}
