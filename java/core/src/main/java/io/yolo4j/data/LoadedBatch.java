package io.yolo4j.data;

import io.yolo4j.image.ImageSize;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A batch of letterboxed pictures: 8-bit RGB, interleaved, [slots, height, width, 3], in a direct
 * buffer from index 0.
 *
 * <p>Ownership: the buffer is the reader's and is used again after the next batch was taken.
 *
 * @param pixels the slots' pixels; slots of unreadable pictures are grey
 * @param slots N, also counting unreadable pictures
 * @param frame height and width of every slot
 * @param images the readable pictures
 * @param issues the unreadable ones
 * @param loadNanos time spent reading, decoding and resizing
 */
public record LoadedBatch(
    ByteBuffer pixels,
    int slots,
    ImageSize frame,
    List<LoadedImage> images,
    List<DataIssue> issues,
    long loadNanos) {
  /** Copies the lists. */
  public LoadedBatch {
    images = List.copyOf(images);
    issues = List.copyOf(issues);
  }
}
