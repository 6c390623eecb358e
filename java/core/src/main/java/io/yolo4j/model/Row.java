package io.yolo4j.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a description file: {@code [from, number, module, args]}.
 *
 * @param from rows that it reads, at least one: negative counts back from this row, otherwise a
 *     row's index
 * @param fromList whether {@code from} was written as a list; only printing needs to know
 * @param number repeats before the depth multiple, at least 1
 * @param module the module's name
 * @param arguments as written: integers ({@code Long}), {@code Double}, {@code Boolean}, {@code
 *     String}, null or lists of those
 */
public record Row(
    List<Integer> from,
    boolean fromList,
    int number,
    String module,
    List<@Nullable Object> arguments) {
  /** Copies the lists. */
  public Row {
    from = List.copyOf(from);
    if (from.isEmpty() || number < 1) {
      throw new IllegalArgumentException(
          "a row needs at least one source and number >= 1, got from %s, number %d"
              .formatted(from, number));
    }
    // List.copyOf refuses null, which stands for None here.
    arguments = Collections.unmodifiableList(new ArrayList<@Nullable Object>(arguments));
  }

  /** Returns the row as it would stand in a file. */
  public String text() {
    return "[%s, %d, %s, %s]".formatted(fromText(), number, module, PythonText.list(arguments));
  }

  /** Returns {@code from} as it was written. */
  public String fromText() {
    return fromList ? PythonText.list(from) : String.valueOf(from.get(0));
  }
}
