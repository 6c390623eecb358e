package io.yolo4j.augment;

/** Where decoded pictures are kept between epochs. */
public enum ImageCache {
  /** Nowhere: every use reads and decodes the file. */
  NONE,
  /** In native memory, at the size at which they are used. */
  MEMORY,
  /** In a folder of raw pixels, at the size at which they are used. */
  DISK
}
