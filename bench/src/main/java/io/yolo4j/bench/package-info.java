/** JMH benchmarks. */
@NullMarked
package io.yolo4j.bench;

import org.jspecify.annotations.NullMarked;
