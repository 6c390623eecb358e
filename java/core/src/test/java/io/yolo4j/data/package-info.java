/** Tests of the data sets. */
@NullMarked
package io.yolo4j.data;

import org.jspecify.annotations.NullMarked;
