/** Tests of the file readers and writers. */
@NullMarked
package io.yolo4j.weights;

import org.jspecify.annotations.NullMarked;
