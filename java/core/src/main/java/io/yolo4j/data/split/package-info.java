/** Divides a data set into parts for training, validation and test. */
@NullMarked
package io.yolo4j.data.split;

import org.jspecify.annotations.NullMarked;
