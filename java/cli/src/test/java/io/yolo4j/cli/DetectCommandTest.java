package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.kernels.CpuFeatures;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code detect} with the published yolov5n on one street scene: four persons and a bus. */
final class DetectCommandTest {
  /** Class, centre, size and confidence that the Python reference finds, the surest first. */
  private static final double[][] REFERENCE = {
    {0, .1692, .6009, .2123, .4704, .838},
    {0, .3463, .5894, .1617, .4435, .767},
    {0, .9210, .5847, .1531, .4546, .712},
    {5, .5265, .4731, .9123, .5741, .648},
    {0, .0401, .6704, .0802, .2815, .423},
  };

  @TempDir private Path folder = Path.of("");
  private Path weights = Path.of("");
  private Path bus = Path.of("");
  private Path saved = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    weights = Shared.path("weights/yolov5n-coco-v6.0.pt");
    bus = Shared.path("data/images/bus.jpg");
    saved = folder.resolve("saved");
  }

  private Cli.Run detect(Path source, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("detect", "--weights", weights, "--source", source));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray());
  }

  private JsonNode detections(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("--no-save", "--format", "json"));
    arguments.addAll(Arrays.asList(more));
    return detect(bus, arguments.toArray()).succeeds().json().at("/images/0/detections");
  }

  @Test
  void detect_bus_findsWhatTheReferenceFindsAndWritesItInEveryForm() throws IOException {
    byte[] before = Files.readAllBytes(bus);
    Cli.Run run =
        detect(bus, "--save-dir", saved, "--save-txt", "--save-json", "--format", "json")
            .succeeds();
    List<String> lines = Files.readAllLines(saved.resolve("labels/bus.txt"));
    assertThat(lines).hasSize(REFERENCE.length);
    for (int i = 0; i < REFERENCE.length; i++) {
      double[] box = Stream.of(lines.get(i).split(" ")).mapToDouble(Double::parseDouble).toArray();
      assertThat(box).as("line %d", i).containsExactly(REFERENCE[i], within(0.002));
    }
    Image drawn = ImageDecoders.preferred().read(saved.resolve("bus.jpg"));
    assertThat(drawn.width()).isEqualTo(810);
    assertThat(drawn.height()).isEqualTo(1080);
    assertThat(Files.readAllBytes(bus)).isEqualTo(before);

    JsonNode json = run.json();
    JsonNode file = new ObjectMapper().readTree(saved.resolve("detections.json").toFile());
    assertThat(file).isEqualTo(json);
    assertThat(json.get("failed").asInt()).isZero();
    JsonNode image = json.at("/images/0");
    assertThat(image.get("width").asInt()).isEqualTo(810);
    assertThat(image.get("speed_ms").properties()).hasSize(3);
    assertThat(image.get("detections")).hasSize(REFERENCE.length);
    assertThat(image.at("/detections/3/name").asText()).isEqualTo("bus");
    assertThat(image.at("/detections/3/cxcywhn/0").asDouble()).isCloseTo(.5265, within(.002));
    assertThat(image.at("/detections/3/xyxy/2").asDouble())
        .isCloseTo((.5265 + .9123 / 2) * 810, within(2.0));
    assertThat(run.err()).isEmpty();
  }

  @Test
  void detect_text_countsByClassAndNamesTheFolder() throws IOException {
    Cli.Run run = detect(bus, "--save-dir", saved).succeeds();
    assertThat(run.lines()).hasSize(2);
    assertThat(run.lines().get(0)).startsWith(bus + " 810x1080: 4 person, 1 bus (");
    assertThat(run.lines().get(1)).isEqualTo("Written to " + saved);
    assertThat(filesBelow(folder)).containsExactly("saved/bus.jpg");
  }

  @ParameterizedTest
  @CsvSource({"5, 1", "bus, 1", "person, 4", "'person,bus', 5", "'0,5', 5", "2, 0"})
  void detect_classes_keepsThese(String classes, int expected) {
    assertThat(detections("--classes", classes)).hasSize(expected);
  }

  @Test
  void detect_classConfidences_cutSingleClasses() {
    assertThat(detections("--class-conf", "person=0.75")).hasSize(3);
    assertThat(detections("--class-conf", "0=0.75,bus=0.7")).hasSize(2);
    assertThat(detections("--class-conf", "bus=0.6", "--conf", 0.8)).hasSize(2);
    detect(bus, "--class-conf", "foo=0.5")
        .fails(ExitCode.USAGE, "--class-conf: the model has no class foo; it has ids 0 to 79");
    detect(bus, "--class-conf", "bus=1.5")
        .fails(ExitCode.USAGE, "--class-conf bus must lie in 0 to 1, got 1.5");
  }

  @Test
  void detect_thresholdsInTheFile_holdUnlessOthersAreGiven() {
    Path model = folder.resolve("model.safetensors");
    Cli.run(
            "export",
            weights,
            "--format",
            "safetensors",
            "--output",
            model,
            "--conf",
            0.7,
            "--class-conf",
            "bus=0.6")
        .succeeds();
    Path converted = folder.resolve("converted.safetensors");
    Cli.run("convert", model, converted).succeeds();
    for (Path file : List.of(model, converted)) {
      weights = file;
      assertThat(detections()).hasSize(4);
      assertThat(detections("--conf", 0.25)).hasSize(5);
      assertThat(detections("--class-conf", "bus=0.7")).hasSize(3);
    }
    Cli.run("export", model, "--output", folder.resolve("model.onnx"), "--outputs", "suppressed")
        .fails(ExitCode.USAGE, "--outputs suppressed has one threshold for all classes");
  }

  @Test
  void detect_tiles_areForLargerPictures() {
    assertThat(detections("--tile", 1080)).isEqualTo(detections());
    JsonNode tiled = detections("--tile", 640, "--tile-overlap", 0.2, "--tile-whole");
    assertThat(tiled).isNotEqualTo(detections());
    assertThat(tiled.findValues("class").stream().map(JsonNode::asInt)).contains(0, 5);
    detect(bus, "--tile-overlap", "0.2")
        .fails(ExitCode.USAGE, "--tile-overlap is for tiles; give --tile N too");
    detect(bus, "--tile", 640, "--tile-overlap", "0.9")
        .fails(ExitCode.USAGE, "--tile-overlap must lie in 0 to 0.75, got 0.9");
  }

  @Test
  void detect_limits_cutTheList() {
    assertThat(detections("--max-det", 2)).hasSize(2);
    assertThat(detections("--conf", 0.8)).hasSize(1);
    assertThat(detections("--conf", 0.02).size()).isGreaterThan(REFERENCE.length);
    assertThat(detections("--iou", 1, "--imgsz", 320).size()).isGreaterThan(REFERENCE.length);
  }

  @Test
  void detect_agnostic_letsClassesSuppressEachOther() {
    int perClass = detections("--conf", 0.001, "--iou", 0.2).size();
    int agnostic = detections("--conf", 0.001, "--iou", 0.2, "--agnostic").size();
    assertThat(agnostic).isPositive().isLessThan(perClass);
  }

  @Test
  void detect_augmentAndSize_changeTheBoxes() {
    String plain = detections("--imgsz", 320).toString();
    assertThat(detections("--imgsz", 320, "--augment").toString()).isNotEqualTo(plain);
    // 310 is raised to the next multiple of the stride.
    assertThat(detections("--imgsz", 310).toString()).isEqualTo(plain);
    assertThat(detections("--imgsz", 320, "--threads", 1))
        .hasSameSizeAs(detections("--imgsz", 320));
  }

  @Test
  void detect_folderAndGlob_takeEveryPictureOnce() throws IOException {
    Path pictures = Files.createDirectories(folder.resolve("pictures/deep"));
    Files.copy(bus, pictures.resolveSibling("a.jpg"));
    Files.copy(bus, pictures.resolve("a.JPEG"));
    Files.writeString(pictures.resolve("notes.txt"), "no picture");
    Cli.Run run =
        detect(folder.resolve("pictures"), "--imgsz", 160, "--save-dir", saved, "--save-txt")
            .succeeds();
    assertThat(run.lines()).hasSize(3);
    // Equal names get a number, none is written over.
    assertThat(filesBelow(saved))
        .containsExactly("a-2.jpg", "a.jpg", "labels/a-2.txt", "labels/a.txt");
    JsonNode json =
        detect(folder.resolve("pict*/*.jpg"), "--imgsz", 160, "--no-save", "--format", "json")
            .succeeds()
            .json();
    assertThat(json.get("images")).hasSize(1);
    assertThat(json.has("save_dir")).isFalse();
  }

  @Test
  void detect_noSave_writesNothing() throws IOException {
    detect(bus, "--imgsz", 160, "--no-save").succeeds();
    assertThat(filesBelow(folder)).isEmpty();
    assertThat(Path.of("runs")).doesNotExist();
    detect(bus, "--imgsz", 160, "--no-save", "--save-txt", "--save-dir", saved).succeeds();
    assertThat(filesBelow(folder)).containsExactly("saved/labels/bus.txt");
  }

  @Test
  void detect_saveDirHoldsTheSource_isRefusedAndNothingIsWritten() throws IOException {
    Path picture = Files.copy(bus, folder.resolve("bus.jpg"));
    detect(picture, "--save-dir", folder)
        .fails(
            ExitCode.USAGE,
            "--save-dir %s: holds the source picture %s; choose another folder"
                .formatted(folder, picture));
    Path links = Files.createDirectories(folder.resolve("other/links"));
    Path link = Files.createSymbolicLink(links.resolve("x.jpg"), picture);
    detect(link, "--save-dir", folder).fails(ExitCode.USAGE, "holds the source picture " + link);
    assertThat(filesBelow(folder)).containsExactly("bus.jpg", "other/links/x.jpg");
    assertThat(picture).hasSameBinaryContentAs(bus);
  }

  @Test
  void detect_saveDirIsADataSet_keepsItsLabels() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.copy(bus, images.resolve("bus.jpg"));
    Path labels = Files.createDirectory(folder.resolve("labels"));
    Files.writeString(labels.resolve("bus.txt"), "5 .5 .5 .9 .6");
    detect(images, "--save-dir", folder, "--save-txt", "--no-save")
        .fails(ExitCode.USAGE, "holds the source picture");
    assertThat(labels.resolve("bus.txt")).content().isEqualTo("5 .5 .5 .9 .6");
  }

  @Test
  void detect_unreadableImageInFolder_isReportedAndSkipped() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Files.copy(bus, pictures.resolve("a.jpg"));
    Path bad = Files.write(pictures.resolve("b.jpg"), Arrays.copyOf(Files.readAllBytes(bus), 300));
    Files.copy(bus, pictures.resolve("c.jpg"));
    Cli.Run run = detect(pictures, "--imgsz", 160, "--save-dir", saved);
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err().lines())
        .containsExactly(
            "yolo4j: skipped: cannot read picture %s: the file is cut off after 300 bytes (no end marker)"
                .formatted(bad),
            "yolo4j: 1 of 3 pictures could not be read");
    assertThat(filesBelow(saved)).containsExactly("a.jpg", "c.jpg");

    Cli.Run json = detect(pictures, "--imgsz", 160, "--no-save", "--format", "json");
    assertThat(json.code()).isEqualTo(ExitCode.FAILED);
    assertThat(json.json().get("failed").asInt()).isEqualTo(1);
    assertThat(json.json().at("/images/1/error").asText()).contains("cut off after 300 bytes");
    assertThat(json.json().get("images")).hasSize(3);
  }

  @Test
  void detect_terminal_showsABarForJsonOnlyAndNotOnStandardOutput() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    Files.copy(bus, pictures.resolve("a.jpg"));
    Files.copy(bus, pictures.resolve("b.jpg"));
    Map<String, String> terminal = Map.of("YOLO4J_TERMINAL", "1");
    Object[] arguments = {
      "detect", "--weights", weights, "--source", pictures, "--imgsz", 160, "--no-save"
    };
    assertThat(Cli.runWith(terminal, arguments).succeeds().err()).isEmpty();
    Object[] json = Stream.concat(Stream.of(arguments), Stream.of("--format=json")).toArray();
    Cli.Run run = Cli.runWith(terminal, json).succeeds();
    assertThat(run.err()).contains("detect").contains("2/2");
    assertThat(run.json().get("images")).hasSize(2);
    assertThat(Cli.run(json).err()).isEmpty();
  }

  @Test
  void detect_bfloat16_warnsOnceWhereTheCpuIsSlowAtIt() {
    CpuFeatures cpu = NativeLibrary.load().cpu();
    boolean fast = cpu.multiplies(ElementType.BF16);
    Cli.Run run = detect(bus, "--imgsz", 160, "--no-save", "--precision", "bf16").succeeds();
    assertThat(run.err().lines().filter(line -> line.contains("no bfloat16 instructions")))
        .hasSize(fast ? 0 : 1);
  }

  @Test
  void detect_otherCheckpoints_loadAndName() {
    weights = Shared.path("weights/yolov5n-ppe-v6.1.pt");
    assertThat(detections("--conf", 0.001).findValuesAsText("name"))
        .isNotEmpty()
        .isSubsetOf("helmet", "vest");
    weights = Shared.path("weights/yolov5n-neu-reference.pt");
    assertThat(detections("--conf", 0.001, "--imgsz", 224).findValuesAsText("name"))
        .isNotEmpty()
        .isSubsetOf(
            "crazing", "inclusion", "patches", "pitted_surface", "rolled-in_scale", "scratches");
  }

  @Test
  void detect_badValues_nameTheOption() {
    detect(bus, "--imgsz", 0).fails(ExitCode.USAGE, "--imgsz must be at least 1, got 0");
    detect(bus, "--imgsz", -640).fails(ExitCode.USAGE, "--imgsz must be at least 1, got -640");
    detect(bus, "--conf", 2).fails(ExitCode.USAGE, "--conf must lie in 0 to 1, got 2.0");
    detect(bus, "--iou", -1).fails(ExitCode.USAGE, "--iou must lie in 0 to 1, got -1.0");
    detect(bus, "--threads", -1).fails(ExitCode.USAGE, "--threads must be at least 0, got -1");
    detect(bus, "--max-det", 0).fails(ExitCode.USAGE, "--max-det must be at least 1, got 0");
    detect(bus, "--classes", "foo")
        .fails(ExitCode.USAGE, "--classes: the model has no class foo; it has ids 0 to 79: person");
    detect(bus, "--classes", "80").fails(ExitCode.USAGE, "the model has no class 80");
    detect(bus, "--device", "cuda")
        .fails(ExitCode.MISSING, "device cuda: LibTorch's part for GPUs cannot be loaded (");
    detect(bus, "--no-save", "--save-dir", saved)
        .fails(ExitCode.USAGE, "--save-dir and --no-save contradict each other");
    assertThat(saved).doesNotExist();
  }

  @Test
  void detect_saveDirThatCannotBe_isRefusedBeforeTheWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    detect(bus, "--save-dir", file)
        .fails(
            ExitCode.FAILED,
            "--save-dir %s: the folder cannot be created (%s: a file of that name is in the way)"
                .formatted(file, file));
    detect(bus, "--save-dir", file.resolve("x"))
        .fails(
            ExitCode.FAILED,
            "--save-dir %s: the folder cannot be created (".formatted(file.resolve("x")));
    assertThat(file).content().isEqualTo("mine");
  }

  @Test
  void detect_badSource_isNamed() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    detect(empty).fails(ExitCode.FAILED, empty + ": no picture found (suffixes: bmp,");
    detect(empty.resolve("*.jpg")).fails(ExitCode.FAILED, "*.jpg: no picture found");
    detect(empty.resolve("no.jpg"))
        .fails(ExitCode.FAILED, empty.resolve("no.jpg") + ": there is no such file or folder");
    Cli.run("detect", "--weights", weights, "--source", "")
        .fails(ExitCode.FAILED, "a source of pictures must name a file, a folder or a glob");
  }

  @Test
  void detect_badWeights_areNamed() throws IOException {
    Path whole = weights;
    weights = folder.resolve("no.pt");
    detect(bus).fails(ExitCode.FAILED, weights + ": no such file");
    weights =
        Files.write(folder.resolve("cut.pt"), Arrays.copyOf(Files.readAllBytes(whole), 1_000_000));
    detect(bus).fails(ExitCode.FAILED, weights + ": a zip archive must end with its directory");
    weights = Files.writeString(folder.resolve("empty.pt"), "");
    detect(bus).fails(ExitCode.FAILED, weights + ": a model file must be a PyTorch zip archive");
    weights = folder;
    detect(bus).fails(ExitCode.FAILED, weights + ": must be a file, is a folder");
    weights = Shared.path("fixtures/checkpoints/bad_os_system_zip.pt");
    detect(bus).fails(ExitCode.FAILED, "it names 'os.system'; nothing was executed");
    weights = Shared.path("fixtures/checkpoints/mobilenet_v3_small_zip.pth");
    detect(bus)
        .fails(
            ExitCode.FAILED,
            weights + ": the file holds weights without a model description; name one with --cfg");
    weights = whole;
    detect(bus, "--cfg", "yolov5s")
        .fails(
            ExitCode.FAILED,
            whole
                + ": the weights do not fit the model description yolov5s: 288 of its 349 tensors lack a counterpart, the first is model.0.conv.weight (the model has shape [32,3,6,6], the file [16,3,6,6])");
    detect(bus, "--cfg", "yolov5q").fails(ExitCode.FAILED, "the nearest are yolov5n,");
  }

  private static List<String> filesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
