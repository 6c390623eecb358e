package io.yolo4j.augment;

import io.yolo4j.data.Sample;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoder;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageReadException;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Sizing;
import java.util.List;

/**
 * The data set's pictures with their long side at the image size. What is taken is given back with
 * {@link #giveBack}.
 *
 * <p>Threads: safe.
 */
class PictureStore implements AutoCloseable {
  private final List<Sample> samples;
  private final int imageSize;
  private final boolean augment;
  private final ImageDecoder decoder = ImageDecoders.preferred();

  /**
   * Creates a store that keeps nothing.
   *
   * @param augment whether random changes follow, which decides how pictures are made smaller
   */
  PictureStore(List<Sample> samples, int imageSize, boolean augment) {
    this.samples = List.copyOf(samples);
    this.imageSize = imageSize;
    this.augment = augment;
  }

  /** Returns a picture. */
  Picture take(int sample) {
    return load(sample);
  }

  /** Ends the use of a picture. */
  void giveBack(Picture picture) {
    picture.close();
  }

  final Sample sample(int index) {
    return samples.get(index);
  }

  final int size() {
    return samples.size();
  }

  final int imageSize() {
    return imageSize;
  }

  final boolean augment() {
    return augment;
  }

  /** Reads a picture's file. */
  final Picture load(int index) {
    Sample sample = samples.get(index);
    Image image;
    try {
      image = decoder.read(sample.image());
    } catch (ImageReadException e) {
      throw new TrainingImageException(
          sample.image(),
          "cannot read picture %s for training: %s; check the data set again to leave it out"
              .formatted(sample.image(), e.reason()),
          e);
    }
    ImageSize wanted = Sizing.loaded(image.size(), imageSize);
    Picture picture = Picture.of(image);
    if (picture.size().equals(wanted)) {
      return picture;
    }
    Interpolation interpolation = Sizing.loadedInterpolation(image.size(), imageSize, augment);
    try (picture) {
      return picture.resized(wanted, interpolation);
    }
  }

  @Override
  public void close() {}
}
