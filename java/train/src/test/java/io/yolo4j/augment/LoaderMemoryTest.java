package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.data.Dataset;
import io.yolo4j.testing.NativePointers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Native pointers are the same in number after every epoch, and resident memory comes to rest: over
 * three epochs it grows by less than a leak of one matrix a sample would make it grow in each.
 * Java's own heap and compiler need some epochs before that.
 */
class LoaderMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long TOLERANCE_KILOBYTES = 3 << 10;
  private static final int PICTURES = 32;
  private static final int MOST_EPOCHS = 25;
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
    long before = NativePointers.settled();
    try (TrainingLoader loader = new TrainingLoader(dataset, options, EVERYTHING)) {
      run(loader, 0);
      long pointers = NativePointers.settled();
      List<Long> resident = new ArrayList<>(List.of(residentKilobytes()));
      while (!rests(resident)) {
        assertThat(resident).as("resident kB after every epoch").hasSizeLessThan(MOST_EPOCHS);
        run(loader, resident.size());
        resident.add(residentKilobytes());
        assertThat(Pointer.totalCount()).as("native pointers").isEqualTo(pointers);
      }
    }
    assertThat(Pointer.totalCount()).as("native pointers").isEqualTo(before);
  }

  private static boolean rests(List<Long> kilobytes) {
    int last = kilobytes.size() - 1;
    return last >= 3 && kilobytes.get(last) - kilobytes.get(last - 3) < TOLERANCE_KILOBYTES;
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
