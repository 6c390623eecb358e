package io.yolo4j.data.quality;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What one part of a data set holds.
 *
 * @param images usable pictures
 * @param background pictures without boxes
 * @param imageWidth the pictures' widths in pixels
 * @param imageHeight the pictures' heights in pixels
 * @param imageSizes how many different sizes of pictures there are
 * @param all the boxes of all classes
 * @param classes those of each class, by id
 */
public record DatasetStatistics(
    int images,
    int background,
    Distribution imageWidth,
    Distribution imageHeight,
    int imageSizes,
    BoxStatistics all,
    List<BoxStatistics> classes) {
  /** Copies the list. */
  public DatasetStatistics {
    classes = List.copyOf(classes);
  }

  /**
   * Counts and measures.
   *
   * @param imageSize the long side that pictures are fitted to, in pixels
   */
  public static DatasetStatistics of(Dataset dataset, int imageSize) {
    if (imageSize < 1) {
      throw new IllegalArgumentException("the image size must be at least 1, got " + imageSize);
    }
    List<Sample> samples = dataset.samples();
    List<BoxStatistics> classes = new ArrayList<>();
    for (int i = 0; i < dataset.classNames().size(); i++) {
      int id = i;
      classes.add(
          boxes(samples, imageSize, dataset.classNames().get(id), label -> label.classId() == id));
    }
    return new DatasetStatistics(
        samples.size(),
        (int) samples.stream().filter(sample -> sample.labels().isEmpty()).count(),
        Distribution.of(samples.stream().mapToDouble(sample -> sample.size().width())),
        Distribution.of(samples.stream().mapToDouble(sample -> sample.size().height())),
        (int) samples.stream().map(Sample::size).distinct().count(),
        boxes(samples, imageSize, "all", label -> true),
        classes);
  }

  /** A box in its picture. */
  private record Placed(Label label, ImageSize picture, double scale) {
    double pixelWidth() {
      return label.box().width() * picture.width() * scale;
    }

    double pixelHeight() {
      return label.box().height() * picture.height() * scale;
    }
  }

  private static BoxStatistics boxes(
      List<Sample> samples, int imageSize, String name, Predicate<Label> wanted) {
    List<Placed> boxes = new ArrayList<>();
    List<Integer> perImage = new ArrayList<>();
    for (Sample sample : samples) {
      ImageSize size = sample.size();
      double scale = (double) imageSize / Math.max(size.width(), size.height());
      int before = boxes.size();
      sample.labels().stream()
          .filter(wanted)
          .forEach(label -> boxes.add(new Placed(label, size, scale)));
      if (boxes.size() > before) {
        perImage.add(boxes.size() - before);
      }
    }
    return new BoxStatistics(
        name,
        perImage.size(),
        boxes.size(),
        spread(boxes, box -> box.label().box().width()),
        spread(boxes, box -> box.label().box().height()),
        spread(boxes, Placed::pixelWidth),
        spread(boxes, Placed::pixelHeight),
        spread(boxes, box -> box.pixelWidth() / box.pixelHeight()),
        Distribution.of(perImage.stream().mapToDouble(count -> count)));
  }

  private static Distribution spread(List<Placed> boxes, ToDoubleFunction<Placed> measure) {
    return Distribution.of(boxes.stream().mapToDouble(measure));
  }
}
