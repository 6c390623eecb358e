package io.yolo4j.train;

import io.yolo4j.data.Dataset;
import io.yolo4j.model.Model;
import java.nio.file.Path;

/**
 * What a run starts with.
 *
 * @param folder where the run writes
 * @param model the network
 * @param training the pictures it learns from
 * @param validation the pictures it is measured on
 * @param imageSize side of training pictures in pixels
 * @param firstEpoch from 0; later where a run is resumed
 * @param epochs all epochs
 * @param batches batches an epoch
 */
public record TrainingStart(
    Path folder,
    Model model,
    Dataset training,
    Dataset validation,
    int imageSize,
    int firstEpoch,
    int epochs,
    int batches) {}
