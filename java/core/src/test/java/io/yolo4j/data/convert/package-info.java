/** Tests of conversions. */
@NullMarked
package io.yolo4j.data.convert;

import org.jspecify.annotations.NullMarked;
