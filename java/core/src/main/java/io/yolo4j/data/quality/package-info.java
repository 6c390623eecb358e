/** What a data set holds and what is wrong with it. */
@NullMarked
package io.yolo4j.data.quality;

import org.jspecify.annotations.NullMarked;
