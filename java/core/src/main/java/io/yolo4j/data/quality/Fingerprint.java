package io.yolo4j.data.quality;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Resize;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells whether two pictures are the same: exactly, by their pixels, or nearly, by where they
 * get darker.
 */
public final class Fingerprint {
  /** Bits that say where it gets darker. */
  static final int BITS = 512;

  private static final int SIDE = 16;

  private final String pixels;
  private final long[] gradients;

  private Fingerprint(String pixels, long[] gradients) {
    this.pixels = pixels;
    this.gradients = gradients;
  }

  /** Returns the fingerprint of a picture. */
  public static Fingerprint of(Image image) {
    return new Fingerprint(digest(image), gradients(image));
  }

  private static String digest(Image image) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(
          ByteBuffer.allocate(2 * Integer.BYTES)
              .putInt(image.width())
              .putInt(image.height())
              .array());
      return HexFormat.of().formatHex(sha.digest(image.rgb()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /*
   * Difference hash: the picture at 17 × 16 by area means, one bit whether a pixel is brighter than
   * its right neighbour; the same downwards at 16 × 17, for light that falls off to one side makes
   * the bits of one direction alike in all pictures. Survives scaling, recompression and changes of
   * brightness; not flips.
   */
  private static long[] gradients(Image image) {
    Image wide = Resize.to(image, new ImageSize(SIDE + 1, SIDE), Interpolation.AREA);
    Image high = Resize.to(image, new ImageSize(SIDE, SIDE + 1), Interpolation.AREA);
    long[] bits = new long[BITS / Long.SIZE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int bit = y * SIDE + x;
        set(bits, bit, grey(wide, x, y) > grey(wide, x + 1, y));
        set(bits, BITS / 2 + bit, grey(high, x, y) > grey(high, x, y + 1));
      }
    }
    return bits;
  }

  private static void set(long[] bits, int bit, boolean value) {
    if (value) {
      bits[bit / Long.SIZE] |= 1L << (bit % Long.SIZE);
    }
  }

  private static int grey(Image image, int x, int y) {
    return 299 * image.value(x, y, 0) + 587 * image.value(x, y, 1) + 114 * image.value(x, y, 2);
  }

  /** Returns the SHA-256 of width, height (32 bits each, most significant first) and RGB bytes. */
  public String pixels() {
    return pixels;
  }

  /**
   * Returns how much two pictures differ at a glance: the number of differing bits of 512. Pictures
   * that have nothing to do with each other differ in about half of them.
   */
  public int distance(Fingerprint other) {
    int distance = 0;
    for (int i = 0; i < gradients.length; i++) {
      distance += Long.bitCount(gradients[i] ^ other.gradients[i]);
    }
    return distance;
  }

  /** Returns some of the bits, from a first one on. */
  long bits(int first, int count) {
    long value = 0;
    for (int bit = first; bit < first + count; bit++) {
      value = (value << 1) | ((gradients[bit / Long.SIZE] >>> (bit % Long.SIZE)) & 1);
    }
    return value;
  }
}
