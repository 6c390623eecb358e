/** Several data sets made one. */
@NullMarked
package io.yolo4j.data.merge;

import org.jspecify.annotations.NullMarked;
