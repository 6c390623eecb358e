package io.yolo4j.augment;

import io.yolo4j.data.Sample;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Sizing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Keeps raw pixels in a folder of their own. A file's name is a digest of the picture's path, size
 * and time of change and of how it was resized: a picture that changes gets another file, and old
 * ones are never wrong, only useless. Files appear whole or not at all, so runs may share a folder.
 */
final class DiskPictureStore extends PictureStore {
  private static final long MEBIBYTE = 1 << 20;

  /* "Y4JRGB1\n", then width and height. */
  private static final long MAGIC = 0x59344a524742310aL;
  private static final int HEADER_BYTES = 16;

  private final Path folder;

  /**
   * Opens the folder, creating it where it is missing.
   *
   * @throws IllegalStateException if it cannot be created or the missing pictures don't fit
   */
  DiskPictureStore(List<Sample> samples, int imageSize, boolean augment, Path folder) {
    super(samples, imageSize, augment);
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      long needed = 0;
      for (Sample sample : samples) {
        if (!Files.exists(file(sample))) {
          needed += Picture.bytes(Sizing.loaded(sample.size(), imageSize));
        }
      }
      checkFits(needed, Files.getFileStore(folder).getUsableSpace(), folder);
    } catch (IOException e) {
      throw new IllegalStateException(
          "the folder %s cannot be used to cache pictures (%s)".formatted(folder, e), e);
    }
  }

  static void checkFits(long needed, long usable, Path folder) {
    if (needed > usable) {
      throw new IllegalStateException(
          "caching pictures in %s needs %d MiB more, %d MiB are free"
              .formatted(folder, needed / MEBIBYTE, usable / MEBIBYTE));
    }
  }

  /** Returns where a picture's pixels lie. */
  private Path file(Sample sample) throws IOException {
    Path image = sample.image();
    long bytes;
    long changed;
    try {
      bytes = Files.size(image);
      changed = Files.getLastModifiedTime(image).toMillis();
    } catch (NoSuchFileException e) {
      // Loading it will say so.
      bytes = -1;
      changed = -1;
    }
    String key =
        String.join(
            "\n",
            image.toAbsolutePath().toString(),
            Long.toString(bytes),
            Long.toString(changed),
            Integer.toString(imageSize()),
            Sizing.loadedInterpolation(sample.size(), imageSize(), augment()).name());
    return folder.resolve(digest(key) + ".rgb");
  }

  private static String digest(String key) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(key.getBytes(StandardCharsets.UTF_8)), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  Picture take(int index) {
    Sample sample = sample(index);
    try {
      Path file = file(sample);
      Optional<Picture> kept = read(file);
      if (kept.isPresent()) {
        return kept.get();
      }
      Picture picture = load(index);
      write(file, picture);
      return picture;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the cache of pictures in %s failed for %s: %s"
              .formatted(folder, sample.image(), e.getMessage()),
          e);
    }
  }

  /* Empty where there is no file, or one that is not ours as a whole. */
  private static Optional<Picture> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      fill(channel, header);
      header.flip();
      if (header.remaining() < HEADER_BYTES || header.getLong() != MAGIC) {
        return Optional.empty();
      }
      int width = header.getInt();
      int height = header.getInt();
      if (width < 1 || height < 1) {
        return Optional.empty();
      }
      ImageSize size = new ImageSize(width, height);
      if (channel.size() != HEADER_BYTES + Picture.bytes(size)) {
        return Optional.empty();
      }
      Picture picture = Picture.allocate(size);
      try {
        fill(channel, picture.bytes());
      } catch (IOException e) {
        picture.close();
        throw e;
      }
      return Optional.of(picture);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static void fill(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
      // The channel moves on.
    }
  }

  private static void write(Path file, Picture picture) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(MAGIC).putInt(picture.size().width()).putInt(picture.size().height()).flip();
    try {
      AtomicFile.write(
          file,
          channel -> {
            AtomicFile.writeFully(channel, header);
            AtomicFile.writeFully(channel, picture.bytes());
          });
    } catch (IOException e) {
      picture.close();
      throw e;
    }
  }
}
