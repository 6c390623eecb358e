package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.report.FakeRun;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.TrainingResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainingProgressTest {
  @TempDir private Path folder = Path.of("");
  private final StringWriter err = new StringWriter();
  private long nanos;
  private FakeRun run;

  @BeforeEach
  void setUp() throws IOException {
    run = FakeRun.create(folder, List.of("a", "b"), 6);
  }

  private TrainingProgress display(boolean terminal) {
    return new TrainingProgress(new PrintWriter(err), terminal, () -> nanos);
  }

  private void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private String taken() {
    String text = err.toString().replace(System.lineSeparator(), "\n");
    err.getBuffer().setLength(0);
    return text;
  }

  @Test
  void batchDone_onATerminal_redrawsOneLine() {
    TrainingProgress display = display(true);
    display.batchDone(run.batch(2, 30, 1));
    assertThat(taken()).as("too soon").isEmpty();
    pass(200);
    display.batchDone(run.batch(2, 30, 7));
    String line = taken();
    assertThat(line)
        .isEqualTo(
            "\r\033[K3/30 ▕█████▊    ▏ 7/12 box 0.0512 obj 0.0321 cls 0.0123 lr 0.0099 149/s 1:02:34");
    pass(100);
    display.validating(1, 8);
    assertThat(taken()).isEmpty();
    pass(100);
    display.validating(3, 8);
    assertThat(taken()).isEqualTo("\r\033[K3/30 ▕██████          ▏ 3/8 validating");
    display.message("a word");
    assertThat(taken()).isEqualTo("\r\033[Ka word\n");
    display.message("another");
    assertThat(taken()).isEqualTo("another\n");
  }

  @Test
  void batchDone_longNumbers_stayInOneLine() {
    TrainingProgress display = display(true);
    pass(200);
    display.batchDone(run.batch(99_998, 100_000, 7));
    assertThat(taken().replace("\r\033[K", "")).hasSize(79).startsWith("99999/100000 ▕");
  }

  @Test
  void batchDone_elsewhere_printsALineEveryTenSeconds() {
    TrainingProgress display = display(false);
    for (int second = 0; second < 21; second++) {
      pass(1000);
      display.batchDone(run.batch(0, 30, 2));
    }
    assertThat(taken())
        .isEqualTo(
            "epoch 1/30 batch 2/12: box 0.0512 obj 0.0321 cls 0.0123 lr 0.0099 149/s, 1:02:34 left\n"
                .repeat(2));
    pass(9999);
    display.validating(3, 8);
    assertThat(taken()).isEqualTo("epoch 1/30: validating, batch 3/8\n");
  }

  @Test
  void epochDone_printsARowOfATable() {
    TrainingProgress display = display(false);
    display.epochDone(run.epoch(0, 30, -1));
    display.epochDone(run.epoch(1, 30, 1));
    List<String> lines = taken().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .isEqualTo(
            "    epoch     box     obj     cls       P       R   mAP50 mAP50-95    img/s    time");
    assertThat(lines.get(1))
        .isEqualTo(
            "     1/30  0.1100  0.0400  0.0450       -       -       -        -    160.5    0:08");
    assertThat(lines.get(2))
        .isEqualTo(
            "     2/30  0.1024  0.0381  0.0412   0.875   0.917   0.848    0.848    160.5    0:08 *");
  }

  @Test
  void startedAndFinished_sayWhatAndHowItEnded() {
    TrainingProgress display = display(false);
    display.started(run.start(0, 30));
    assertThat(taken())
        .isEqualTo(
            "training on 6 pictures, validating on 6: 30 epochs of 12 batches at 96 pixels, in "
                + folder
                + "\n");
    display.started(run.start(3, 30));
    assertThat(taken()).contains(" at 96 pixels from epoch 4, in ");
    List<EpochResult> epochs = List.of(run.epoch(0, 30, 1), run.epoch(1, 30, 1));
    display.finished(run.result(TrainingResult.End.FINISHED, epochs));
    assertThat(taken()).isEqualTo("finished after 2 epochs in 0:16; best epoch 2\n");
    display.finished(run.result(TrainingResult.End.STOPPED_EARLY, epochs));
    assertThat(taken())
        .isEqualTo(
            "stopped early after 2 epochs in 0:16; best epoch 2, and no later one is better for long enough\n");
    display.finished(run.result(TrainingResult.End.CANCELLED, List.of()));
    assertThat(taken()).isEqualTo("cancelled after 0 epochs in 0:00; the run can be resumed\n");
  }
}
