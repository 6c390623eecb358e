/**
 * Each family of kernels beside LibTorch's operation, oneDNN's primitive and a plain copy, on the
 * layers of a network: {@link io.yolo4j.bench.kernels.KernelTable} prints tables, the classes named
 * {@code …Benchmark} are for JMH; both time the same forms.
 */
@NullMarked
package io.yolo4j.bench.kernels;

import org.jspecify.annotations.NullMarked;
