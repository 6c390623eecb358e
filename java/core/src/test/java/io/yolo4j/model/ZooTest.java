package io.yolo4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooTest {
  @Test
  void open_name_worksWithAndWithoutExtension() throws IOException {
    assertThat(Zoo.open("yolov5s.yaml")).isEqualTo(Zoo.open("yolov5s"));
    assertThat(Zoo.find("yolov5s")).contains(Zoo.open("yolov5s.yml"));
    assertThat(Zoo.names()).hasSize(27).contains("mobilenetv3small_yolo5s", "yolov5x6");
  }

  @Test
  void open_unknown_namesTheNearest() {
    assertThatThrownBy(() -> Zoo.open("yolo5s.yaml"))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "yolo5s.yaml: no such file, and no shipped model of that name; the nearest are yolov5s, yolov5n, yolov5m");
    assertThat(Zoo.find("yolo5s")).isEmpty();
  }

  @Test
  void open_file_comesBeforeTheName(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("yolov5s.yaml");
    Files.writeString(
        file, "nc: 3\nanchors: 3\nbackbone: []\nhead: [[-1, 1, Detect, [nc, anchors]]]\n");
    assertThat(Zoo.open(file.toString()).classes()).isEqualTo(3);
    assertThatThrownBy(() -> Zoo.open(folder.toString()))
        .isInstanceOf(ModelException.class)
        .hasMessage(folder + ": must be a file or a shipped model, is a folder");
  }
}
