package io.yolo4j.report;

import io.yolo4j.draw.Scope;
import io.yolo4j.draw.Unit;
import java.util.Locale;

/**
 * What a drawing is of.
 *
 * @param name the model's name
 * @param height the picture's height in pixels
 * @param width the picture's width in pixels
 * @param rows rows of its description
 * @param parameters its trainable elements
 * @param flops its operations in our convention
 */
public record NetworkTitle(
    String name, int height, int width, int rows, long parameters, long flops) {

  /** Returns the title of a model's rows. */
  public static NetworkTitle of(String name, int height, int width, Scope rows) {
    return new NetworkTitle(
        name,
        height,
        width,
        (int) rows.units().stream().filter(unit -> unit.kind() == Unit.Kind.MODULE).count(),
        rows.units().stream().mapToLong(unit -> unit.figures().parameters()).sum(),
        rows.units().stream().mapToLong(unit -> unit.figures().flops()).sum());
  }

  /** Returns it in a sentence. */
  String sentence() {
    return String.format(
        Locale.ROOT,
        "%d rows, %,d parameters, %s GFLOP at %d×%d (every operation, 2 per multiply-add)",
        rows,
        parameters,
        Numbers.fixed(flops / 1e9, 3),
        height,
        width);
  }
}
