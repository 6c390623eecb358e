@NullMarked
package io.yolo4j.data.merge;

import org.jspecify.annotations.NullMarked;
