/** Tests of training. */
@NullMarked
package io.yolo4j.study;

import org.jspecify.annotations.NullMarked;
