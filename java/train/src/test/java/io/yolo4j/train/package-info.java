/** Tests of training. */
@NullMarked
package io.yolo4j.train;

import org.jspecify.annotations.NullMarked;
