package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.image.ImageDecoders;
import io.yolo4j.loss.LossItems;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.LearningRates;
import io.yolo4j.train.StepTimes;
import io.yolo4j.train.TrainingResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class RunReportTest {
  private static final List<String> STEEL =
      List.of("crazing", "inclusion", "patches", "pitted_surface", "rolled-in_scale", "scratches");
  private static final List<String> ALL_SECTIONS =
      List.of(
          "curves",
          "classes",
          "confidence",
          "confusion",
          "inspection",
          "validated",
          "labels",
          "batches",
          "time",
          "epochs",
          "options",
          "messages");

  @TempDir private Path folder = Path.of("");

  private RunReport report(boolean plots) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("lr0", 0.01);
    options.put("weights", "yolov5n.safetensors");
    return new RunReport(folder, options, plots);
  }

  /** Tells a whole run. */
  private Page run(List<String> names, int pictures, int epochs) throws IOException {
    FakeRun run = FakeRun.create(folder, names, pictures);
    RunReport report = report(false);
    report.started(run.start(0, epochs));
    report.message("Transferred 342/349 items");
    run.tellBatches(report);
    List<EpochResult> results = run.tellEpochs(report, 0, epochs, epochs);
    report.finished(run.result(TrainingResult.End.FINISHED, results));
    return Page.read(folder).isSound();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void run_finished_pageHasEverySection() throws IOException {
    Page page = run(STEEL, 12, 4);
    assertThat(page.sections()).isEqualTo(ALL_SECTIONS);
    assertThat(page.byId("status").getTextContent()).isEqualTo("finished");
    assertThat(page.byId("status").getAttribute("data-running")).isEqualTo("false");
    for (String chart :
        List.of(
            "loss-box", "loss-objectness", "loss-class", "learning-rates", "precision-recall")) {
      assertThat(page.below(chart, "polyline")).as(chart).hasSizeGreaterThanOrEqualTo(2);
    }
    for (String chart : List.of("PR_curve", "F1_curve", "P_curve", "R_curve")) {
      assertThat(page.below(chart, "polyline")).as(chart).hasSize(7);
      assertThat(page.below(chart, "li")).as(chart).hasSize(7);
    }
    assertThat(page.below("confusion-counts", "rect")).hasSizeGreaterThan(6);
    // No picture is without a label, but each class has pictures without one of its own.
    assertThat(page.below("inspection", "tr")).hasSize(1 + 6);
    assertThat(page.below("rates_curve", "polyline")).hasSize(2 * 6);
    assertThat(page.below("escape_curve", "polyline")).hasSize(6);
    assertThat(page.below("classes", "tr")).hasSize(1 + 1 + 6);
    assertThat(page.below("label-counts", "li")).hasSize(6);
    assertThat(page.below("label-centres", "path")).isNotEmpty();
    assertThat(page.below("step-times", "li")).hasSize(6);
    assertThat(page.byId("step-times").getTextContent()).contains("backward50.0 %");
    assertThat(page.below("epochs", "tr")).hasSize(1 + 4);
    assertThat(page.below("validated", "image")).hasSize(12);
    assertThat(page.below("batches", "image")).hasSize(3 * 8);
    assertThat(page.byId("options").getTextContent()).contains("lr00.01", "yolov5n.safetensors");
    assertThat(page.byId("messages").getTextContent()).contains("Transferred 342/349 items");
    assertThat(files()).containsExactly("report.html", "results.csv");
  }

  @Test
  void run_withPlots_writesReadablePictures() throws IOException {
    FakeRun run = FakeRun.create(folder, STEEL, 20);
    RunReport report = report(true);
    report.started(run.start(0, 2));
    run.tellBatches(report);
    List<String> batches = List.of("train_batch0.jpg", "train_batch1.jpg", "train_batch2.jpg");
    assertThat(files()).containsAll(batches).doesNotContain("results.png");
    report.finished(run.result(TrainingResult.End.FINISHED, run.tellEpochs(report, 0, 2, 2)));
    List<String> expected = new ArrayList<>(batches);
    expected.addAll(
        List.of(
            "F1_curve.png",
            "PR_curve.png",
            "P_curve.png",
            "R_curve.png",
            "confusion_matrix.png",
            "escape_curve.png",
            "labels.png",
            "rates_curve.png",
            "report.html",
            "results.csv",
            "results.png",
            "val_batch0_labels.jpg",
            "val_batch0_pred.jpg",
            "val_batch1_labels.jpg",
            "val_batch1_pred.jpg"));
    assertThat(files()).containsExactlyInAnyOrderElementsOf(expected);
    for (String name : expected) {
      if (!name.startsWith("re") || name.endsWith("png")) {
        assertThat(ImageDecoders.imageIo().read(folder.resolve(name)).width())
            .as(name)
            .isGreaterThanOrEqualTo(300);
      }
    }
  }

  @Test
  void names_thatAreMarkup_areShownAsTheyAre() throws IOException {
    List<String> names = List.of("<script>alert(1)</script>", "a & \"b\"", "bell\u0007\ud800", "");
    Page page = run(names, 12, 2);
    assertThat(page.sections()).isEqualTo(ALL_SECTIONS);
    String table = page.byId("classes").getTextContent();
    assertThat(table).contains("<script>alert(1)</script>", "a & \"b\"", "bell\ufffd");
  }

  @Test
  void oneClass_isComplete() throws IOException {
    Page page = run(List.of("defect"), 3, 1);
    assertThat(page.sections()).isEqualTo(ALL_SECTIONS);
    // One epoch is a point, not a line.
    assertThat(page.below("average-precision", "circle")).hasSize(2);
    assertThat(page.below("PR_curve", "polyline")).hasSize(2);
  }

  @Test
  void eightyClasses_staySmallAndNameOnlyTheMeanInLegends() throws IOException {
    List<String> names = IntStream.range(0, 80).mapToObj(i -> "class " + i).toList();
    Page page = run(names, 80, 2);
    assertThat(page.sections()).isEqualTo(ALL_SECTIONS);
    assertThat(page.below("F1_curve", "polyline")).hasSize(81);
    assertThat(page.byId("F1_curve").getTextContent())
        .contains("all classes", "thin: one line a class, 80")
        .doesNotContain("class 7");
    assertThat(page.below("validated", "image")).hasSize(32);
    assertThat(page.text().length()).isLessThan(2_000_000);
  }

  @Test
  void noValidationAtAll_leavesItsPartsOut() throws IOException {
    FakeRun run = FakeRun.create(folder, STEEL, 6);
    RunReport report = report(true);
    report.started(run.start(0, 3));
    assertThat(Page.read(folder).isSound().sections())
        .containsExactly("curves", "labels", "options");
    List<EpochResult> results = List.of(run.epoch(0, 3, -1), run.epoch(1, 3, -1));
    results.forEach(report::epochDone);
    report.finished(run.result(TrainingResult.End.CANCELLED, results));
    Page page = Page.read(folder).isSound();
    assertThat(page.sections()).containsExactly("curves", "labels", "time", "epochs", "options");
    assertThat(page.byId("average-precision").getTextContent()).contains("no values yet");
    assertThat(page.byId("status").getTextContent()).isEqualTo("cancelled; it can be resumed");
    assertThat(files()).containsExactly("labels.png", "report.html", "results.csv", "results.png");
  }

  @Test
  void valuesThatAreNoNumbers_areGaps() throws IOException {
    FakeRun run = FakeRun.create(folder, STEEL, 6);
    RunReport report = report(true);
    report.started(run.start(0, 6));
    List<EpochResult> results = new ArrayList<>();
    for (int epoch = 0; epoch < 6; epoch++) {
      double box = epoch == 2 ? Double.NaN : epoch == 4 ? Double.POSITIVE_INFINITY : 0.1;
      EpochResult result =
          new EpochResult(
              epoch,
              6,
              new LossItems(box, Double.NaN, 0),
              null,
              null,
              new LearningRates(0, 0, 0),
              1,
              0,
              10,
              StepTimes.ZERO,
              false);
      report.epochDone(result);
      results.add(result);
    }
    report.finished(run.result(TrainingResult.End.FINISHED, results));
    Page page = Page.read(folder).isSound();
    assertThat(page.below("loss-box", "polyline")).hasSize(1);
    assertThat(page.below("loss-box", "circle")).hasSize(2);
    assertThat(page.byId("loss-objectness").getTextContent()).contains("no values yet");
    assertThat(page.byId("step-times").getTextContent()).contains("backward–");
    assertThat(files()).contains("results.png");
  }

  @Test
  void status_followsTheRun() throws IOException {
    FakeRun run = FakeRun.create(folder, STEEL, 6);
    RunReport report = report(false);
    report.started(run.start(0, 4));
    assertThat(status().getTextContent()).isEqualTo("running: 0 of 4 epochs done");
    List<EpochResult> results = run.tellEpochs(report, 0, 1, 4);
    assertThat(status().getTextContent()).isEqualTo("running: 1 of 4 epochs done, 1:02:34 left");
    assertThat(status().getAttribute("data-running")).isEqualTo("true");
    report.failed("the loss is not finite");
    assertThat(status().getTextContent()).isEqualTo("failed: the loss is not finite");
    assertThat(status().getAttribute("class")).isEqualTo("status failed");
    report.finished(run.result(TrainingResult.End.STOPPED_EARLY, results));
    assertThat(status().getTextContent()).isEqualTo("stopped early: no better epoch came");
  }

  private Element status() throws IOException {
    return Page.read(folder).isSound().byId("status");
  }

  @Test
  void resumedRun_drawsTheEarlierEpochsToo() throws IOException {
    FakeRun run = FakeRun.create(folder, STEEL, 6);
    RunReport first = report(false);
    first.started(run.start(0, 6));
    run.tellEpochs(first, 0, 4, 6);
    RunReport second = report(false);
    second.started(run.start(3, 6));
    assertThat(Page.read(folder).below("epochs", "tr")).hasSize(1 + 3);
    run.tellEpochs(second, 3, 6, 6);
    assertThat(Page.read(folder).isSound().below("epochs", "tr")).hasSize(1 + 6);
    assertThat(Files.readAllLines(folder.resolve("results.csv"))).hasSize(1 + 6);
  }

  @Test
  void worseEpoch_keepsTheBestOnesMeasuresAndPictures() throws IOException {
    FakeRun run = FakeRun.create(folder, STEEL, 9);
    RunReport report = report(false);
    report.started(run.start(0, 3));
    run.tellEpochs(report, 0, 1, 1);
    Page best = Page.read(folder);
    EpochResult worse = run.epoch(1, 3, 0.05);
    run.samples().forEach(sample -> report.pictureValidated(sample, List.of()));
    report.epochDone(
        new EpochResult(
            1,
            3,
            worse.losses(),
            worse.validation(),
            worse.validationLosses(),
            worse.rates(),
            1,
            1,
            10,
            worse.times(),
            false));
    Page page = Page.read(folder).isSound();
    assertThat(page.byId("classes").getTextContent())
        .contains("Of epoch 1, the best: 9 pictures")
        .isEqualTo(best.byId("classes").getTextContent());
    assertThat(page.byId("validated").getTextContent())
        .isEqualTo(best.byId("validated").getTextContent());
  }

  @Test
  void folderThatCannotBeWritten_endsNothingAndLosesNothing() throws IOException {
    FakeRun run = FakeRun.create(folder, STEEL, 6);
    Path missing = folder.resolve("run");
    RunReport report = new RunReport(missing, Map.of(), true);
    report.started(run.start(0, 3));
    run.tellBatches(report);
    run.tellEpochs(report, 0, 2, 3);
    assertThat(missing).doesNotExist();
    Files.createDirectory(missing);
    run.tellEpochs(report, 2, 3, 3);
    assertThat(Files.readAllLines(missing.resolve("results.csv"))).hasSize(1 + 3);
    assertThat(Page.read(missing).isSound().below("epochs", "tr")).hasSize(1 + 3);
  }

  @Test
  void batchThatCannotBeDrawn_endsNothing() throws IOException {
    FakeRun run = FakeRun.create(folder, STEEL, 6);
    RunReport report = report(true);
    report.started(run.start(0, 3));
    report.batchLoaded(0, ByteBuffer.allocate(1), 8, 96, 96, new float[6]);
    run.tellEpochs(report, 0, 1, 3);
    assertThat(Page.read(folder).isSound().sections())
        .contains("classes")
        .doesNotContain("batches");
  }
}
