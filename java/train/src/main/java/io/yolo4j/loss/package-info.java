/** Target assignment and losses of YOLOv5's detection head, on LibTorch. */
@NullMarked
package io.yolo4j.loss;

import org.jspecify.annotations.NullMarked;
