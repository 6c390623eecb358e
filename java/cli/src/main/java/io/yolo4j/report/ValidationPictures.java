package io.yolo4j.report;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import io.yolo4j.eval.ConfusionMatrix;
import io.yolo4j.image.Box;
import io.yolo4j.image.ImageDecoder;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageReadException;
import io.yolo4j.image.ImageSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Some pictures of a validation set with their labels and what the network finds in them. Each is
 * read once, when the network has first seen it.
 */
final class ValidationPictures {
  /** Pictures that are shown. */
  static final int MOST = 32;

  private static final int MOST_BACKGROUND = 4;

  /** Boxes under this confidence would cover the others. */
  private static final float CONFIDENCE = ConfusionMatrix.CONFIDENCE;

  private final List<String> classNames;
  private final Set<Path> chosen;
  private final ImageDecoder decoder = ImageDecoders.preferred();
  private final Map<Path, ShownPicture> pictures = new LinkedHashMap<>();

  private ValidationPictures(List<String> classNames, Set<Path> chosen) {
    this.classNames = classNames;
    this.chosen = chosen;
  }

  /** Chooses pictures, evenly over the data set, few of them without labels. */
  static ValidationPictures of(Dataset data) {
    List<Sample> labelled = data.samples().stream().filter(s -> !s.labels().isEmpty()).toList();
    List<Sample> empty = data.samples().stream().filter(s -> s.labels().isEmpty()).toList();
    int background = Math.min(empty.size(), Math.max(MOST_BACKGROUND, MOST - labelled.size()));
    Set<Path> chosen = new LinkedHashSet<>();
    Stream.concat(spread(labelled, MOST - background).stream(), spread(empty, background).stream())
        .forEach(sample -> chosen.add(sample.image()));
    return new ValidationPictures(data.classNames(), chosen);
  }

  private static List<Sample> spread(List<Sample> samples, int most) {
    List<Sample> some = new ArrayList<>();
    int count = Math.min(most, samples.size());
    for (int i = 0; i < count; i++) {
      some.add(samples.get((int) ((long) i * samples.size() / count)));
    }
    return some;
  }

  /** Takes what was found in a picture, if it is a chosen one. */
  void add(Sample sample, List<Detection> detections) {
    if (!chosen.contains(sample.image())) {
      return;
    }
    ShownPicture picture = pictures.get(sample.image());
    if (picture == null) {
      try {
        picture =
            ShownPicture.of(
                String.valueOf(sample.image().getFileName()),
                decoder.read(sample.image()),
                labels(sample));
      } catch (ImageReadException e) {
        // The validation itself has reported it.
        chosen.remove(sample.image());
        return;
      }
    }
    pictures.put(sample.image(), picture.withPredictions(predictions(sample, detections)));
  }

  private List<ShownBox> labels(Sample sample) {
    ImageSize shown = ShownPicture.size(sample.size());
    List<ShownBox> boxes = new ArrayList<>();
    for (Label label : sample.labels()) {
      int id = label.classId();
      String name = id < classNames.size() ? classNames.get(id) : Integer.toString(id);
      boxes.add(new ShownBox(label.box().toPixels(shown), id, name));
    }
    return boxes;
  }

  private static List<ShownBox> predictions(Sample sample, List<Detection> detections) {
    float ratio = (float) ShownPicture.size(sample.size()).width() / sample.size().width();
    List<ShownBox> boxes = new ArrayList<>();
    for (Detection detection : detections) {
      if (detection.confidence() > CONFIDENCE) {
        Box box = detection.box();
        boxes.add(
            new ShownBox(
                new Box(box.x1() * ratio, box.y1() * ratio, box.x2() * ratio, box.y2() * ratio),
                detection.classId(),
                detection.label()));
      }
    }
    return boxes;
  }

  /** Returns the pictures with the latest predictions, in the order of the data set. */
  List<ShownPicture> pictures() {
    return chosen.stream().filter(pictures::containsKey).map(pictures::get).toList();
  }
}
