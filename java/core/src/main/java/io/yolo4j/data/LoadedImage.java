package io.yolo4j.data;

import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Letterbox;

/**
 * A picture that lies in a batch.
 *
 * @param slot its index in the batch
 * @param sample what it is
 * @param original its size as decoded
 * @param letterbox its place in the frame; the letterbox's source is the picture after loading,
 *     that is, with its long side at the image size
 */
public record LoadedImage(int slot, Sample sample, ImageSize original, Letterbox letterbox) {}
