package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.kernels.NativeStatus;
import io.yolo4j.kernels.RoofKernels.Access;
import io.yolo4j.profile.RoofMeasurement.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A GPU's roofs, off a GPU that is played; on a real one, or the fake driver, as they come. */
final class GpuRoofMeasurementTest {
  private static final long MIB = 1 << 20;
  private static final Identity PLAYED = new Identity("a GPU", 1, "CUDA 13.0");

  /** Its second cache is ten times as fast as its memory. */
  private static final class Played implements RoofProbe {
    private final long cache;
    private final double disturbance;
    private final List<Long> asked = new ArrayList<>();
    private int peaks;

    Played(long cache, double disturbance) {
      this.cache = cache;
      this.disturbance = disturbance;
    }

    @Override
    public double peak() {
      return peaks++ == 1 ? 20e12 * (1 - disturbance) : 20e12;
    }

    @Override
    public double bandwidth(Access access, long bytes) {
      asked.add(bytes);
      return bytes <= cache ? 5e12 : 0.5e12;
    }

    @Override
    public long cacheBytes(int level) {
      assertThat(level).isEqualTo(2);
      return cache;
    }
  }

  private static Roofs measure(Played gpu, boolean anyway) {
    return GpuRoofMeasurement.measure(gpu, PLAYED, Map.of("f16 tensor", 300e12), anyway);
  }

  @Test
  void roofs_haveAWorkingSetALevel() {
    Played gpu = new Played(40 * MIB, 0);
    Roofs roofs = measure(gpu, false);
    assertThat(gpu.asked).containsOnly(10 * MIB, 256 * MIB);
    assertThat(roofs.levels()).extracting(Roofs.Level::name).containsExactly("L2", "DRAM");
    assertThat(roofs.levels()).extracting(Roofs.Level::bandwidth).containsExactly(5e12, 0.5e12);
    assertThat(roofs.levels().get(0).bytes()).isEqualTo(40 * MIB);
    assertThat(roofs.flops()).isEqualTo(20e12);
    assertThat(roofs.peak(ElementType.F16)).isEqualTo(300e12);
    assertThat(roofs.device()).isEqualTo("a GPU");
    assertThat(roofs.instructions()).isEqualTo("CUDA 13.0");
  }

  @Test
  void roofs_ofALargeCache_passOverFourTimesAsMuch() {
    Played gpu = new Played(96 * MIB, 0);
    measure(gpu, false);
    assertThat(gpu.asked).containsOnly(24 * MIB, 384 * MIB);
  }

  @Test
  void roofs_ofACacheThatNobodyTells_areOfMemoryAlone() {
    Roofs roofs = measure(new Played(0, 0), false);
    assertThat(roofs.levels()).extracting(Roofs.Level::name).containsExactly("DRAM");
  }

  @Test
  void roofs_ofAGpuAtWork_areRefusedUnlessForced() {
    assertThatThrownBy(() -> measure(new Played(MIB, 0.2), false))
        .isInstanceOf(DisturbedException.class)
        .hasMessageStartingWith("the peak of the GPU differed by 20 % between three rounds");
    assertThat(measure(new Played(MIB, 0.2), true).spread()).isBetween(0.19, 0.21);
  }

  @Test
  void instructions_withoutADriver_sayWhatIsMissing() {
    try {
      assumeTrue(GpuRoofMeasurement.instructions().isEmpty(), "skipped: there is a driver");
    } catch (NativeException e) {
      assertThat(e.status()).isEqualTo(NativeStatus.UNSUPPORTED);
      assertThat(e.reason()).containsAnyOf("NVIDIA", "CUDA code");
    }
  }
}
