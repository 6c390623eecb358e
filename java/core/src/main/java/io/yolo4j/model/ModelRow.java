package io.yolo4j.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of a description after it has been expanded.
 *
 * @param index its index
 * @param row as written
 * @param repeats its repeats after the depth multiple
 * @param parameters its trainable elements
 * @param type its module
 * @param arguments the resolved arguments
 */
public record ModelRow(
    int index,
    Row row,
    int repeats,
    long parameters,
    ModuleType type,
    List<@Nullable Object> arguments) {
  /** Copies the list. */
  public ModelRow {
    arguments = Collections.unmodifiableList(new ArrayList<@Nullable Object>(arguments));
  }
}
