package io.yolo4j.image;

import java.util.Arrays;

/**
 * Resizing in pure Java with integer arithmetic, so that the same pixels come out whatever decoder
 * read the file and whatever machine runs it.
 *
 * <p>A source position is {@code (x + 0.5)·source/target − 0.5}, clamped to the picture.
 *
 * <p>Threads: safe.
 */
public final class Resize {
  /* Bilinear weights have 11 bits: 255·2^11·2^11 fits an int. */
  private static final int LINEAR_BITS = 11;
  /* Area weights have 16 bits, since a pixel of a strong reduction weighs little. */
  private static final int AREA_BITS = 16;

  private Resize() {}

  /**
   * Returns the picture in another size; the picture itself where the size is the same.
   *
   * @param size the target size
   */
  public static Image to(Image source, ImageSize size, Interpolation interpolation) {
    if (source.size().equals(size)) {
      return source;
    }
    byte[] target = new byte[Image.byteCount(size.width(), size.height())];
    int rowBytes = size.width() * Image.CHANNELS;
    rows(
        source,
        size,
        interpolation,
        (y, row) -> System.arraycopy(row, 0, target, y * rowBytes, rowBytes));
    return Image.wrap(target, size.width(), size.height());
  }

  /** Takes the rows of a result from top to bottom. */
  @FunctionalInterface
  interface RowSink {
    /** Takes row y; the array is used again for the next row. */
    void accept(int y, byte[] row);
  }

  static void rows(Image source, ImageSize size, Interpolation interpolation, RowSink sink) {
    if (source.size().equals(size)) {
      copyRows(source, sink);
    } else if (interpolation == Interpolation.AREA
        && size.width() <= source.width()
        && size.height() <= source.height()) {
      areaRows(source, size, sink);
    } else {
      linearRows(source, size, sink);
    }
  }

  private static void copyRows(Image source, RowSink sink) {
    int rowBytes = source.width() * Image.CHANNELS;
    byte[] row = new byte[rowBytes];
    for (int y = 0; y < source.height(); y++) {
      System.arraycopy(source.rgb(), y * rowBytes, row, 0, rowBytes);
      sink.accept(y, row);
    }
  }

  /*
   * The fixed-point arithmetic of OpenCV's 8-bit bilinear resize, so that the networks see the very
   * pixels that they were trained and measured with: columns first, 11-bit weights, and the sums cut
   * to 15 bits before rows are blended. A reduction to exactly half is a mean of four there.
   */
  private static void linearRows(Image source, ImageSize size, RowSink sink) {
    if (source.width() == 2 * size.width() && source.height() == 2 * size.height()) {
      halvedRows(source, size, sink);
      return;
    }
    LinearTaps rows = LinearTaps.of(source.height(), size.height());
    LinearTaps columns = LinearTaps.of(source.width(), size.width());
    int rowBytes = size.width() * Image.CHANNELS;
    BlendedRows blended = new BlendedRows(source, columns, rowBytes);
    byte[] row = new byte[rowBytes];
    for (int y = 0; y < size.height(); y++) {
      int[] upper = blended.row(rows.first[y], rows.second[y]);
      int[] lower = blended.row(rows.second[y], rows.first[y]);
      blendRows(upper, lower, rows.weight[y], row);
      sink.accept(y, row);
    }
  }

  private static void blendRows(int[] upper, int[] lower, int weight, byte[] row) {
    int rest = (1 << LINEAR_BITS) - weight;
    for (int i = 0; i < row.length; i++) {
      int sum = (((upper[i] >> 4) * rest) >> 16) + (((lower[i] >> 4) * weight) >> 16);
      row[i] = (byte) ((sum + 2) >> 2);
    }
  }

  /** Source rows with their columns blended; the two that are in use are kept. */
  private static final class BlendedRows {
    private final Image source;
    private final LinearTaps columns;
    private final int[][] rows;
    private final int[] held = {-1, -1};

    BlendedRows(Image source, LinearTaps columns, int rowBytes) {
      this.source = source;
      this.columns = columns;
      rows = new int[2][rowBytes];
    }

    /** Returns a row, without giving up the other one. */
    int[] row(int wanted, int other) {
      int slot = held[0] == wanted ? 0 : held[1] == wanted ? 1 : held[0] == other ? 1 : 0;
      if (held[slot] != wanted) {
        held[slot] = wanted;
        blend(wanted * source.width() * Image.CHANNELS, rows[slot]);
      }
      return rows[slot];
    }

    private void blend(int from, int[] into) {
      byte[] rgb = source.rgb();
      for (int x = 0, at = 0; x < columns.weight.length; x++, at += Image.CHANNELS) {
        int left = from + columns.first[x] * Image.CHANNELS;
        int right = from + columns.second[x] * Image.CHANNELS;
        int weight = columns.weight[x];
        int rest = (1 << LINEAR_BITS) - weight;
        for (int c = 0; c < Image.CHANNELS; c++) {
          into[at + c] = (rgb[left + c] & 0xff) * rest + (rgb[right + c] & 0xff) * weight;
        }
      }
    }
  }

