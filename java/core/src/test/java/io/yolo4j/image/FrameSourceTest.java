package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameSourceTest {
  @Test
  void of_pictures_givesThemAndEnds() throws IOException {
    Image first = Pictures.plain(1, 1, 0);
    try (FrameSource source = FrameSource.of(List.of(first))) {
      assertThat(source.next()).containsSame(first);
      assertThat(source.next()).isEmpty();
      assertThat(source.next()).isEmpty();
    }
  }

  @Test
  void camera_missing_isOneSentence() {
    assertThatThrownBy(() -> FrameSource.camera(97))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "camera 97 cannot be opened: there is none of that index, or another program has it");
    assertThatThrownBy(() -> FrameSource.camera(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a camera's index must not be negative, got -1");
  }
}
