/** Tests of the synthetic data set. */
@NullMarked
package io.yolo4j.synth;

import org.jspecify.annotations.NullMarked;
