package io.yolo4j.data.convert;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Split;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a conversion wrote.
 *
 * @param file the data set file
 * @param classNames the classes by id
 * @param parts the parts that have pictures, in the order of {@link Split}
 * @param difficult objects that the annotations mark difficult, whether they were kept or not
 * @param crowds regions of many objects that were left out
 * @param unlisted pictures that no list file names and that were left out
 * @param foreign files that lay in the folders of pictures before, and now belong to the data set
 * @param issues what is wrong with the annotations
 */
public record ConversionReport(
    Path file,
    List<String> classNames,
    Map<Split, Part> parts,
    int difficult,
    int crowds,
    int unlisted,
    int foreign,
    List<DataIssue> issues) {
  /** Copies the collections. */
  public ConversionReport {
    classNames = List.copyOf(classNames);
    parts = Map.copyOf(parts);
    issues = List.copyOf(issues);
  }

  /** Returns the report of a data set that was moved since. */
  public ConversionReport withFile(Path moved) {
    return new ConversionReport(
        moved, classNames, parts, difficult, crowds, unlisted, foreign, issues);
  }

  /**
   * One part of the data set.
   *
   * @param images pictures
   * @param background pictures without objects
   * @param mixed pictures with objects of more than one class
   * @param boxes objects by class id
   */
  public record Part(int images, int background, int mixed, List<Integer> boxes) {
    /** Copies the list. */
    public Part {
      boxes = List.copyOf(boxes);
    }
  }

  /** Returns the number of pictures. */
  public int images() {
    return parts.values().stream().mapToInt(Part::images).sum();
  }

  /** Returns the number of objects. */
  public int boxes() {
    return parts.values().stream().flatMap(p -> p.boxes().stream()).mapToInt(i -> i).sum();
  }

  /** Returns the number of objects of a class. */
  public int boxes(int classId) {
    return parts.values().stream().mapToInt(part -> part.boxes().get(classId)).sum();
  }

  /** Returns how often each kind of issue was found; kinds that weren't are absent. */
  public Map<DataIssue.Kind, Integer> issueCounts() {
    Map<DataIssue.Kind, Integer> counts = new EnumMap<>(DataIssue.Kind.class);
    issues.forEach(issue -> counts.merge(issue.kind(), 1, Integer::sum));
    return counts;
  }
}
