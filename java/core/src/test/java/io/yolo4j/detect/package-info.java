/** Tests of detection. */
@NullMarked
package io.yolo4j.detect;

import org.jspecify.annotations.NullMarked;
