/** Tests of the files package. */
@NullMarked
package io.yolo4j.files;

import org.jspecify.annotations.NullMarked;
