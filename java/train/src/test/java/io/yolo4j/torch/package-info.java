/** Tests of the LibTorch executor against the Python reference. */
@NullMarked
package io.yolo4j.torch;

import org.jspecify.annotations.NullMarked;
