/** Tests of the pictures. */
@NullMarked
package io.yolo4j.image;

import org.jspecify.annotations.NullMarked;
