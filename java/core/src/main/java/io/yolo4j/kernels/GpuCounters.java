package io.yolo4j.kernels;

import io.yolo4j.bindings.Cupti;
import io.yolo4j.bindings.global.Yolo4j;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.jspecify.annotations.Nullable;

/**
 * Hardware counters of NVIDIA GPUs, through NVIDIA's CUPTI: the library {@code libcupti.so.13} that
 * comes with CUDA. It is looked for at run time; nothing of NVIDIA's is needed to build or to run
 * without it.
 *
 * <p>What chips can count is known without a GPU and without a driver. Counting itself needs both,
 * and the right to: {@link #whyNot(int)} says what stands in the way.
 *
 * <p><b>Not run on hardware yet</b>: counting was tested with a library that the tests play.
 *
 * <p>Threads: one at a time. Ownership: the caller closes it; use after close throws {@link
 * IllegalStateException}.
 */
public final class GpuCounters implements AutoCloseable {
  /** Room for a chip's name. */
  private static final int NAME = 64;

  private final Cupti cupti;
  private boolean closed;

  private GpuCounters(Cupti cupti) {
    this.cupti = cupti;
  }

  /**
   * Opens the library that {@code YOLO4J_CUPTI} names; without that variable the one that the
   * system's loader finds, else that below {@code CUDA_HOME}, {@code CUDA_PATH} or {@code
   * /usr/local/cuda}.
   *
   * @throws NativeException with {@link NativeStatus#UNSUPPORTED} if there is none, saying where it
   *     was looked for
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static GpuCounters open() {
    return opened(null);
  }

  /**
   * Opens a library.
   *
   * @param file CUPTI's library of CUDA 13
   * @throws NativeException with {@link NativeStatus#UNSUPPORTED} if it isn't there or isn't that
   * @throws UnsupportedOperationException if there is no native library for this platform
   */
  public static GpuCounters open(Path file) {
    return opened(file.toString());
  }

  private static GpuCounters opened(@Nullable String file) {
    NativeLibrary.load();
    Cupti cupti = new Cupti();
    NativeLibrary.check("yolo4j_cupti_open", Yolo4j.yolo4j_cupti_open(file, cupti));
    return new GpuCounters(cupti);
  }

  /** Returns what was opened: a path, or the plain name where the system's loader found it. */
  public String path() {
    return Yolo4j.yolo4j_cupti_path(opened()).getString();
  }

  /** Returns CUPTI's own version, as in {@code 13.0.1}: CUDA 13.0, its first update. */
  public String version() {
    int[] version = new int[1];
    NativeLibrary.check("yolo4j_cupti_version", Yolo4j.yolo4j_cupti_version(opened(), version));
    return "%d.%d.%d".formatted(version[0] / 10000, version[0] / 100 % 100, version[0] % 100);
  }

  /** Returns the chips that this library knows, by NVIDIA's short names: {@code GA102}. */
  public List<String> chips() {
    long[] count = new long[1];
    NativeLibrary.check("yolo4j_cupti_chip_count", Yolo4j.yolo4j_cupti_chip_count(opened(), count));
    List<String> chips = new ArrayList<>();
    byte[] name = new byte[NAME];
    for (int i = 0; i < count[0]; i++) {
      NativeLibrary.check(
          "yolo4j_cupti_chip_name", Yolo4j.yolo4j_cupti_chip_name(cupti, i, name, NAME));
      chips.add(NativeText.of(name));
    }
    return List.copyOf(chips);
  }

  /**
   * Returns whether a chip has a metric.
   *
   * @param chip one of {@link #chips()}
   * @param metric as in {@code dram__bytes_read.sum}
   * @throws NativeException if the library doesn't know the chip, or lists it but knows nothing of
   *     it, which it does of old ones
   */
  public boolean hasMetric(String chip, String metric) {
    int[] exists = new int[1];
    NativeLibrary.check(
        "yolo4j_cupti_metric_exists",
        Yolo4j.yolo4j_cupti_metric_exists(opened(), chip, metric, exists));
    return exists[0] == 1;
  }

  /**
   * Returns how often the same work has to run until all metrics are counted.
   *
   * @param chip one of {@link #chips()}
   * @param metrics 1 to 1024
   * @throws NativeException if the chip lacks a metric, naming it, or isn't known
   */
  public int passes(String chip, List<String> metrics) {
    try (MetricNames names = new MetricNames(metrics);
        BytePointer chipName = new BytePointer(chip);
        LongPointer passes = new LongPointer(1)) {
      NativeLibrary.check(
          "yolo4j_cupti_passes",
          Yolo4j.yolo4j_cupti_passes(opened(), chipName, names.pointers(), names.count(), passes));
      return Math.toIntExact(passes.get());
    }
  }

  /**
   * Returns the chip of a device.
   *
   * @param device the GPU, from 0
   * @throws NativeException with {@link NativeStatus#UNSUPPORTED} without a driver or a GPU
   */
  public String chip(int device) {
    byte[] name = new byte[NAME];
    NativeLibrary.check(
        "yolo4j_cupti_device_chip", Yolo4j.yolo4j_cupti_device_chip(opened(), device, name, NAME));
    return NativeText.of(name);
  }

  /**
   * Returns why this process can't count on a device, in a sentence that says what to do; empty
   * where it can.
   *
   * @param device the GPU, from 0
   */
  public Optional<String> whyNot(int device) {
    if (Yolo4j.yolo4j_cupti_device_ready(opened(), device) == NativeStatus.OK.code()) {
      return Optional.empty();
    }
    // Without the function's name, which the text begins with.
    return Optional.of(Yolo4j.yolo4j_last_error().getString().replaceFirst("^[a-z0-9_]+: ", ""));
  }

  /**
   * Begins to count on a device.
   *
   * @param device the GPU, from 0; its primary context, which LibTorch uses too
   * @param metrics what to count
   * @param ranges how many differently named ranges at most, 1 to 65536
   * @throws NativeException if the chip lacks a metric or counting isn't possible there, saying why
   */
  public GpuCounting begin(int device, List<String> metrics, int ranges) {
    return GpuCounting.begin(opened(), device, metrics, ranges);
  }

  /** Gives it up; the library stays loaded. Close what counts before. Closing twice is fine. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Yolo4j.yolo4j_cupti_close(cupti);
    }
  }

  private Cupti opened() {
    if (closed) {
      throw new IllegalStateException("the counters are closed");
    }
    return cupti;
  }
}
