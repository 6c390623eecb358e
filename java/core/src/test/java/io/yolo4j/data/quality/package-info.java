/** Tests. */
@NullMarked
package io.yolo4j.data.quality;

import org.jspecify.annotations.NullMarked;
