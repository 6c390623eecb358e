@NullMarked
package io.yolo4j.augment;

import org.jspecify.annotations.NullMarked;
