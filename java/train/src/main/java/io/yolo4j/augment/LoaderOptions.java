package io.yolo4j.augment;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How training batches are made.
 *
 * @param imageSize the long side of loaded pictures and the side of square frames, in pixels; a
 *     multiple of the stride
 * @param batchSize pictures a batch; the last one of an epoch may have fewer
 * @param threads threads that prepare batches beside the caller; 0 prepares a batch on the caller's
 *     thread when it is taken
 * @param prefetch batches prepared ahead of the one that was taken last, at least 1
 * @param cache where decoded pictures are kept
 * @param diskFolder folder of {@link ImageCache#DISK}; created where it is missing
 * @param seed of every random choice
 * @param rectangular frames as narrow as the pictures of a batch allow, pictures of like shape
 *     together; such batches have no mosaics
 * @param stride the network's largest stride
 */
public record LoaderOptions(
    int imageSize,
    int batchSize,
    int threads,
    int prefetch,
    ImageCache cache,
    @Nullable Path diskFolder,
    long seed,
    boolean rectangular,
    int stride) {
  /** Checks the values. */
  public LoaderOptions {
    if (stride < 1) {
      throw new IllegalArgumentException("a stride must be at least 1, got " + stride);
    }
    if (imageSize < 1 || imageSize % stride != 0) {
      throw new IllegalArgumentException(
          "the image size must be a multiple of the stride %d, got %d"
              .formatted(stride, imageSize));
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("the batch size must be at least 1, got " + batchSize);
    }
    if (threads < 0) {
      throw new IllegalArgumentException("loader threads must not be negative, got " + threads);
    }
    if (prefetch < 1) {
      throw new IllegalArgumentException("prefetch must be at least 1 batch, got " + prefetch);
    }
    if (cache == ImageCache.DISK && diskFolder == null) {
      throw new IllegalArgumentException("a cache on disk needs a folder, got none");
    }
  }

  /** Returns options with 1 thread, 2 batches ahead, no cache, seed 0, square frames, stride 32. */
  public static LoaderOptions of(int imageSize, int batchSize) {
    return new LoaderOptions(imageSize, batchSize, 1, 2, ImageCache.NONE, null, 0, false, 32);
  }

  /** Returns options with another number of threads. */
  public LoaderOptions withThreads(int count) {
    return new LoaderOptions(
        imageSize, batchSize, count, prefetch, cache, diskFolder, seed, rectangular, stride);
  }

  /** Returns options with another number of batches prepared ahead. */
  public LoaderOptions withPrefetch(int batches) {
    return new LoaderOptions(
        imageSize, batchSize, threads, batches, cache, diskFolder, seed, rectangular, stride);
  }

  /** Returns options that keep decoded pictures in memory. */
  public LoaderOptions withMemoryCache() {
    return new LoaderOptions(
        imageSize,
        batchSize,
        threads,
        prefetch,
        ImageCache.MEMORY,
        null,
        seed,
        rectangular,
        stride);
  }

  /** Returns options that keep decoded pictures in this folder. */
  public LoaderOptions withDiskCache(Path folder) {
    return new LoaderOptions(
        imageSize,
        batchSize,
        threads,
        prefetch,
        ImageCache.DISK,
        folder,
        seed,
        rectangular,
        stride);
  }

  /** Returns options with another seed. */
  public LoaderOptions withSeed(long value) {
    return new LoaderOptions(
        imageSize, batchSize, threads, prefetch, cache, diskFolder, value, rectangular, stride);
  }

  /** Returns options with rectangular or square frames. */
  public LoaderOptions withRectangular(boolean narrow) {
    return new LoaderOptions(
        imageSize, batchSize, threads, prefetch, cache, diskFolder, seed, narrow, stride);
  }

  /** Returns options for a network of another stride. */
  public LoaderOptions withStride(int pixels) {
    return new LoaderOptions(
        imageSize, batchSize, threads, prefetch, cache, diskFolder, seed, rectangular, pixels);
  }
}
