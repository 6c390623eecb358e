package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.testing.Shared;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ValCommandTest {
  private static final double MAP_TOLERANCE = 0.003;
  private static final double PRECISION_RECALL_TOLERANCE = 0.006;

  @TempDir private Path folder = Path.of("");
  private Path weights = Path.of("");

  @BeforeEach
  void setUp() {
    weights = Shared.path("weights/yolov5n-coco-v6.0.pt");
  }

  private Cli.Run val(Path data, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("val", "--weights", weights, "--data", data));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray());
  }

  @Test
  void val_cocoAt320_measuresWhatTheReferenceMeasures() {
    Path data = Shared.path("data/coco128/coco128.yaml");
    Cli.Run run = val(data, "--imgsz", 320, "--format", "json").succeeds();
    assertThat(run.err()).isEmpty();
    JsonNode json = run.json();
    JsonNode expected = Shared.json("val.json").at("/coco128/runs/320");
    assertThat(json.get("images").asInt()).isEqualTo(128);
    assertThat(json.get("labels").asInt()).isEqualTo(929);
    assertClose(json, "map50", expected.get("mAP50").asDouble(), MAP_TOLERANCE);
    assertClose(json, "map50_95", expected.get("mAP50_95").asDouble(), MAP_TOLERANCE);
    assertClose(json, "precision", expected.get("P").asDouble(), PRECISION_RECALL_TOLERANCE);
    assertClose(json, "recall", expected.get("R").asDouble(), PRECISION_RECALL_TOLERANCE);

    assertThat(json.get("speed_ms").propertyStream().map(field -> field.getKey()))
        .containsExactly("preprocess", "inference", "nms");
    json.get("speed_ms").forEach(time -> assertThat(time.asDouble()).isPositive());
    JsonNode classes = json.get("classes");
    assertThat(classes.size()).isEqualTo(71);
    assertThat(classes.at("/0/name").asText()).isEqualTo("person");
    int labels = 0;
    double sum = 0;
    for (JsonNode one : classes) {
      labels += one.get("labels").asInt();
      sum += one.get("ap50").asDouble();
    }
    assertThat(labels).isEqualTo(929);
    assertThat(sum / classes.size()).isCloseTo(json.get("map50").asDouble(), within(1e-9));
    assertThat(json.get("issues")).isEmpty();
  }

  @Test
  @Tag("slow")
  void val_cocoAt640_measuresWhatTheReferenceMeasures() {
    Path data = Shared.path("data/coco128/coco128.yaml");
    JsonNode json = val(data, "--format", "json").succeeds().json();
    assertClose(json, "precision", 0.660, PRECISION_RECALL_TOLERANCE);
    assertClose(json, "recall", 0.398, PRECISION_RECALL_TOLERANCE);
    assertClose(json, "map50", 0.468, MAP_TOLERANCE);
    assertClose(json, "map50_95", 0.305, MAP_TOLERANCE);
  }

  private static void assertClose(JsonNode json, String field, double expected, double tolerance) {
    assertThat(json.get(field).asDouble()).as(field).isCloseTo(expected, within(tolerance));
  }

  /** One picture with its five boxes, and where wanted one that cannot be read. */
  private Path smallDataSet(boolean withBadPicture) throws IOException {
    Path bus = Shared.path("data/images/bus.jpg");
    Files.createDirectory(folder.resolve("images"));
    Files.createDirectory(folder.resolve("labels"));
    Files.copy(bus, folder.resolve("images/bus.jpg"));
    Files.writeString(
        folder.resolve("labels/bus.txt"),
        """
        0 .0401 .6704 .0802 .2815
        5 .5265 .4731 .9123 .5741
        0 .9210 .5847 .1531 .4546
        0 .3463 .5894 .1617 .4435
        0 .1692 .6009 .2123 .4704
        """);
    if (withBadPicture) {
      // The header is whole, so that only decoding finds it.
      byte[] bytes = Files.readAllBytes(bus);
      Files.write(folder.resolve("images/cut.jpg"), Arrays.copyOf(bytes, bytes.length / 2));
      Files.writeString(folder.resolve("labels/cut.txt"), "0 .5 .5 .1 .1\n");
    }
    Path coco = Shared.path("data/coco128/coco128.yaml");
    String names = Files.readString(coco).replaceAll("(?m)^(path|train|val|test|nc):.*$", "");
    return Files.writeString(folder.resolve("data.yaml"), "val: images\nnc: 80\n" + names);
  }

  @Test
  void val_table_showsClassesConfusionAndSpeed() throws IOException {
    Cli.Run run = val(smallDataSet(false), "--imgsz", 640, "--confusion").succeeds();
    assertThat(run.lines().get(0)).matches("class +images +labels +P +R +mAP50 +mAP50-95");
    assertThat(run.lines().get(1))
        .matches("all +1 +5 +[01]\\.\\d{3} +[01]\\.\\d{3} +0\\.995 +0\\.\\d{3}");
    assertThat(run.lines()).anyMatch(line -> line.matches("bus +1 +1 .*"));
    assertThat(run.out()).contains("Confusion matrix (rows predicted, columns true");
    assertThat(run.lines()).last().asString().startsWith("Speed: ").endsWith("batches of 8 at 640");
  }

  @Test
  void val_plots_writesReportAndPictures() throws IOException {
    Path plots = folder.resolve("measured/here");
    Cli.Run run = val(smallDataSet(false), "--imgsz", 320, "--plots", plots).succeeds();
    assertThat(run.err()).isEqualTo("report: %s%n".formatted(plots.resolve("report.html")));
    try (Stream<Path> files = Files.list(plots)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "report.html",
              "PR_curve.png",
              "F1_curve.png",
              "P_curve.png",
              "R_curve.png",
              "confusion_matrix.png",
              "labels.png",
              "val_batch0_labels.jpg",
              "val_batch0_pred.jpg");
    }
    assertThat(Files.readString(plots.resolve("report.html")))
        .contains("<h1>Validation</h1>", "PR_curve", "data:image/jpeg", weights.toString())
        .doesNotContain("Training curves", "http");
  }

  @Test
  void val_plotsInAWrongPlace_isRefusedBeforeTheWork() throws IOException {
    Path data = smallDataSet(false);
    Path file = Files.writeString(folder.resolve("file"), "");
    val(data, "--plots", file)
        .fails(ExitCode.FAILED, "--plots " + file + ": the folder cannot be created (");
    Path images = folder.resolve("images");
    val(data, "--plots", images)
        .fails(ExitCode.USAGE, "--plots " + images + ": holds the data set's picture ");
  }

  @Test
  void val_unreadablePicture_isReportedLeftOutAndFails() throws IOException {
    Cli.Run run = val(smallDataSet(true), "--imgsz", 320, "--format", "json");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.json().get("images").asInt()).isEqualTo(1);
    String bad = folder.resolve("images/cut.jpg").toString();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains(bad + ": cannot read picture: ");
    assertThat(run.err()).containsOnlyOnce(bad);
  }

  @Test
  void val_classCountsDisagree_namesBothFiles() throws IOException {
    smallDataSet(false);
    Path two = Files.writeString(folder.resolve("two.yaml"), "val: images\nnames: [a, b]\n");
    val(two)
        .fails(
            ExitCode.FAILED,
            two + " has 2 classes, the model " + weights + " has 80; they must be the same");
  }

  @Test
  void val_badDataFile_isNamed() throws IOException {
    Path file = folder.resolve("d.yaml");
    val(file).fails(ExitCode.FAILED, file + ": there is no such file");
    val(folder).fails(ExitCode.FAILED, folder + ": must be a YAML file, is a folder");
    Files.writeString(file, "val: [\n");
    val(file).fails(ExitCode.FAILED, file + ": no valid YAML: line 2, column 1: ");
    Files.writeString(file, "val: images\nnc: 3\nnames: [a, b]\n");
    val(file).fails(ExitCode.FAILED, file + ": key 'nc' is 3, but key 'names' has 2 entries");
    Files.writeString(file, "val: images\n");
    val(file).fails(ExitCode.FAILED, file + ": key 'names' is missing");
    Path data = smallDataSet(false);
    val(data, "--split", "test").fails(ExitCode.FAILED, data + ": key 'test' is missing");
    Files.writeString(data, Files.readString(data).replace("val: images", "val: nowhere"));
    val(data).fails(ExitCode.FAILED, "nowhere");
  }

  @Test
  void val_badValues_nameTheOption() {
    Path data = Shared.path("data/coco128/coco128.yaml");
    val(data, "--imgsz", 0).fails(ExitCode.USAGE, "--imgsz must be at least 1, got 0");
    val(data, "--batch", 0).fails(ExitCode.USAGE, "--batch must be at least 1, got 0");
    val(data, "--conf", -0.1).fails(ExitCode.USAGE, "--conf must lie in 0 to 1, got -0.1");
    val(data, "--iou", 1.5).fails(ExitCode.USAGE, "--iou must lie in 0 to 1, got 1.5");
    val(data, "--threads", -1).fails(ExitCode.USAGE, "--threads must be at least 0, got -1");
    val(data, "--split", "foo").fails(ExitCode.USAGE, "'--split'");
    val(data, "--device", "cuda").fails(ExitCode.MISSING, "device cuda: LibTorch's part");
  }

  /** The picture of {@link #smallDataSet} and one without objects. */
  private Path withCleanPicture() throws IOException {
    Path data = smallDataSet(false);
    BufferedImage grey = new BufferedImage(320, 240, BufferedImage.TYPE_3BYTE_BGR);
    ImageIO.write(grey, "png", folder.resolve("images/grey.png").toFile());
    return data;
  }

  @Test
  void val_inspection_showsRatesThresholdsAndCoco() throws IOException {
    Path data = withCleanPicture();
    Cli.Run table =
        val(data, "--imgsz", 320, "--rates", "0.25,0.999", "--protocol", "coco").succeeds();
    assertThat(table.out())
        .contains("Inspection: 1 clean and 1 defect pictures; at confidence 0.")
        .contains("overkill 0.0 % and escape 0.0 %", "COCO protocol (label files know no crowds;");
    assertThat(table.lines())
        .anyMatch(line -> line.matches("pictures of +clean +defect +overkill@0.25 .*"))
        .anyMatch(line -> line.matches("person +1 +1 +0.000 +0.000 +0.000 +1.000"))
        .anyMatch(line -> line.matches("AP 0.50:0.95 +0\\.\\d{3} +- +- +0\\.\\d{3}"));
    assertThat(table.lines()).last().asString().startsWith("Speed: ");
  }

  @Test
  void val_writeModel_copyHoldsTheThresholds() throws IOException {
    Path data = withCleanPicture();
    byte[] before = Files.readAllBytes(weights);
    Path copy = folder.resolve("sorted.safetensors");
    Path plots = folder.resolve("plots");
    Cli.Run run =
        val(
                data,
                "--imgsz",
                320,
                "--suggest-precision",
                0.9,
                "--write-model",
                copy,
                "--protocol",
                "coco",
                "--plots",
                plots,
                "--format",
                "json")
            .succeeds();
    JsonNode suggested = run.json().get("suggested");
    assertThat(suggested.get("wanted_precision").asDouble()).isEqualTo(0.9);
    JsonNode person = suggested.at("/classes/0");
    assertThat(person.get("name").asText()).isEqualTo("person");
    assertThat(person.get("precision").asDouble()).isGreaterThanOrEqualTo(0.9);
    assertThat(run.err()).endsWith("model: %s%n".formatted(copy));
    assertThat(Files.readAllBytes(weights)).isEqualTo(before);

    Map<Integer, Float> stored =
        LoadedModel.open(copy, Optional.empty()).prediction().filter().classConfidences();
    assertThat(stored).containsEntry(0, (float) person.get("threshold").asDouble());
    assertThat(run.json().at("/coco/ap").isNumber()).isTrue();
    assertThat(run.json().at("/coco/ap_small").isNull()).isTrue();
    assertThat(run.json().at("/inspection/overkill")).hasSize(4);
    String page = Files.readString(plots.resolve("report.html"));
    assertThat(page)
        .contains("Overkill and escape", "Suggested thresholds", "By the COCO protocol");
    assertThat(plots.resolve("rates_curve.png")).exists();

    val(data, "--suggest-precision", 0.9, "--write-model", copy)
        .fails(ExitCode.USAGE, "--write-model " + copy + ": the file exists; name a new one");
  }

  @Test
  void val_csv_hasARowAClass() throws IOException {
    Cli.Run run =
        val(
                withCleanPicture(),
                "--imgsz",
                320,
                "--format",
                "csv",
                "--rates",
                0.5,
                "--suggest-precision",
                0.9,
                "--protocol",
                "coco")
            .succeeds();
    assertThat(run.lines().get(0))
        .isEqualTo(
            "class,images,labels,P,R,mAP50,mAP50-95,clean,defect,overkill@0.5,escape@0.5,"
                + "threshold,threshold_P,threshold_R,threshold_overkill,threshold_escape,"
                + "coco_AP,coco_AP50,coco_AP75,coco_AR100");
    assertThat(run.lines().get(1)).startsWith("all,2,5,").contains(",1,1,0.0,0.0,,,,,,0.");
    assertThat(run.lines().get(2)).startsWith("person,1,4,");
    assertThat(run.lines().get(3)).startsWith("bus,1,1,");
  }

  @Test
  void val_badInspectionOptions_areNamed() {
    Path data = Shared.path("data/coco128/coco128.yaml");
    Path file = folder.resolve("m.safetensors");
    val(data, "--rates", "0.5,2").fails(ExitCode.USAGE, "--rates must lie in 0 to 1, got 2.0");
    val(data, "--suggest-precision", 90)
        .fails(ExitCode.USAGE, "--suggest-precision must lie in 0 to 1, got 90.0");
    val(data, "--write-model", file)
        .fails(ExitCode.USAGE, "--write-model needs --suggest-precision, which says what to write");
    val(data, "--suggest-precision", 0.9, "--write-model", folder.resolve("m.pt"))
        .fails(ExitCode.USAGE, "thresholds and ranges are kept in .safetensors files only");
    val(data, "--suggest-precision", 0.9, "--write-model", folder.resolve("no/m.safetensors"))
        .fails(ExitCode.USAGE, "lies in no folder that exists; make it first");
    val(data, "--protocol", "voc").fails(ExitCode.USAGE, "'--protocol'");
  }
}
