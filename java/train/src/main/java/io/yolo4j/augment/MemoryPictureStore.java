package io.yolo4j.augment;

import io.yolo4j.data.Sample;
import io.yolo4j.image.Sizing;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Keeps every picture in native memory from its first use on. */
final class MemoryPictureStore extends PictureStore {
  private static final long MEBIBYTE = 1 << 20;

  private final @Nullable Picture[] pictures;
  private final Object[] locks;

  /**
   * Creates an empty store.
   *
   * @throws IllegalStateException if the pictures cannot fit into the memory that is free now
   */
  MemoryPictureStore(List<Sample> samples, int imageSize, boolean augment) {
    super(samples, imageSize, augment);
    checkFits(bytes(samples, imageSize), Pointer.availablePhysicalBytes(), samples.size());
    pictures = new Picture[samples.size()];
    locks = new Object[samples.size()];
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new Object();
    }
  }

  /** Returns the bytes of all pictures at the size at which they are kept. */
  static long bytes(List<Sample> samples, int imageSize) {
    long bytes = 0;
    for (Sample sample : samples) {
      bytes += Picture.bytes(Sizing.loaded(sample.size(), imageSize));
    }
    return bytes;
  }

  /* Available is 0 where the platform doesn't tell. */
  static void checkFits(long needed, long available, int pictures) {
    if (available > 0 && needed > available) {
      throw new IllegalStateException(
          "a cache of %d pictures in memory needs %d MiB, %d MiB are free; cache on disk or not at all"
              .formatted(pictures, needed / MEBIBYTE, available / MEBIBYTE));
    }
  }

  @Override
  Picture take(int sample) {
    // A lock a picture: nobody waits for the decoding of another one.
    synchronized (locks[sample]) {
      Picture picture = pictures[sample];
      if (picture == null) {
        picture = load(sample);
        pictures[sample] = picture;
      }
      return picture;
    }
  }

  @Override
  void giveBack(Picture picture) {
    // It stays until the store is closed.
  }

  @Override
  public void close() {
    for (Picture picture : pictures) {
      if (picture != null) {
        picture.close();
      }
    }
  }
}
