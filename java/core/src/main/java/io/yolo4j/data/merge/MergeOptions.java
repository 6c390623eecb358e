package io.yolo4j.data.merge;

import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.convert.ConversionOptions.Placement;
import java.util.List;
import java.util.Map;

/**
 * How data sets are merged.
 *
 * @param mapping class names that become others, by the old name; {@code 2:old} means the second
 *     data set alone. Two classes may become one
 * @param classNames the classes in the order of their ids; empty for all, in the order of the sets.
 *     Objects of other classes are left out
 * @param placement how pictures come into the new folder
 * @param keepRepeated keep pictures of the same pixels, instead of the first alone; what one part
 *     has another part never keeps
 * @param scan what becomes of flaws
 */
public record MergeOptions(
    Map<String, String> mapping,
    List<String> classNames,
    Placement placement,
    boolean keepRepeated,
    ScanOptions scan) {
  /** Checks the values and copies the collections. */
  public MergeOptions {
    mapping = Map.copyOf(mapping);
    classNames = List.copyOf(classNames);
    if (mapping.values().stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("class names must not be empty, got " + mapping);
    }
  }

  /** Returns the defaults: names as they are, all classes, copies, repeated pictures left out. */
  public static MergeOptions defaults() {
    return new MergeOptions(Map.of(), List.of(), Placement.COPY, false, ScanOptions.defaults());
  }

  /** Returns options with other class names. */
  public MergeOptions withMapping(Map<String, String> names) {
    return new MergeOptions(names, classNames, placement, keepRepeated, scan);
  }

  /** Returns options with these classes in this order. */
  public MergeOptions withClassNames(List<String> names) {
    return new MergeOptions(mapping, names, placement, keepRepeated, scan);
  }

  /** Returns options with another way of placing pictures. */
  public MergeOptions withPlacement(Placement how) {
    return new MergeOptions(mapping, classNames, how, keepRepeated, scan);
  }

  /** Returns options that keep pictures of the same pixels or don't. */
  public MergeOptions withKeepRepeated(boolean keep) {
    return new MergeOptions(mapping, classNames, placement, keep, scan);
  }

  /** Returns options with another treatment of flaws. */
  public MergeOptions withScan(ScanOptions options) {
    return new MergeOptions(mapping, classNames, placement, keepRepeated, options);
  }
}
