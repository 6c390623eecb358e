package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three epochs after the first: no native pointer more, resident memory flat. The pictures of one
 * epoch are about as large as what the tests allow, so that a leak of one in a sample shows.
 */
class LoaderMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long TOLERANCE_KILOBYTES = 8 << 10;
  private static final int PICTURES = 32;
  private static final int WARM_EPOCHS = 4;
  private static final AugmentOptions EVERYTHING =
      AugmentOptions.defaults()
          .withGeometry(10, 0.1, 0.5, 3, 0.0002)
          .withMosaic(0.8)
          .withMosaic9(0.4)
          .withMixup(0.5)
          .withCopyPaste(0.5)
          .withExtras(0.5, 0.3, 0.3, 0.3);

  @TempDir private Path folder;

  @Test
  void epochs_noCache_memoryStaysFlat() throws IOException {
    check(LoaderOptions.of(192, 8).withThreads(2));
  }

  @Test
  void epochs_memoryCache_memoryStaysFlat() throws IOException {
    check(LoaderOptions.of(192, 8).withThreads(2).withMemoryCache());
  }

  @Test
  void epochs_diskCache_memoryStaysFlat() throws IOException {
    check(LoaderOptions.of(192, 8).withThreads(1).withDiskCache(folder.resolve("cache")));
  }

  private void check(LoaderOptions options) throws IOException {
    assumeTrue(
        Files.exists(STATUS),
        "skipped: no " + STATUS + " on this system to read resident memory from");
    Path images = Files.createDirectory(folder.resolve("images"));
    Dataset dataset = SyntheticDataset.create(images, PICTURES);
    // OpenCV's classes hold a few constants for good.
    try (TrainingLoader loader = new TrainingLoader(dataset, options, EVERYTHING)) {
      run(loader, 0);
    }
    long before = Pointer.totalCount();
    try (TrainingLoader loader = new TrainingLoader(dataset, options, EVERYTHING)) {
      for (int epoch = 0; epoch < WARM_EPOCHS; epoch++) {
        run(loader, epoch);
      }
      long pointers = Pointer.totalCount();
      long resident = residentKilobytes();
      for (int epoch = 0; epoch < 3; epoch++) {
        run(loader, WARM_EPOCHS + epoch);
        assertThat(Pointer.totalCount()).as("native pointers").isEqualTo(pointers);
      }
      assertThat(residentKilobytes())
          .as("resident kB after three more epochs, %d before", resident)
          .isLessThan(resident + TOLERANCE_KILOBYTES);
    }
    assertThat(Pointer.totalCount()).as("native pointers").isEqualTo(before);
  }

  private static void run(TrainingLoader loader, int epoch) {
    try (Epoch batches = loader.epoch(epoch, 0)) {
      while (batches.hasNext()) {
        batches.next().close();
      }
    }
    // So that every epoch touches the same part of the Java heap.
    System.gc();
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
