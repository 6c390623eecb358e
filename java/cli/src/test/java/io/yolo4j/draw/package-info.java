@NullMarked
package io.yolo4j.draw;

import org.jspecify.annotations.NullMarked;
