/** Tests of graphion. */
@NullMarked
package io.yolo4j.graph;

import org.jspecify.annotations.NullMarked;
