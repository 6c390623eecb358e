/** Tests of training. */
@NullMarked
package io.yolo4j.lighten;

import org.jspecify.annotations.NullMarked;
