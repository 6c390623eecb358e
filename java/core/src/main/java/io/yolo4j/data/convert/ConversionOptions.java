package io.yolo4j.data.convert;

import io.yolo4j.data.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a converted data set is written.
 *
 * @param classNames the classes in the order of their ids; empty for the order that the annotations
 *     imply. Objects of other classes are left out and reported
 * @param placement how pictures come into the new folder
 * @param splits per part a file that lists its pictures, one a line; empty to take all for training
 * @param force write into a folder that is not empty, and replace files of the same names there
 */
public record ConversionOptions(
    List<String> classNames, Placement placement, Map<Split, Path> splits, boolean force) {
  /** How a picture comes into a folder. */
  public enum Placement {
    /** As a copy. */
    COPY,
    /** As a hard link: another name of the same file, on the same file system only. */
    LINK,
    /** As a symbolic link to the picture's absolute path. */
    SYMLINK
  }

  /** Checks the values and copies the collections. */
  public ConversionOptions {
    classNames = List.copyOf(classNames);
    splits = Map.copyOf(splits);
    if (classNames.stream().distinct().count() != classNames.size()) {
      throw new IllegalArgumentException("class names must differ, got " + classNames);
    }
    if (classNames.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("class names must not be empty, got " + classNames);
    }
  }

  /** Returns the defaults: classes in the annotations' order, copies, one part, no overwriting. */
  public static ConversionOptions defaults() {
    return new ConversionOptions(List.of(), Placement.COPY, Map.of(), false);
  }

  /** Returns options with these classes. */
  public ConversionOptions withClassNames(List<String> names) {
    return new ConversionOptions(names, placement, splits, force);
  }

  /** Returns options with another way of placing pictures. */
  public ConversionOptions withPlacement(Placement how) {
    return new ConversionOptions(classNames, how, splits, force);
  }

  /** Returns options with a list file per part. */
  public ConversionOptions withSplits(Map<Split, Path> lists) {
    return new ConversionOptions(classNames, placement, lists, force);
  }

  /** Returns options that overwrite or don't. */
  public ConversionOptions withForce(boolean overwrite) {
    return new ConversionOptions(classNames, placement, splits, overwrite);
  }
}
