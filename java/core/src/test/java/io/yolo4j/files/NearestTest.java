package io.yolo4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("warmup_epochs", "lr0", "lrf", "mosaic");

  @Test
  void of_mistypedName_isNearestFirst() {
    assertThat(Nearest.of("mosiac", KNOWN, 1)).containsExactly("mosaic");
    assertThat(Nearest.of("lr", KNOWN, 2)).containsExactly("lr0", "lrf");
    assertThat(Nearest.of("warmup", KNOWN, 4)).hasSize(4);
  }

  @Test
  void of_nothingKnown_isEmpty() {
    assertThat(Nearest.of("lr0", List.of(), 3)).isEmpty();
  }
}
