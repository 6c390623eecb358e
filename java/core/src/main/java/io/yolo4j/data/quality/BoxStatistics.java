package io.yolo4j.data.quality;

/**
 * The boxes of one class, or of all.
 *
 * @param name the class
 * @param images pictures with at least one such box
 * @param boxes how many
 * @param width fraction of the picture's width
 * @param height fraction of the picture's height
 * @param pixelWidth width in pixels, in pictures fitted to the image size
 * @param pixelHeight the same for the height
 * @param aspect width / height in pixels
 * @param perImage boxes a picture, among the pictures with at least one
 */
public record BoxStatistics(
    String name,
    int images,
    int boxes,
    Distribution width,
    Distribution height,
    Distribution pixelWidth,
    Distribution pixelHeight,
    Distribution aspect,
    Distribution perImage) {}
