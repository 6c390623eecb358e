package io.yolo4j.examples.edge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.detect.Detector;
import io.yolo4j.detect.DetectorOptions;
import io.yolo4j.detect.LoadedModel;
import io.yolo4j.detect.PredictorOptions;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import io.yolo4j.weights.Initializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The watcher with a network of random weights, which finds something at a very low confidence. */
@Timeout(120)
final class WatcherTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static Detector detector;

  @TempDir private Path temporary;
  private Path folder;
  private Path out;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @BeforeAll
  static void loadModel() {
    Model model = Model.of(Zoo.find("yolov5n").orElseThrow());
    LoadedModel loaded =
        new LoadedModel(model, model.graph(), Initializer.initialize(model.graph(), 5), List.of());
    PredictorOptions prediction =
        PredictorOptions.defaults().withImageSize(96).withConfidence(1e-5f);
    detector = Detector.of(loaded, DetectorOptions.defaults().withPrediction(prediction));
  }

  @AfterAll
  static void closeModel() {
    detector.close();
  }

  @BeforeEach
  void createFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("in"));
    out = temporary.resolve("out");
  }

  @Test
  void once_twoPictures_writesBothAndChangesNeither() throws Exception {
    byte[] first = picture("a.png", 96, 64);
    byte[] second = picture("b.jpg", 80, 96);
    assertEquals(0, watcher().run(true));
    assertEquals(
        List.of("a.png.boxes.jpg", "a.png.json", "b.jpg.boxes.jpg", "b.jpg.json"), names(out));
    JsonNode json = json("a.png");
    assertEquals("a.png", json.get("picture").asText());
    assertEquals(96, json.get("width").asInt());
    assertEquals(64, json.get("height").asInt());
    assertTrue(json.get("milliseconds").asDouble() > 0);
    assertTrue(json.get("detections").size() > 0);
    for (JsonNode found : json.get("detections")) {
      assertTrue(found.get("class").isInt() && found.get("confidence").asDouble() > 0);
      assertEquals(4, found.get("box").size());
      assertTrue(found.get("box").get(2).asDouble() <= 96);
    }
    Path drawn = out.resolve("a.png.boxes.jpg");
    assertEquals(new ImageSize(96, 64), ImageDecoders.imageIo().read(drawn).size());
    assertEquals(List.of("a.png", "b.jpg"), names(folder));
    assertArrayEquals(first, Files.readAllBytes(folder.resolve("a.png")));
    assertArrayEquals(second, Files.readAllBytes(folder.resolve("b.jpg")));
  }

  @Test
  void once_again_doesOnlyWhatChanged() throws Exception {
    picture("a.png", 96, 64);
    picture("b.png", 96, 64);
    watcher().run(true);
    // An older picture takes the place of one that is done.
    picture("b.png", 64, 96);
    Files.setLastModifiedTime(folder.resolve("b.png"), FileTime.fromMillis(1_000_000_000_000L));
    log.reset();
    watcher().run(true);
    assertTrue(text().startsWith("b.png: ") && text().lines().count() == 1, text());
    assertEquals(96, json("b.png").get("height").asInt());
  }

  @Test
  void once_halfAPicture_isGivenUpWithItsName() throws Exception {
    byte[] whole = picture("half.jpg", 96, 64);
    Files.write(folder.resolve("half.jpg"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(folder.resolve("notes.txt"), "no picture");
    assertEquals(1, watcher().run(true));
    assertTrue(
        text().startsWith("half.jpg: given up after 5 tries, until the file changes: "), text());
    assertEquals(List.of(), names(out));
  }

  @Test
  void run_pictureThatIsStillWritten_isDetectedWhenWhole() throws Exception {
    byte[] whole = picture("late.png", 96, 64);
    Path file = folder.resolve("late.png");
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    Watcher watcher = watcher();
    Thread running = start(watcher);
    Thread.sleep(700);
    assertFalse(Files.exists(out.resolve("late.png.json")));
    Files.write(file, whole);
    await(out.resolve("late.png.json"));
    watcher.stop();
    running.join(30_000);
    assertFalse(running.isAlive());
    assertEquals(96, json("late.png").get("width").asInt());
  }

  @Test
  void run_pictureMovedIntoTheFolder_isDetected() throws Exception {
    Watcher watcher = watcher();
    Thread running = start(watcher);
    picture("a.png", 96, 64);
    await(out.resolve("a.png.json"));
    Path elsewhere = temporary.resolve("b.png");
    Files.copy(folder.resolve("a.png"), elsewhere);
    Files.move(elsewhere, folder.resolve("b.png"), StandardCopyOption.ATOMIC_MOVE);
    await(out.resolve("b.png.json"));
    watcher.stop();
    running.join(30_000);
    assertFalse(running.isAlive());
  }

  @Test
  void settings_whatIsWrong_isSaid() {
    assertEquals("unknown option --fast", problem("--fast"));
    assertEquals("--out needs a value", problem("--out"));
    assertEquals("--model is missing", problem("--folder", "in", "--out", "out"));
    assertEquals("--threads must be a number, got many", problem(paths("--threads", "many")));
    assertEquals(
        "--precision must be float32, bfloat16 or int8, got int4",
        problem(paths("--precision", "int4")));
  }

  @Test
  void settings_all_areRead() {
    Settings settings = Settings.of(paths("--confidence", "0.5", "--threads", "2", "--once"));
    assertEquals(0.5f, settings.options().prediction().filter().confidence());
    assertEquals(2, settings.options().plan().threads());
    assertTrue(settings.once());
  }

  private static String problem(String... arguments) {
    return assertThrows(IllegalArgumentException.class, () -> Settings.of(arguments)).getMessage();
  }

  private static String[] paths(String... more) {
    Stream<String> paths = Stream.of("--model", "m.pt", "--folder", "in", "--out", "out");
    return Stream.concat(paths, Stream.of(more)).toArray(String[]::new);
  }

  private Watcher watcher() throws IOException {
    PrintStream stream = new PrintStream(log, true, StandardCharsets.UTF_8);
    return new Watcher(folder, new Results(out), detector, stream);
  }

  private static Thread start(Watcher watcher) {
    Thread thread =
        new Thread(
            () -> {
              try {
                watcher.run(false);
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }

  private static void await(Path file) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!Files.exists(file)) {
      assertTrue(System.nanoTime() < end, "no " + file);
      Thread.sleep(20);
    }
  }

  private byte[] picture(String name, int width, int height) throws IOException {
    byte[] rgb = new byte[width * height * Image.CHANNELS];
    new Random(width).nextBytes(rgb);
    ImageWriter.write(Image.wrap(rgb, width, height), folder.resolve(name));
    return Files.readAllBytes(folder.resolve(name));
  }

  private JsonNode json(String picture) throws IOException {
    return JSON.readTree(out.resolve(picture + ".json").toFile());
  }

  private String text() {
    return log.toString(StandardCharsets.UTF_8);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