  /* As areaRows, to the bit: its weights are 2^15 each, so that only the mean is left of them. */
  private static void halvedRows(Image source, ImageSize size, RowSink sink) {
    byte[] rgb = source.rgb();
    int sourceRow = source.width() * Image.CHANNELS;
    byte[] row = new byte[size.width() * Image.CHANNELS];
    for (int y = 0; y < size.height(); y++) {
      int upper = 2 * y * sourceRow;
      for (int at = 0; at < row.length; at += Image.CHANNELS) {
        for (int c = 0; c < Image.CHANNELS; c++) {
          int left = upper + 2 * at + c;
          int right = left + Image.CHANNELS;
          int sum = (rgb[left] & 0xff) + (rgb[right] & 0xff);
          sum += (rgb[left + sourceRow] & 0xff) + (rgb[right + sourceRow] & 0xff);
          row[at + c] = (byte) ((sum + 2) >> 2);
        }
      }
      sink.accept(y, row);
    }
  }

  private static void areaRows(Image source, ImageSize size, RowSink sink) {
    AreaTaps rows = AreaTaps.of(source.height(), size.height());
    AreaTaps columns = AreaTaps.of(source.width(), size.width());
    int sourceRow = source.width() * Image.CHANNELS;
    int[] sums = new int[sourceRow];
    byte[] row = new byte[size.width() * Image.CHANNELS];
    for (int y = 0; y < size.height(); y++) {
      Arrays.fill(sums, 0);
      for (int tap = rows.start[y]; tap < rows.start[y + 1]; tap++) {
        addRow(source.rgb(), rows.source[tap] * sourceRow, rows.weight[tap], sums);
      }
      addColumns(sums, columns, row);
      sink.accept(y, row);
    }
  }

  private static void addRow(byte[] rgb, int from, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (rgb[from + i] & 0xff) * weight;
    }
  }

  private static void addColumns(int[] sums, AreaTaps columns, byte[] row) {
    long half = 1L << (2 * AREA_BITS - 1);
    int at = 0;
    for (int x = 0; x + 1 < columns.start.length; x++, at += Image.CHANNELS) {
      long red = half;
      long green = half;
      long blue = half;
      for (int tap = columns.start[x]; tap < columns.start[x + 1]; tap++) {
        int from = columns.source[tap] * Image.CHANNELS;
        long weight = columns.weight[tap];
        red += sums[from] * weight;
        green += sums[from + 1] * weight;
        blue += sums[from + 2] * weight;
      }
      row[at] = (byte) (red >> (2 * AREA_BITS));
      row[at + 1] = (byte) (green >> (2 * AREA_BITS));
      row[at + 2] = (byte) (blue >> (2 * AREA_BITS));
    }
  }

  /** Per target index: two source indices and the second one's weight of 2^11. */
  private static final class LinearTaps {
    final int[] first;
    final int[] second;
    final int[] weight;

    private LinearTaps(int target) {
      first = new int[target];
      second = new int[target];
      weight = new int[target];
    }

    static LinearTaps of(int source, int target) {
      LinearTaps taps = new LinearTaps(target);
      // Twice inverted, as OpenCV computes it: the quotient itself may differ in the last bit.
      double scale = 1 / ((double) target / source);
      for (int i = 0; i < target; i++) {
        // Single precision, as OpenCV rounds the position.
        float position = (float) ((i + 0.5) * scale - 0.5);
        int index = (int) Math.floor(position);
        float fraction = position - index;
        taps.first[i] = Math.min(Math.max(index, 0), source - 1);
        taps.second[i] = Math.min(Math.max(index + 1, 0), source - 1);
        taps.weight[i] = (int) Math.rint(fraction * (1 << LINEAR_BITS));
      }
      return taps;
    }
  }

  /** Taps start[i] until start[i + 1] belong to target index i; their weights sum to 2^16. */
  private static final class AreaTaps {
    final int[] start;
    final int[] source;
    final int[] weight;

    private AreaTaps(int target, int taps) {
      start = new int[target + 1];
      source = new int[taps];
      weight = new int[taps];
    }

    static AreaTaps of(int sourceLength, int target) {
      AreaTaps taps = new AreaTaps(target, sourceLength + target);
      int tap = 0;
      for (int i = 0; i < target; i++) {
        taps.start[i] = tap;
        tap = taps.add(i, target, sourceLength, tap);
      }
      taps.start[target] = tap;
      return taps;
    }

    /*
     * Everything is measured in units of 1/target source pixels, so that the borders are exact
     * integers. Each weight is the difference of two rounded running sums: they add up exactly.
     */
    private int add(int index, int target, int sourceLength, int firstTap) {
      long begin = (long) index * sourceLength;
      long end = begin + sourceLength;
      int tap = firstTap;
      long previous = 0;
      for (int pixel = (int) (begin / target); (long) pixel * target < end; pixel++) {
        long covered = Math.min((pixel + 1L) * target, end) - begin;
        long rounded = ((covered << AREA_BITS) + sourceLength / 2) / sourceLength;
        source[tap] = pixel;
        weight[tap] = (int) (rounded - previous);
        previous = rounded;
        tap++;
      }
      return tap;
    }
  }
}
