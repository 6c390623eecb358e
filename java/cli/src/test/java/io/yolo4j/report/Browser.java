package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real browser without a network. */
final class Browser {
  /** What a probe calls with all that it saw; errors of the page are kept from its start on. */
  private static final String TOOLS =
      """
      <script>
      const errors = [];
      addEventListener('error', (event) => errors.push(event.message));
      console.error = (...all) => errors.push(all.join(' '));
      const leave = (seen) => {
        const out = document.createElement('output');
        out.id = 'probe';
        out.textContent = btoa(unescape(encodeURIComponent(JSON.stringify({ errors, ...seen }))));
        document.body.append(out);
      };
      </script>
      """;

  /** What a reader prefers; the codes are Chromium's. */
  enum Colours {
    DARK(0),
    LIGHT(1);

    private final int code;

    Colours(int code) {
      this.code = code;
    }
  }

  private final Path program;

  private Browser(Path program) {
    this.program = program;
  }

  /** Returns the browser; skips the test where there is none. */
  static Browser find() {
    Optional<Path> found =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .flatMap(
                name ->
                    Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .map(path -> Path.of(path, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "skipped: no Chromium on the PATH");
    return new Browser(found.get());
  }

  /**
   * Opens a page in a window of that width and returns what the probe left.
   *
   * @param probe a script that calls {@code leave}
   */
  JsonNode open(String page, String probe, int width) throws IOException, InterruptedException {
    return open(page, probe, width, Colours.LIGHT);
  }

  /** The same for a reader who prefers these colours. */
  JsonNode open(String page, String probe, int width, Colours colours)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("browser");
    try {
      return open(folder, page, probe, width, colours);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private JsonNode open(Path folder, String page, String probe, int width, Colours colours)
      throws IOException, InterruptedException {
    Path probed = folder.resolve("probed.html");
    Files.writeString(
        probed, page.replace("<body", TOOLS + "<body").replace("</body>", probe + "</body>"));
    Path log = folder.resolve("browser.log");
    Path dump = folder.resolve("dump.html");
    Process process =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--host-resolver-rules=MAP * ~NOTFOUND",
                    "--user-data-dir=" + folder.resolve("profile"),
                    "--window-size=" + width + ",900",
                    "--blink-settings=preferredColorScheme=" + colours.code,
                    "--virtual-time-budget=10000",
                    "--dump-dom",
                    probed.toUri().toString()))
            .redirectOutput(dump.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(150, TimeUnit.SECONDS)).as("the browser ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    Matcher seen =
        Pattern.compile("<output id=\"probe\">([^<]*)</output>").matcher(Files.readString(dump));
    assertThat(seen.find()).as("the probe ran; %s", Files.readString(log)).isTrue();
    return new ObjectMapper()
        .readTree(new String(Base64.getDecoder().decode(seen.group(1)), StandardCharsets.UTF_8));
  }
}
