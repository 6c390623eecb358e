package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.kernels.CpuFeature;
import io.yolo4j.kernels.CpuFeatures;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.Isa;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.kernels.RoofKernels.Access;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class RoofMeasurementTest {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;

  /** A processor with caches of 32 KiB, 1 MiB and 32 MiB, of which the system tells 508 MiB. */
  private static class Played implements RoofProbe {
    final List<Long> asked = new ArrayList<>();
    private final double noise;
    private final double disturbance;
    private final Random random = new Random(7);
    private int peaks;

    Played(double noise, double disturbance) {
      this.noise = noise;
      this.disturbance = disturbance;
    }

    @Override
    public double peak() {
      return peaks++ == 1 ? 100e9 * (1 - disturbance) : 100e9;
    }

    @Override
    public double bandwidth(Access access, long bytes) {
      asked.add(bytes);
      double[] speeds = {400e9, 200e9, 100e9, 30e9};
      long[] sizes = {32 * KIB, MIB, 32 * MIB, Long.MAX_VALUE};
      int level = 0;
      while (bytes > sizes[level]) {
        level++;
      }
      // Others only ever make it slower, and only memory is theirs too.
      double slower = level == 3 ? noise * random.nextDouble() : 0;
      return speeds[level] * (1 - slower) * (access == Access.UPDATE ? 1.5 : 1);
    }

    @Override
    public long cacheBytes(int level) {
      return List.of(32 * KIB, MIB, 508 * MIB).get(level - 1);
    }
  }

  private static Roofs measure(Played processor, int threads, boolean anyway) {
    return new RoofMeasurement(processor, threads).roofs("played", "scalar", Map.of(), anyway);
  }

  @Test
  void roofs_sharedCacheToldTooLarge_isFoundByItsBandwidth() {
    Roofs roofs = measure(new Played(0, 0), 1, false);
    assertThat(roofs.levels())
        .extracting(Roofs.Level::name)
        .containsExactly("L1", "L2", "L3", "DRAM");
    assertThat(roofs.levels().get(2).bytes()).isEqualTo(32 * MIB);
    assertThat(roofs.levels())
        .extracting(Roofs.Level::read)
        .containsExactly(400e9, 200e9, 100e9, 30e9);
    assertThat(roofs.levels())
        .extracting(Roofs.Level::bandwidth)
        .containsExactly(600e9, 300e9, 150e9, 45e9);
    assertThat(roofs.levels()).extracting(Roofs.Level::spread).containsOnly(0.0);
    assertThat(roofs.spread()).isZero();
    assertThat(roofs.unsettled()).isEmpty();
  }

  @Test
  void roofs_quietProcessor_takesTheLeastRounds() {
    Played processor = new Played(0, 0);
    measure(processor, 1, false);
    long memory = processor.asked.stream().filter(bytes -> bytes >= 256 * MIB).count();
    assertThat(memory).isEqualTo((long) BandwidthRounds.LEAST * Access.values().length);
  }

  @Test
  void roofs_noisyMemory_getsMoreRoundsAndIsMarkedIfTheyDontHelp() {
    Played processor = new Played(0.9, 0);
    Roofs roofs = measure(processor, 1, false);
    long memory = processor.asked.stream().filter(bytes -> bytes >= 256 * MIB).count();
    long inner = processor.asked.stream().filter(bytes -> bytes == 24 * KIB).count();
    assertThat(inner).isEqualTo((long) BandwidthRounds.LEAST * Access.values().length);
    assertThat(memory).isGreaterThan(inner);
    Roofs.Level last = roofs.levels().get(3);
    assertThat(last.read()).isBetween(0.9 * 30e9, 30e9);
    assertThat(roofs.unsettled().contains(last))
        .isEqualTo(last.spread() > RoofMeasurement.MOST_SPREAD);
    assertThat(last.spread()).isPositive();
  }

  @Test
  void roofs_memoryThatHalvesEveryOtherRound_isMarkedAfterAllRounds() {
    Played odd =
        new Played(0, 0) {
          private int calls;

          @Override
          public double bandwidth(Access access, long bytes) {
            double all = super.bandwidth(access, bytes);
            boolean slow = bytes >= 256 * MIB && calls++ / Access.values().length % 2 == 1;
            return slow ? all / 2 : all;
          }
        };
    Roofs roofs = measure(odd, 1, false);
    assertThat(roofs.unsettled()).containsExactly(roofs.levels().get(3));
    assertThat(roofs.levels().get(3).spread()).isCloseTo(0.5, within(1e-12));
    assertThat(odd.asked.stream().filter(bytes -> bytes >= 256 * MIB))
        .hasSize(BandwidthRounds.MOST * Access.values().length);
  }

  @Test
  void sharedCache_thatIsAllOthers_isNone() {
    RoofProbe memory =
        new Played(0, 0) {
          @Override
          public double bandwidth(Access access, long bytes) {
            return 30e9;
          }
        };
    assertThat(SharedCache.bytes(memory, 8 * MIB, 508 * MIB)).isEqualTo(8 * MIB);
  }

  @Test
  void roofs_ofSeveralThreads_countTheCoresCachesTogether() {
    Roofs roofs = measure(new Played(0, 0), 2, false);
    assertThat(roofs.levels()).extracting(Roofs.Level::bytes).startsWith(64 * KIB, 2 * MIB);
  }

  @Test
  void roofs_peakThatDiffers_isRefusedUnlessForced() {
    assertThatThrownBy(() -> measure(new Played(0, 0.2), 1, false))
        .isInstanceOf(DisturbedException.class)
        .hasMessage(
            "the peak of 1 threads differed by 20 % between three rounds, at most 5 % is believed: something else runs on this machine, or its clock changes");
    assertThat(measure(new Played(0, 0.2), 1, true).spread()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void missingPeaks_areThoseTheProcessorLacks() {
    CpuFeatures none = new CpuFeatures("a processor", Set.of());
    assertThat(RoofMeasurement.missingPeaks(none, Isa.SCALAR, Set.of()))
        .containsOnlyKeys("bf16", "bf16 amx", "f16", "i8", "i8 amx")
        .containsEntry("f16", "this CPU has no avx512_fp16")
        .containsEntry("i8 amx", "this CPU has no amx_int8");
    CpuFeatures all = new CpuFeatures("a processor", Set.of(CpuFeature.values()));
    assertThat(
            RoofMeasurement.missingPeaks(
                all, Isa.AVX512, Set.of("bf16", "bf16 amx", "f16", "i8", "i8 amx")))
        .isEmpty();
    assertThat(RoofMeasurement.missingPeaks(all, Isa.AVX512, Set.of("bf16", "bf16 amx", "i8")))
        .containsOnlyKeys("f16", "i8 amx")
        .containsEntry("f16", "the compiler of the native library didn't know these instructions");
    assertThat(RoofMeasurement.missingPeaks(all, Isa.AVX2, Set.of()))
        .containsEntry("f16", "it is measured with avx512, and kernels run with avx2");
    assertThat(NativeLibrary.load().cpu().cpu()).isNotEmpty();
    assertThat(ElementType.F16.nativeName()).isEqualTo("f16");
  }

  /**
   * On an otherwise idle machine; levels that say themselves that they aren't are let off, and a
   * measurement that is refused is made again: that it is refused is what is promised.
   */
  @Test
  @Tag("slow")
  void measure_threeTimes_agreesWithinWhatIsBelieved() {
    List<Roofs> runs = new ArrayList<>();
    for (int tries = 0; runs.size() < 3; tries++) {
      try {
        runs.add(RoofMeasurement.measure(1, false));
      } catch (DisturbedException e) {
        System.out.println(e.getMessage());
        assertThat(tries).as("measurements, most of them refused").isLessThan(6);
      }
    }
    assertThat(apart(runs.stream().mapToDouble(Roofs::flops).toArray()))
        .isLessThanOrEqualTo(RoofMeasurement.MOST_SPREAD);
    for (int level = 0; level < runs.get(0).levels().size(); level++) {
      int at = level;
      List<Roofs.Level> same = runs.stream().map(roofs -> roofs.levels().get(at)).toList();
      double apart = apart(same.stream().mapToDouble(Roofs.Level::bandwidth).toArray());
      System.out.printf("%s: %.1f %% apart, %s%n", same.get(0).name(), 100 * apart, same);
      if (same.stream().noneMatch(one -> one.spread() > RoofMeasurement.MOST_SPREAD)) {
        assertThat(apart).as(same.toString()).isLessThanOrEqualTo(RoofMeasurement.MOST_SPREAD);
      }
    }
    List<Double> reads = runs.get(0).levels().stream().map(Roofs.Level::read).toList();
    for (int level = 1; level < reads.size(); level++) {
      assertThat(reads.get(level)).isLessThanOrEqualTo(reads.get(level - 1));
    }
  }

  private static double apart(double[] values) {
    DoubleSummaryStatistics all = DoubleStream.of(values).summaryStatistics();
    return 1 - all.getMin() / all.getMax();
  }
}
