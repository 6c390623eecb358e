/** Boxes out: decoding of raw heads, non-maximum suppression, detections. */
@NullMarked
package io.yolo4j.detect;

import org.jspecify.annotations.NullMarked;
