package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.testing.Shared;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user may hand to {@code detect} besides colour pictures and whole models. */
final class DetectInputsTest {
  @TempDir private Path folder = Path.of("");

  private static Cli.Run detect(Path weights, Path source) {
    return Cli.run(
        "detect",
        "--weights",
        weights,
        "--source",
        source,
        "--imgsz",
        320,
        "--no-save",
        "--format",
        "json");
  }

  private JsonNode detections(BufferedImage picture) throws IOException {
    Path file = folder.resolve("picture.png");
    ImageIO.write(picture, "png", file.toFile());
    return detect(weights(), file).succeeds().json().at("/images/0/detections");
  }

  private static Path weights() {
    return Shared.path("weights/yolov5n-coco-v6.0.pt");
  }

  private static BufferedImage bus() throws IOException {
    return ImageIO.read(Shared.path("data/images/bus.jpg").toFile());
  }

  private static BufferedImage drawn(BufferedImage source, int type) {
    BufferedImage target = new BufferedImage(source.getWidth(), source.getHeight(), type);
    Graphics2D graphics = target.createGraphics();
    graphics.drawImage(source, 0, 0, null);
    graphics.dispose();
    return target;
  }

  @Test
  void detect_alpha_isWhatTheColoursAloneGive() throws IOException {
    JsonNode plain = detections(drawn(bus(), BufferedImage.TYPE_INT_RGB));
    assertThat(plain).isNotEmpty();
    assertThat(detections(drawn(bus(), BufferedImage.TYPE_INT_ARGB))).isEqualTo(plain);
  }

  @Test
  void detect_grey_isWhatThreeEqualChannelsGive() throws IOException {
    BufferedImage grey = drawn(bus(), BufferedImage.TYPE_BYTE_GRAY);
    BufferedImage three =
        new BufferedImage(grey.getWidth(), grey.getHeight(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < grey.getHeight(); y++) {
      for (int x = 0; x < grey.getWidth(); x++) {
        three.setRGB(x, y, grey.getRaster().getSample(x, y, 0) * 0x010101);
      }
    }
    JsonNode found = detections(grey);
    assertThat(found).isNotEmpty();
    assertThat(found).isEqualTo(detections(three));
  }

  @Test
  void detect_onePixelAndALine_areRun() throws IOException {
    assertThat(detections(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB))).isEmpty();
    assertThat(detections(new BufferedImage(20_000, 3, BufferedImage.TYPE_INT_RGB))).isEmpty();
    assertThat(detections(new BufferedImage(3, 20_000, BufferedImage.TYPE_INT_RGB))).isEmpty();
  }

  /** Noise of 20,000 x 20 pixels, as a whole and in tiles: whatever is found lies within. */
  @Test
  void detect_longLine_findsWhatLiesWithin() throws IOException {
    BufferedImage line = new BufferedImage(20_000, 20, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int i = 0; i < 20_000 * 20; i++) {
      line.setRGB(i % 20_000, i / 20_000, random.nextInt(1 << 24));
    }
    Path file = folder.resolve("line.png");
    ImageIO.write(line, "png", file.toFile());
    for (List<Object> tiles : List.<List<Object>>of(List.of(), List.of("--tile", 640))) {
      List<Object> words = new ArrayList<>();
      Collections.addAll(words, "detect", "--weights", weights(), "--source", file);
      Collections.addAll(words, "--imgsz", 320, "--conf", 0.001, "--no-save", "--format", "json");
      words.addAll(tiles);
      JsonNode image = Cli.run(words.toArray()).succeeds().json().at("/images/0");
      assertThat(image.path("width").asInt()).isEqualTo(20_000);
      assertThat(image.path("height").asInt()).isEqualTo(20);
      for (JsonNode found : image.path("detections")) {
        JsonNode corners = found.path("xyxy");
        assertThat(corners.get(0).asDouble()).isBetween(0.0, corners.get(2).asDouble());
        assertThat(corners.get(1).asDouble()).isBetween(0.0, corners.get(3).asDouble());
        assertThat(corners.get(2).asDouble()).isLessThanOrEqualTo(20_000);
        assertThat(corners.get(3).asDouble()).isLessThanOrEqualTo(20);
      }
    }
    assertThat(detections(new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY))).isEmpty();
    assertThat(detections(new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB))).isEmpty();
  }

  @Test
  void detect_modelOfANewerVersion_saysSo() throws IOException {
    Path model = folder.resolve("model.safetensors");
    Cli.run("export", weights(), "--format", "safetensors", "--output", model).succeeds();
    byte[] bytes = Files.readAllBytes(model);
    String header = new String(bytes, 0, 100_000, StandardCharsets.ISO_8859_1);
    String version = "\"yolo4j.version\":\"1\"";
    assertThat(header).contains(version);
    bytes[header.indexOf(version) + version.length() - 2] = '2';
    Path newer = Files.write(folder.resolve("newer.safetensors"), bytes);
    detect(newer, Shared.path("data/images/bus.jpg"))
        .fails(ExitCode.FAILED, "yolo4j.version must be 1, got 2; a newer yolo4j wrote this model");
    Path cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(bytes, 1_000_000));
    detect(cut, Shared.path("data/images/bus.jpg")).fails(ExitCode.FAILED, cut + ": ");
  }
}
