package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.eval.ValidationResult;
import io.yolo4j.loss.LossItems;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.LearningRates;
import io.yolo4j.train.StepTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsCsvTest {
  private static final String TITLES =
      "epoch,train/box_loss,train/obj_loss,train/cls_loss,metrics/precision,metrics/recall,"
          + "metrics/mAP_0.5,metrics/mAP_0.5:0.95,val/box_loss,val/obj_loss,val/cls_loss,"
          + "x/lr0,x/lr1,x/lr2,images_per_second,train_seconds,val_seconds,"
          + "time/loading,time/forward,time/loss,time/backward,time/optimizer,time/average\n";

  @TempDir private Path folder = Path.of("");

  private String text() throws IOException {
    return Files.readString(folder.resolve("results.csv"));
  }

  private static EpochRow unvalidated(int epoch, double boxLoss) {
    return EpochRow.of(
        new EpochResult(
            epoch,
            9,
            new LossItems(boxLoss, 0.02, 1e-7),
            null,
            null,
            new LearningRates(0.00123456789, 0.01, 0.07),
            6.25,
            0,
            160,
            new StepTimes(100, 300, 50, 500, 30, 20),
            false));
  }

  @Test
  void add_validatedEpoch_hasEveryField() throws IOException {
    FakeRun run = FakeRun.create(folder, List.of("a", "b"), 9);
    EpochResult result = run.epoch(0, 10, 1);
    ValidationResult validation = run.validation(1);
    ResultsCsv.open(folder, 0).add(EpochRow.of(result));
    String[] lines = text().split("\n", -1);
    assertThat(lines[0] + "\n").isEqualTo(TITLES);
    List<Double> expected =
        List.of(
            0.0,
            0.11,
            0.04,
            0.045,
            validation.precision(),
            validation.recall(),
            validation.map50(),
            validation.map50To95(),
            0.09,
            0.03,
            0.04,
            0.01,
            0.01,
            0.06,
            160.5,
            6.25,
            1.5,
            0.1,
            0.3,
            0.05,
            0.5,
            0.03,
            0.02);
    String[] fields = lines[1].split(",", -1);
    assertThat(fields).hasSameSizeAs(expected);
    for (int i = 0; i < fields.length; i++) {
      assertThat(fields[i]).isEqualTo(Numbers.significant(expected.get(i), 6));
    }
    assertThat(lines).hasSize(3).endsWith("");
  }

  @Test
  void add_epochWithoutValidation_leavesItsFieldsEmpty() throws IOException {
    ResultsCsv.open(folder, 0).add(unvalidated(0, 0.1));
    assertThat(text())
        .isEqualTo(
            TITLES
                + "0,0.1,0.02,0.0000001,,,,,,,,0.00123457,0.01,0.07,160,6.25,0,"
                + "0.1,0.3,0.05,0.5,0.03,0.02\n");
  }

  @Test
  void open_resumed_keepsEarlierLinesAndReplacesThoseRunAgain() throws IOException {
    ResultsCsv first = ResultsCsv.open(folder, 0);
    for (int epoch = 0; epoch < 4; epoch++) {
      first.add(unvalidated(epoch, 0.5));
    }
    String before = text();
    ResultsCsv resumed = ResultsCsv.open(folder, 2);
    assertThat(text()).as("nothing is written before an epoch is done").isEqualTo(before);
    resumed.add(unvalidated(2, 0.25));
    assertThat(resumed.rows()).extracting(EpochRow::epoch).containsExactly(0, 1, 2);
    assertThat(text().lines().map(line -> line.substring(0, 5)))
        .containsExactly("epoch", "0,0.5", "1,0.5", "2,0.2");
    assertThat(text()).startsWith(before.substring(0, before.indexOf("\n2,")));
  }

  @Test
  void open_startedAnew_dropsAllLines() throws IOException {
    ResultsCsv.open(folder, 0).add(unvalidated(5, 0.5));
    ResultsCsv anew = ResultsCsv.open(folder, 0);
    assertThat(anew.rows()).isEmpty();
    anew.add(unvalidated(0, 0.5));
    assertThat(text().lines()).hasSize(2);
  }

  @Test
  void open_infiniteAndMissingValues_surviveARound() throws IOException {
    ResultsCsv.open(folder, 0).add(unvalidated(0, Double.POSITIVE_INFINITY));
    assertThat(text()).contains("\n0,inf,0.02,");
    EpochRow row = ResultsCsv.open(folder, 1).rows().get(0);
    assertThat(row.value(Column.TRAIN_BOX)).isInfinite();
    assertThat(row.value(Column.MAP50)).isNaN();
    assertThat(row.fitness()).isNaN();
    assertThat(row.value(Column.RATE_BIAS)).isEqualTo(0.07);
  }

  @Test
  void open_referencesFileWithPaddedTitles_isRead() throws IOException {
    Files.writeString(
        folder.resolve("results.csv"),
        """
                       epoch,      train/box_loss,     metrics/mAP_0.5
                           0,             0.11042,             0.25
        """);
    EpochRow row = ResultsCsv.open(folder, 1).rows().get(0);
    assertThat(row.value(Column.TRAIN_BOX)).isEqualTo(0.11042);
    assertThat(row.value(Column.MAP50)).isEqualTo(0.25);
    assertThat(folder.resolve("results.csv.old")).doesNotExist();
  }

  @Test
  void open_foreignLines_areKeptBesideAndTheRestIsRead() throws IOException {
    ResultsCsv.open(folder, 0).add(unvalidated(0, 0.5));
    String damaged = text() + "1,0.5,so\n";
    Files.writeString(folder.resolve("results.csv"), damaged);
    ResultsCsv csv = ResultsCsv.open(folder, 2);
    assertThat(csv.rows()).extracting(EpochRow::epoch).containsExactly(0);
    assertThat(folder.resolve("results.csv.old")).hasContent(damaged);
    Files.writeString(folder.resolve("results.csv"), "");
    assertThat(ResultsCsv.open(folder, 2).rows()).isEmpty();
  }

  @Test
  void numbers_areTheSameInEveryCountry() {
    assertThat(Numbers.significant(1234567.0, 6)).isEqualTo("1234570");
    assertThat(Numbers.significant(-0.000012345678, 6)).isEqualTo("-0.0000123457");
    assertThat(Numbers.significant(0, 6)).isEqualTo("0");
    assertThat(Numbers.significant(Double.NaN, 6)).isEqualTo("nan");
    assertThat(Numbers.fixed(0.12345, 3)).isEqualTo("0.123");
    assertThat(Numbers.fixed(Double.NaN, 3)).isEqualTo("–");
    assertThat(Numbers.percent(0.1234)).isEqualTo("12.3 %");
    assertThat(Numbers.clock(3723.4)).isEqualTo("1:02:03");
    assertThat(Numbers.clock(123.4)).isEqualTo("2:03");
    assertThat(Numbers.clock(-1)).isEqualTo("0:00");
    assertThat(Numbers.clock(Double.NaN)).isEqualTo("–");
  }
}
