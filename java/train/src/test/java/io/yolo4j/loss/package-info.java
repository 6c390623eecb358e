/** Tests of the loss: the reference's numbers, a double-precision reference, errors, memory. */
@NullMarked
package io.yolo4j.loss;

import org.jspecify.annotations.NullMarked;
