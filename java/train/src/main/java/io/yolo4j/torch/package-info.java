/** The executor on LibTorch, and the scopes that own its tensors. */
@NullMarked
package io.yolo4j.torch;

import org.jspecify.annotations.NullMarked;
