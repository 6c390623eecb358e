package io.yolo4j.train;

import io.yolo4j.loss.LossItems;

/**
 * How far an epoch is after a batch.
 *
 * @param epoch from 0
 * @param epochs all epochs of the run
 * @param batch batches of this epoch that are done
 * @param batches batches an epoch
 * @param losses means over the epoch's batches so far
 * @param labels labels of this batch
 * @param imageSize side of this batch's pictures in pixels
 * @param rates learning rates of this batch
 * @param imagesPerSecond over the epoch so far
 * @param remainingNanos estimated time to the end of the run, validation included
 */
public record BatchProgress(
    int epoch,
    int epochs,
    int batch,
    int batches,
    LossItems losses,
    int labels,
    int imageSize,
    LearningRates rates,
    double imagesPerSecond,
    long remainingNanos) {}
