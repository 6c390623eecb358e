/** The Java face of the native kernels. */
@NullMarked
package io.yolo4j.kernels;

import org.jspecify.annotations.NullMarked;
