/** Tests of evaluation. */
@NullMarked
package io.yolo4j.eval;

import org.jspecify.annotations.NullMarked;
