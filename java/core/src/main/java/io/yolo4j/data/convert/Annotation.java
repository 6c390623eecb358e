package io.yolo4j.data.convert;

import io.yolo4j.data.Polygon;
import io.yolo4j.image.NormalizedBox;
import org.jspecify.annotations.Nullable;

/**
 * An object as an annotation file describes it.
 *
 * @param className its class
 * @param box the box around it, in fractions of the picture
 * @param polygon its outline; null where there is none or none was asked for
 * @param line where it stands in the annotation file, from 1
 */
public record Annotation(
    String className, NormalizedBox box, @Nullable Polygon polygon, int line) {}
