package io.yolo4j.profile;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.GpuRoofKernels;
import io.yolo4j.kernels.Isa;
import io.yolo4j.kernels.RoofKernels;
import io.yolo4j.kernels.RoofKernels.Access;
import java.time.Duration;

/** What a processor is asked when its roofs are measured; tests play one. */
interface RoofProbe {
  /** Returns float32 operations a second. */
  double peak();

  /** Returns bytes a second of passes over so many bytes of all threads. */
  double bandwidth(Access access, long bytes);

  /** Returns the bytes of a level's data cache as the system tells them; 0 where it doesn't. */
  long cacheBytes(int level);

  /** Returns a GPU, from 0, whose second cache alone is told. */
  static RoofProbe ofGpu(int device) {
    return new RoofProbe() {
      private static final Duration PEAK_BUDGET = Duration.ofMillis(150);
      private static final Duration ACCESS_BUDGET = Duration.ofMillis(40);

      @Override
      public double peak() {
        return GpuRoofKernels.peak(device, GpuRoofKernels.Unit.LANES, ElementType.F32, PEAK_BUDGET);
      }

      @Override
      public double bandwidth(Access access, long bytes) {
        return GpuRoofKernels.bandwidth(device, access, bytes, ACCESS_BUDGET);
      }

      @Override
      public long cacheBytes(int level) {
        return level == 2 ? GpuRoofKernels.cacheBytes(device) : 0;
      }
    };
  }

  /** Returns this processor with so many threads. */
  static RoofProbe ofThisProcessor(Isa isa, int threads) {
    return new RoofProbe() {
      /** Long enough for a clock that others move to come back: the best of it counts. */
      private static final Duration PEAK_BUDGET = Duration.ofMillis(300);

      private static final Duration ACCESS_BUDGET = Duration.ofMillis(25);

      @Override
      public double peak() {
        return RoofKernels.peak(isa, ElementType.F32, threads, PEAK_BUDGET);
      }

      @Override
      public double bandwidth(Access access, long bytes) {
        return RoofKernels.bandwidth(access, bytes, threads, ACCESS_BUDGET);
      }

      @Override
      public long cacheBytes(int level) {
        return RoofKernels.cacheBytes(level);
      }
    };
  }
}
