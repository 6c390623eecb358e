/** Pixels, decoding, letterboxing, drawing. */
@NullMarked
package io.yolo4j.image;

import org.jspecify.annotations.NullMarked;
