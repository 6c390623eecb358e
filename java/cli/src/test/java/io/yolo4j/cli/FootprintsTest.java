package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FootprintsTest {
  @Test
  void warning_rawSizesThatPromiseTheOpposite_saysSo() {
    assertThat(new Footprints(0.714, 1.082, 1.082, Folding.YOLOV5).warning().orElseThrow())
        .endsWith("in which folded ones did not run: here they even say the opposite.");
    assertThat(new Footprints(0.714, 0.9, 0.9, Folding.ALL).warning().orElseThrow())
        .endsWith("in which folded ones did not run.");
  }

  @Test
  void warning_networksThatRanWithTheirNorms_isNone() {
    assertThat(new Footprints(0.714, 1.082, 0.714, Folding.NONE).warning()).isEmpty();
  }
}
