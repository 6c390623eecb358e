/**
 * A synthetic steel-surface data set: six kinds of defects on brushed sheets, drawn procedurally,
 * so that a fresh machine has something to train on. Plain arithmetic in float and double and
 * {@link java.lang.StrictMath} only: a seed gives the same pixels on every machine.
 */
@NullMarked
package io.yolo4j.synth;

import org.jspecify.annotations.NullMarked;
