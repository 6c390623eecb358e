package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Resize;
import io.yolo4j.image.TinyVideo;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code detect} on videos: the street scene of a bus and persons, as frames. */
final class DetectVideoTest {
  private static final int FRAMES = 3;

  @TempDir private Path folder = Path.of("");
  private Path video = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    Image bus = ImageDecoders.preferred().read(Shared.path("data/images/bus.jpg"));
    Image small = Resize.to(bus, new ImageSize(480, 640), Interpolation.AREA);
    video = folder.resolve("street.mp4");
    TinyVideo.write(video, Collections.nCopies(FRAMES, small));
  }

  private static Cli.Run detect(Object source, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "detect",
                "--weights",
                Shared.path("weights/yolov5n-coco-v6.0.pt"),
                "--source",
                source));
    arguments.addAll(Arrays.asList(more));
    return Cli.run(arguments.toArray());
  }

  @Test
  void detect_video_tellsOfEachFrameAndWritesIt() throws IOException {
    Path saved = folder.resolve("saved");
    Cli.Run run = detect(video, "--save-dir", saved, "--save-txt").succeeds();
    assertThat(run.lines()).hasSize(FRAMES + 1);
    for (int i = 0; i < FRAMES; i++) {
      assertThat(run.lines().get(i))
          .matches("street-00000%d 480x640: \\d person, 1 bus \\(.* ms\\)".formatted(i));
      Image drawn = ImageDecoders.preferred().read(saved.resolve("street-00000" + i + ".jpg"));
      assertThat(drawn.size()).isEqualTo(new ImageSize(480, 640));
      assertThat(Files.readAllLines(saved.resolve("labels/street-00000" + i + ".txt")))
          .hasSizeBetween(3, 6);
    }
    assertThat(run.lines().get(FRAMES)).isEqualTo("Written to " + saved);
  }

  @Test
  void detect_videoAsJson_endsAfterTheFramesAskedFor() {
    JsonNode json =
        detect(video, "--no-save", "--format", "json", "--frames", 2, "--imgsz", 320)
            .succeeds()
            .json();
    assertThat(json.get("images")).hasSize(2);
    assertThat(json.at("/images/1/image").asText()).isEqualTo("street-000001");
    assertThat(json.at("/images/1/detections")).isNotEmpty();
  }

  @Test
  void detect_badVideo_isNamedAndNothingIsWritten() throws IOException {
    Path saved = folder.resolve("saved");
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
    detect(text, "--save-dir", saved)
        .fails(
            ExitCode.FAILED,
            "video " + text + " cannot be opened: Invalid data found when processing input");
    Path missing = folder.resolve("no.mp4");
    detect(missing, "--save-dir", saved)
        .fails(ExitCode.FAILED, missing + ": there is no such file");
    detect("97", "--save-dir", saved).fails(ExitCode.FAILED, "camera 97 cannot be opened: ");
    detect("rtsp://127.0.0.1:9/none", "--save-dir", saved)
        .fails(
            ExitCode.FAILED, "video rtsp://127.0.0.1:9/none cannot be opened: Connection refused");
    assertThat(saved).doesNotExist();
    detect(video, "--save-dir", folder).fails(ExitCode.USAGE, "holds the source picture " + video);
    detect(video, "--frames", 0).fails(ExitCode.USAGE, "--frames must be at least 1, got 0");
    detect(Shared.path("data/images/bus.jpg"), "--frames", 1)
        .fails(ExitCode.USAGE, "--frames is for videos, streams and cameras");
  }
}
