/** Tests. */
@NullMarked
package io.yolo4j.data.split;

import org.jspecify.annotations.NullMarked;
