/**
 * What happens between a data set and a training step: pictures and labels are read, cached, put
 * together, transformed at random and packed into batches. On OpenCV.
 */
@NullMarked
package io.yolo4j.augment;

import org.jspecify.annotations.NullMarked;
