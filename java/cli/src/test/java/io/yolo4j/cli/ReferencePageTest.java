package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/cli.md} equal to the code. To write it anew:
 *
 * <pre>{@code
 * mvn -pl java/cli -am test -Dtest=ReferencePageTest -Dsurefire.failIfNoSpecifiedTests=false -Dyolo4j.update=true
 * }</pre>
 */
final class ReferencePageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("yolo4j.root", "../.."), "docs", "cli.md");

  @Test
  void page_isWhatTheCommandsSay() throws IOException {
    String expected = ReferencePage.text();
    if (Boolean.getBoolean("yolo4j.update")) {
      Files.createDirectories(PAGE.toAbsolutePath().getParent());
      Files.writeString(PAGE, expected);
    }
    assertThat(PAGE)
        .as("docs/cli.md is out of date; -Dyolo4j.update=true with this test writes it anew")
        .exists()
        .content()
        .isEqualTo(expected);
  }
}
