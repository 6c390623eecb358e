package io.yolo4j.synth;

import java.util.List;
import java.util.stream.Stream;

/** The kinds of defects, in the order of their class ids. */
public enum DefectKind {
  /** Fields of fine dark cracks that meet in a net. */
  CRAZING(0, "crazing"),
  /** Dark slivers along the rolling direction. */
  INCLUSION(1, "inclusion"),
  /** Large dark blotches with a blurred edge. */
  PATCHES(2, "patches"),
  /** Fields of small round pits. */
  PITTED_SURFACE(3, "pitted_surface"),
  /** Fields of ragged dark flakes across the rolling direction. */
  ROLLED_IN_SCALE(4, "rolled-in_scale"),
  /** Bundles of thin bright lines. */
  SCRATCHES(5, "scratches");

  private final int classId;
  private final String className;

  DefectKind(int classId, String className) {
    this.classId = classId;
    this.className = className;
  }

  /** Returns the name of its class in the data set. */
  public String className() {
    return className;
  }

  /** Returns the id of its class in the data set. */
  public int classId() {
    return classId;
  }

  /** Returns the names of all classes by id. */
  public static List<String> classNames() {
    return Stream.of(values()).map(DefectKind::className).toList();
  }
}
