/** Tests of plans. */
@NullMarked
package io.yolo4j.runtime;

import org.jspecify.annotations.NullMarked;
