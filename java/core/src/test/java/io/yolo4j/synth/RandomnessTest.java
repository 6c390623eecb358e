package io.yolo4j.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RandomnessTest {
  @Test
  void bits_ofAPublishedSeed_areThePublishedOnes() {
    Randomness random = new Randomness(1234567);
    assertThat(random.bits()).isEqualTo(6457827717110365317L);
    assertThat(random.bits()).isEqualTo(3203168211198807973L);
    assertThat(Long.toUnsignedString(random.bits())).isEqualTo("9817491932198370423");
  }

  @Test
  void of_neighbouringPlaces_areUnrelated() {
    assertThat(Randomness.of(1, 2).bits()).isEqualTo(Randomness.of(1, 2).bits());
    assertThat(
            new long[] {
              Randomness.of(1, 2).bits(),
              Randomness.of(2, 1).bits(),
              Randomness.of(1, 3).bits(),
              Randomness.of(1, 2, 0).bits(),
              Randomness.of(1).bits()
            })
        .doesNotHaveDuplicates();
  }

  @Test
  void between_manyDraws_fillTheRange() {
    Randomness random = Randomness.of(5);
    double[] drawn = DoubleStream.generate(() -> random.between(-2, 6)).limit(10_000).toArray();
    assertThat(DoubleStream.of(drawn).min().orElseThrow()).isBetween(-2.0, -1.99);
    assertThat(DoubleStream.of(drawn).max().orElseThrow()).isBetween(5.99, 6.0).isLessThan(6);
    assertThat(DoubleStream.of(drawn).average().orElseThrow()).isBetween(1.9, 2.1);
  }

  @Test
  void normal_ofNoise_hasMeanZeroAndDeviationOne() {
    Noise noise = new Noise(3);
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 10_000; i++) {
      double value = noise.normal(i % 100, i / 100);
      sum += value;
      squares += value * value;
    }
    assertThat(sum / 10_000).isBetween(-0.04, 0.04);
    assertThat(squares / 10_000).isBetween(0.95, 1.05);
  }
}
