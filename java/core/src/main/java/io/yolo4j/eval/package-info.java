/**
 * Matching, average precision, confusion matrix, the COCO protocol, rates of an inspection; works
 * on any executor.
 */
@NullMarked
package io.yolo4j.eval;

import org.jspecify.annotations.NullMarked;
