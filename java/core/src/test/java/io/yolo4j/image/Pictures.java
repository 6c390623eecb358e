package io.yolo4j.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Random;

/** Pictures for tests. */
public final class Pictures {
  private Pictures() {}

  /** Returns a picture of random bytes. */
  public static Image random(int width, int height, long seed) {
    byte[] rgb = new byte[width * height * 3];
    new Random(seed).nextBytes(rgb);
    return Image.wrap(rgb, width, height);
  }

  /** Returns a picture of one colour, 0xRRGGBB. */
  public static Image plain(int width, int height, int colour) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) (colour >> 16);
      rgb[i + 1] = (byte) (colour >> 8);
      rgb[i + 2] = (byte) colour;
    }
    return Image.wrap(rgb, width, height);
  }

  /** Returns the picture of a fixture: rows of pixels of three values. */
  static Image of(JsonNode rows) {
    int height = rows.size();
    int width = rows.get(0).size();
    byte[] rgb = new byte[width * height * 3];
    int at = 0;
    for (JsonNode row : rows) {
      for (JsonNode pixel : row) {
        for (JsonNode value : pixel) {
          rgb[at++] = (byte) value.asInt();
        }
      }
    }
    return Image.wrap(rgb, width, height);
  }

  /** Returns the largest difference of two pictures of one size. */
  static int largestDifference(Image a, Image b) {
    if (!a.size().equals(b.size())) {
      throw new AssertionError("expected a picture of " + b.size() + ", got " + a.size());
    }
    int largest = 0;
    for (int i = 0; i < a.rgb().length; i++) {
      largest = Math.max(largest, Math.abs((a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff)));
    }
    return largest;
  }
}
