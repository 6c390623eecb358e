/** The seam between a network and what runs it: a batch of pixels in, raw detection heads out. */
@NullMarked
package io.yolo4j.runtime;

import org.jspecify.annotations.NullMarked;
