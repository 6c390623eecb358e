package io.yolo4j.profile;

import io.yolo4j.graph.Graph;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/**
 * A network as torchinfo 1.5.3 to 1.8.0 counts it, for comparing with published figures. Its
 * conventions: a multiply-add for every weight and bias at every output position of a convolution;
 * twice the channels for a batch norm, whatever its size; none for anything without parameters.
 * Operations that aren't modules (additions, pools of a squeeze and excite, the head's decode) are
 * invisible. Equal to torchinfo's own tables for YOLOv5's convolutional networks and the
 * MobileNetV3 backbone; attention was never compared. "Estimated total size" is a guess at what
 * training holds, not traffic.
 *
 * @param rows in the order of execution, each container before what it calls
 * @param inputBytes of the network's input in float32
 */
public record TorchinfoTable(List<TorchinfoRow> rows, long inputBytes) {
  /** What Python's storage object adds to the input's size where that is printed. */
  private static final long STORAGE_HEADER_BYTES = 64;

  /** Copies the rows. */
  public TorchinfoTable {
    rows = List.copyOf(rows);
  }

  /**
   * Counts a network with a detection head at its input's size.
   *
   * @throws IllegalArgumentException if there is no head, or a module that torchinfo's rules are
   *     not known for, naming it
   */
  public static TorchinfoTable of(Graph graph) {
    long input = Float.BYTES * graph.inputs().get(0).shape().elements();
    return new TorchinfoTable(new TorchinfoWalk(graph).rows(), input);
  }

  /** Returns the elements of all parameters. */
  public long parameters() {
    return rows.get(0).parameters();
  }

  /** Returns the multiply-adds of all leaves. */
  public long multiplyAdds() {
    return rows.stream().mapToLong(row -> row.multiplyAdds().orElse(0)).sum();
  }

  /** Returns the "forward/backward pass size" in bytes. */
  public long outputBytes() {
    return rows.stream().mapToLong(TorchinfoRow::countedBytes).sum();
  }

  /** Returns the bytes of all parameters in float32. */
  public long parameterBytes() {
    return Float.BYTES * parameters();
  }

  /** Returns the "estimated total size" in bytes. */
  public long estimatedTotalBytes() {
    return inputBytes + outputBytes() + parameterBytes();
  }

  /** Returns the lines below the table, to the character as torchinfo prints them. */
  public List<String> printedTotals() {
    return List.of(
        String.format(Locale.ROOT, "Total params: %,d", parameters()),
        String.format(Locale.ROOT, "Trainable params: %,d", parameters()),
        "Non-trainable params: 0",
        scaled("Total mult-adds (%s): %s", multiplyAdds()),
        scaled("Input size (%sB): %s", inputBytes + STORAGE_HEADER_BYTES),
        scaled("Forward/backward pass size (%sB): %s", outputBytes()),
        scaled("Params size (%sB): %s", parameterBytes()),
        scaled("Estimated Total Size (%sB): %s", estimatedTotalBytes() + STORAGE_HEADER_BYTES));
  }

  /**
   * Two decimals, half-even on the exact binary value, in the largest unit that is not above it.
   */
  private static String scaled(String format, long value) {
    String[] units = {"T", "G", "M", "k"};
    double unit = 1e12;
    for (String name : units) {
      if (value >= unit) {
        return format.formatted(name, twoDecimals(value / unit));
      }
      unit /= 1000;
    }
    return format.formatted("", twoDecimals((double) value));
  }

  private static String twoDecimals(double value) {
    return new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
  }
}
