package io.yolo4j.draw;

import io.yolo4j.graph.Shape;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What boxes and lines say. */
public final class Texts {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T"};

  private Texts() {}

  /** Returns a shape without the pictures' dimension, for example {@code 64×80×80}. */
  public static String shape(Shape shape) {
    return shape.dims().stream().skip(1).map(String::valueOf).collect(Collectors.joining("×"));
  }

  /** Returns the line below a box's title: output, parameters, FLOPs. */
  public static String detail(Figures figures) {
    List<String> parts = new ArrayList<>();
    List<Shape> outputs = figures.outputs();
    if (outputs.size() == 1) {
      parts.add(shape(outputs.get(0)));
    } else if (!outputs.isEmpty()) {
      parts.add(outputs.size() + " outputs");
    }
    if (figures.parameters() > 0) {
      parts.add(rounded(figures.parameters(), "") + " params");
    }
    if (figures.flops() > 0) {
      parts.add(rounded(figures.flops(), "FLOP"));
    }
    return String.join(" · ", parts);
  }

  /** Returns a count with three digits and a prefix, for example {@code 1.87 M}. */
  static String rounded(long count, String unit) {
    double value = count;
    int prefix = 0;
    while (value >= 999.5 && prefix < PREFIXES.length - 1) {
      value /= 1000;
      prefix++;
    }
    String digits =
        new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros().toPlainString();
    String scaled = PREFIXES[prefix] + unit;
    return scaled.isEmpty() ? digits : digits + " " + scaled;
  }
}
