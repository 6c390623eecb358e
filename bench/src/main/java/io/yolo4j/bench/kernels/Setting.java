package io.yolo4j.bench.kernels;

/**
 * What the layers' sizes follow from.
 *
 * @param size side of the pictures
 * @param batch pictures
 * @param threads how many each form may use
 */
record Setting(int size, int batch, int threads) {}
