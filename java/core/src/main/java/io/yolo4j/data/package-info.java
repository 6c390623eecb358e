/** Dataset files, labels and batches. */
@NullMarked
package io.yolo4j.data;

import org.jspecify.annotations.NullMarked;
