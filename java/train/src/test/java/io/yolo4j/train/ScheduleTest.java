package io.yolo4j.train;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import io.yolo4j.train.ScheduleOptions.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final double RTOL = 1e-9;
  private static final double ATOL = 1e-12;
  private static final ScheduleOptions COMPATIBLE =
      ScheduleOptions.defaults().withRateOfEpochBefore(true);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void iterations_compatible_areTheReferences(int index) {
    JsonNode run = Shared.json("training.json").get("schedule").get("runs").get(index);
    Schedule schedule = schedule(run);
    assertThat(schedule.warmupIterations()).isEqualTo(run.get("nw").asLong());
    assertThat(run.get("rows").size()).isGreaterThan(100);
    for (JsonNode row : run.get("rows")) {
      long iteration = row.get(0).asLong();
      assertThat(iteration / schedule.batches()).isEqualTo(row.get(1).asLong());
      assertRates(row, 2, schedule.rates(iteration));
      assertClose(
          "momentum of " + row,
          new double[] {schedule.momentum(iteration)},
          new double[] {row.get(5).asDouble()},
          RTOL,
          ATOL);
      assertThat(schedule.accumulate(iteration)).as("%s", row).isEqualTo(row.get(6).asInt());
      assertThat(schedule.stepsAfter(iteration, schedule.lastStepBefore(iteration)))
          .as("%s", row)
          .isEqualTo(row.get(7).asInt() == 1);
    }
    for (JsonNode end : run.get("epoch_end").get("rows")) {
      long last = (end.get(0).asLong() + 1) * schedule.batches() - 1;
      assertRates(end.get(1), 0, schedule.rates(last));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void optimizerSteps_wholeRun_areTheReferences(int index) {
    JsonNode run = Shared.json("training.json").get("schedule").get("runs").get(index);
    Schedule schedule = schedule(run);
    assertThat(schedule.numberOfSteps()).isEqualTo(run.get("optimizer_steps_total").asLong());
    List<Long> expected = new ArrayList<>();
    run.get("first_optimizer_steps").forEach(step -> expected.add(step.asLong()));
    List<Long> steps = new ArrayList<>();
    for (long i = 0; steps.size() < expected.size(); i++) {
      if (schedule.stepsAfter(i, steps.isEmpty() ? -1 : steps.get(steps.size() - 1))) {
        steps.add(i);
      }
    }
    assertThat(steps).isEqualTo(expected);
  }

  @Test
  void factor_bothCurves_areTheReferences() {
    JsonNode factors = Shared.json("training.json").get("lr_factor");
    for (Curve curve : Curve.values()) {
      for (int epochs : new int[] {5, 100}) {
        String key = curve.name().toLowerCase(Locale.ROOT) + "_" + epochs + "_epochs";
        JsonNode expected = factors.get(key);
        Schedule schedule =
            new Schedule(Hyperparameters.defaults(), epochs, 51, 32, COMPATIBLE.withCurve(curve));
        assertThat(expected.size()).isEqualTo(epochs + 1);
        for (int epoch = 0; epoch <= epochs; epoch++) {
          assertClose(
              key + " at " + epoch,
              new double[] {schedule.factor(epoch)},
              new double[] {expected.get(epoch).asDouble()},
              RTOL,
              ATOL);
        }
      }
    }
  }

  @Test
  void factor_linearOverOneEpoch_isOne() {
    ScheduleOptions linear = ScheduleOptions.defaults().withCurve(Curve.LINEAR);
    Schedule schedule = new Schedule(Hyperparameters.defaults(), 1, 10, 64, linear);
    assertThat(schedule.factor(0)).isEqualTo(1);
  }

  @Test
  void weightDecay_anyBatch_isScaledAsTheReferencesIs() {
    JsonNode rows = Shared.json("training.json").get("weight_decay_scaling").get("rows");
    assertThat(rows.size()).isEqualTo(16);
    for (JsonNode row : rows) {
      Schedule schedule = ofBatch(row.get(0).asInt());
      assertThat(schedule.accumulate(schedule.warmupIterations()))
          .as("%s", row)
          .isEqualTo(row.get(1).asInt());
      assertClose(
          "weight decay of " + row,
          new double[] {schedule.weightDecay()},
          new double[] {row.get(2).asDouble()},
          RTOL,
          ATOL);
    }
  }

  @Test
  void accumulate_overTheWarmup_isTheReferences() {
    JsonNode training = Shared.json("training.json");
    JsonNode of32 = training.get("accumulate_batch32");
    for (JsonNode row : of32.get("table")) {
      assertThat(ofBatch(32).accumulate(row.get(0).asLong())).isEqualTo(row.get(1).asInt());
    }
    assertThat(of32.get("first_ni_with_2").asInt()).isEqualTo(500);
    for (JsonNode row : training.get("accumulate_batch16")) {
      assertThat(ofBatch(16).accumulate(row.get(0).asLong())).isEqualTo(row.get(1).asInt());
    }
  }

  @Test
  void rates_afterTheWarmup_areTheirOwnEpochsByDefault() {
    Schedule schedule =
        new Schedule(Hyperparameters.defaults(), 100, 51, 32, ScheduleOptions.defaults());
    Schedule compatible = new Schedule(Hyperparameters.defaults(), 100, 51, 32, COMPATIBLE);
    long first = 30L * 51;
    assertThat(schedule.rates(first).weight()).isEqualTo(0.01 * schedule.factor(30));
    assertThat(compatible.rates(first).weight()).isEqualTo(0.01 * schedule.factor(29));
    assertThat(schedule.rates(999)).isEqualTo(compatible.rates(999));
  }

  @Test
  void rates_withoutWarmup_startInFull() {
    Schedule schedule =
        new Schedule(
            Hyperparameters.defaults().with("warmup_epochs", 0),
            10,
            20,
            16,
            ScheduleOptions.defaults().withWarmupFloor(0));
    assertThat(schedule.rates(0)).isEqualTo(new LearningRates(0.01, 0.01, 0.01));
    assertThat(schedule.momentum(0)).isEqualTo(0.937);
    assertThat(schedule.accumulate(0)).isEqualTo(4);
    assertThat(schedule.stepsAfter(2, -1)).isFalse();
    assertThat(schedule.stepsAfter(3, -1)).isTrue();
  }

  @Test
  void advice_runShorterThanThreeFloors_proposesASmallerOne() {
    assertThat(new Schedule(Hyperparameters.defaults(), 30, 51, 32, COMPATIBLE).advice())
        .contains(
            "the run has 1530 iterations, the warm-up at least 1000 of them; a floor of 153 warm-up iterations would leave most of the run at its full learning rates");
    assertThat(new Schedule(Hyperparameters.defaults(), 100, 51, 32, COMPATIBLE).advice())
        .isEmpty();
    assertThat(
            new Schedule(Hyperparameters.defaults(), 30, 51, 32, COMPATIBLE.withWarmupFloor(100))
                .advice())
        .isEmpty();
  }

  @Test
  void create_badValues_areNamed() {
    assertThatThrownBy(
            () -> new Schedule(Hyperparameters.defaults(), 0, 5, 16, ScheduleOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epochs, batches and batch size must be at least 1, got 0, 5 and 16");
    assertThatThrownBy(() -> ScheduleOptions.defaults().withNominalBatch(0))
        .hasMessage("the nominal batch must be at least 1, got 0");
    assertThatThrownBy(() -> ScheduleOptions.defaults().withWarmupFloor(-1))
        .hasMessage("the warm-up's least number of iterations must not be negative, got -1");
  }

  @Property(tries = 100)
  void iterations_anyRun_moveOneWay(
      @ForAll @IntRange(min = 1, max = 40) int epochs,
      @ForAll @IntRange(min = 1, max = 60) int batches,
      @ForAll @IntRange(min = 1, max = 128) int batchSize,
      @ForAll @IntRange(min = 0, max = 300) int floor,
      @ForAll boolean rateOfEpochBefore,
      @ForAll Curve curve) {
    ScheduleOptions options = new ScheduleOptions(curve, floor, 64, rateOfEpochBefore);
    Schedule schedule =
        new Schedule(Hyperparameters.defaults(), epochs, batches, batchSize, options);
    long lastStep = -1;
    for (long i = 1; i < schedule.iterations(); i++) {
      LearningRates before = schedule.rates(i - 1);
      LearningRates rates = schedule.rates(i);
      assertThat(rates.norm()).isEqualTo(rates.weight());
      assertThat(rates.weight()).isBetween(0.0, 0.01);
      assertThat(rates.bias()).isLessThanOrEqualTo(before.bias() + 1e-15);
      assertThat(rates.bias()).isGreaterThanOrEqualTo(rates.weight() - 1e-15);
      boolean sameEpoch = i / batches == (i - 1) / batches;
      if (sameEpoch && i <= schedule.warmupIterations()) {
        assertThat(rates.weight()).isGreaterThan(before.weight());
      } else if (i > schedule.warmupIterations()) {
        assertThat(rates.weight()).isLessThanOrEqualTo(before.weight());
        assertThat(rates.bias()).isEqualTo(rates.weight());
      }
      assertThat(schedule.momentum(i)).isBetween(schedule.momentum(i - 1), 0.937);
      int grown = schedule.accumulate(i) - schedule.accumulate(i - 1);
      assertThat(batchSize <= 64 ? grown : -grown).isNotNegative();
      lastStep = schedule.stepsAfter(i - 1, lastStep) ? i - 1 : lastStep;
      assertThat(i - lastStep).isLessThanOrEqualTo(schedule.accumulate(i));
    }
    assertThat(schedule.lastStepBefore(schedule.iterations() - 1)).isEqualTo(lastStep);
  }

  private static void assertRates(JsonNode row, int first, LearningRates rates) {
    assertClose(
        "rates of " + row,
        new double[] {rates.norm(), rates.weight(), rates.bias()},
        new double[] {
          row.get(first).asDouble(), row.get(first + 1).asDouble(), row.get(first + 2).asDouble()
        },
        RTOL,
        ATOL);
  }

  private static Schedule schedule(JsonNode run) {
    Curve curve = Curve.valueOf(run.get("lr_function").asText().toUpperCase(Locale.ROOT));
    return new Schedule(
        Hyperparameters.defaults(),
        run.get("epochs").asInt(),
        run.get("nb").asInt(),
        run.get("batch").asInt(),
        COMPATIBLE.withCurve(curve));
  }

  private static Schedule ofBatch(int batch) {
    return new Schedule(Hyperparameters.defaults(), 100, 51, batch, COMPATIBLE);
  }
}
