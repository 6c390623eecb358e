package io.yolo4j.data.convert;

import io.yolo4j.data.ScanOptions.BadBoxes;
import io.yolo4j.data.ScanOptions.MissingLabels;

/**
 * How annotation files are read.
 *
 * @param corners what the corners of Pascal VOC boxes mean
 * @param keepDifficult keep objects that Pascal VOC marks difficult
 * @param polygons read outlines where COCO files have them, instead of boxes
 * @param badBoxes what becomes of boxes that leave the picture
 * @param missingAnnotations what becomes of pictures that no Pascal VOC file describes
 */
public record AnnotationOptions(
    Corners corners,
    boolean keepDifficult,
    boolean polygons,
    BadBoxes badBoxes,
    MissingLabels missingAnnotations) {
  /** What the corners of a Pascal VOC box mean, in pixels of the picture. */
  public enum Corners {
    /**
     * Edges as they stand in the file: from xmin to xmax. Common practice, and what the published
     * figures for NEU-DET were made with.
     */
    AS_WRITTEN,
    /**
     * Numbers of pixels, counted from 1, both belonging to the object: from xmin − 1 to xmax. What
     * the format's description says.
     */
    INCLUSIVE
  }

  /**
   * Returns the defaults: corners as written, difficult objects kept, boxes only, boxes clipped at
   * the picture's edge, pictures without an annotation file left out.
   */
  public static AnnotationOptions defaults() {
    return new AnnotationOptions(
        Corners.AS_WRITTEN, true, false, BadBoxes.CLIP, MissingLabels.SKIP);
  }

  /** Returns options with another meaning of corners. */
  public AnnotationOptions withCorners(Corners meaning) {
    return new AnnotationOptions(meaning, keepDifficult, polygons, badBoxes, missingAnnotations);
  }

  /** Returns options that keep difficult objects or don't. */
  public AnnotationOptions withKeepDifficult(boolean keep) {
    return new AnnotationOptions(corners, keep, polygons, badBoxes, missingAnnotations);
  }

  /** Returns options that read outlines or don't. */
  public AnnotationOptions withPolygons(boolean read) {
    return new AnnotationOptions(corners, keepDifficult, read, badBoxes, missingAnnotations);
  }

  /** Returns options with another treatment of boxes that leave the picture. */
  public AnnotationOptions withBadBoxes(BadBoxes treatment) {
    return new AnnotationOptions(corners, keepDifficult, polygons, treatment, missingAnnotations);
  }

  /** Returns options with another treatment of pictures without an annotation file. */
  public AnnotationOptions withMissingAnnotations(MissingLabels treatment) {
    return new AnnotationOptions(corners, keepDifficult, polygons, badBoxes, treatment);
  }
}
