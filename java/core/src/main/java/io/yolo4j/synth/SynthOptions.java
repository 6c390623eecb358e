package io.yolo4j.synth;

/**
 * What a synthetic data set is like.
 *
 * @param pictures training and validation together
 * @param size side of a picture in pixels
 * @param seed equal seeds give equal data sets
 * @param cleanShare share of pictures without a defect, 0 to 1, in both parts
 * @param valShare share of pictures for validation, over 0 and under 1
 */
public record SynthOptions(int pictures, int size, long seed, double cleanShare, double valShare) {
  /** Checks the values. */
  public SynthOptions {
    if (pictures < 2) {
      throw new IllegalArgumentException("pictures must be at least 2, got " + pictures);
    }
    SteelSurface.checkSize(size);
    if (!(cleanShare >= 0 && cleanShare <= 1)) {
      throw new IllegalArgumentException("cleanShare must lie in 0 to 1, got " + cleanShare);
    }
    if (!(valShare > 0 && valShare < 1)) {
      throw new IllegalArgumentException("valShare must be over 0 and under 1, got " + valShare);
    }
  }

  /** Returns 500 pictures of 200 pixels, a tenth of them clean, a fifth for validation. */
  public static SynthOptions defaults() {
    return new SynthOptions(500, DefectPainter.NOMINAL_SIDE, 0, 0.1, 0.2);
  }

  /** Returns options with another number of pictures. */
  public SynthOptions withPictures(int number) {
    return new SynthOptions(number, size, seed, cleanShare, valShare);
  }

  /** Returns options with another side in pixels. */
  public SynthOptions withSize(int pixels) {
    return new SynthOptions(pictures, pixels, seed, cleanShare, valShare);
  }

  /** Returns options with another seed. */
  public SynthOptions withSeed(long number) {
    return new SynthOptions(pictures, size, number, cleanShare, valShare);
  }

  /** Returns options with another share of clean sheets. */
  public SynthOptions withCleanShare(double share) {
    return new SynthOptions(pictures, size, seed, share, valShare);
  }

  /** Returns options with another share of validation pictures. */
  public SynthOptions withValShare(double share) {
    return new SynthOptions(pictures, size, seed, cleanShare, share);
  }

  /** Returns the number of validation pictures: the share, rounded, but each part gets one. */
  public int valPictures() {
    return (int) Math.min(Math.max(Math.round(pictures * valShare), 1), pictures - 1);
  }

  /** Returns the number of training pictures. */
  public int trainPictures() {
    return pictures - valPictures();
  }
}
