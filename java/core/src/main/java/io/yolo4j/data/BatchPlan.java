package io.yolo4j.data;

import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Sizing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which pictures make a batch, and the frame they share.
 *
 * @param frame multiples of the stride
 * @param samples at least one
 */
public record BatchPlan(ImageSize frame, List<Sample> samples) {
  /** Checks and copies the list. */
  public BatchPlan {
    samples = List.copyOf(samples);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one picture");
    }
  }

  /**
   * How batches are planned.
   *
   * @param imageSize the network's image size in pixels
   * @param batchSize pictures a batch
   * @param stride the network's largest stride
   * @param pad strides added to rectangular frames, 0.5 in validation
   */
  public record Options(int imageSize, int batchSize, int stride, double pad) {
    /** Checks the values. */
    public Options {
      if (imageSize < 1 || batchSize < 1 || stride < 1 || !(pad >= 0)) {
        throw new IllegalArgumentException(
            "image size, batch size and stride must be at least 1 and pad at least 0, got %d, %d, %d and %s"
                .formatted(imageSize, batchSize, stride, pad));
      }
    }
  }

  /**
   * Returns rectangular batches: pictures by rising height/width (a stable sort), each frame just
   * large enough for its batch. With r the most extreme ratio of a batch the frame is size·[r, 1]
   * (height, width) for wide and size·[1, 1/r] for tall pictures, each side ceil(side/stride + pad)
   * · stride.
   */
  public static List<BatchPlan> rectangular(List<Sample> samples, Options options) {
    List<Sample> sorted = new ArrayList<>(samples);
    sorted.sort(Comparator.comparingDouble(s -> ratio(s.size())));
    List<BatchPlan> plans = new ArrayList<>();
    for (List<Sample> batch : chunks(sorted, options.batchSize())) {
      double least = ratio(batch.get(0).size());
      double greatest = ratio(batch.get(batch.size() - 1).size());
      double height = greatest < 1 ? greatest : 1;
      double width = least > 1 ? 1 / least : 1;
      plans.add(new BatchPlan(new ImageSize(side(width, options), side(height, options)), batch));
    }
    return plans;
  }

  /** Returns batches of square frames in the given order. */
  public static List<BatchPlan> square(List<Sample> samples, Options options) {
    int side = Sizing.checkedSide(options.imageSize(), options.stride(), 0);
    return chunks(samples, options.batchSize()).stream()
        .map(batch -> new BatchPlan(new ImageSize(side, side), batch))
        .toList();
  }

  private static double ratio(ImageSize size) {
    return (double) size.height() / size.width();
  }

  private static int side(double share, Options options) {
    double strides = share * options.imageSize() / options.stride() + options.pad();
    return (int) Math.ceil(strides) * options.stride();
  }

  private static List<List<Sample>> chunks(List<Sample> samples, int size) {
    List<List<Sample>> chunks = new ArrayList<>();
    for (int from = 0; from < samples.size(); from += size) {
      chunks.add(samples.subList(from, Math.min(from + size, samples.size())));
    }
    return chunks;
  }
}
