/** Matching, average precision, confusion matrix; works on any executor. */
@NullMarked
package io.yolo4j.eval;

import org.jspecify.annotations.NullMarked;
