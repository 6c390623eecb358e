package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.yolo4j.testing.Shared;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every snippet of the README: commands run and print what stands there, Java code compiles and
 * runs.
 */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```(\\w*)\\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder = Path.of("");

  private record Block(String language, String text) {}

  @Test
  void commands_run_andPrintWhatTheReadmeShows() throws IOException {
    Map<String, String> files = files();
    List<Block> blocks = blocks();
    // In their quick form commands find roofs; ProfileCommandTest and the demo measure them.
    KeptRoofs.in(cache());
    int commands = 0;
    for (int i = 0; i < blocks.size(); i++) {
      if (!blocks.get(i).language().equals("sh")) {
        continue;
      }
      StringBuilder printed = new StringBuilder();
      for (String line : blocks.get(i).text().split("\n", -1)) {
        if (line.startsWith("./yolo4j ")) {
          printed.append(run(line, files));
          commands++;
        }
      }
      boolean outputFollows = i + 1 < blocks.size() && blocks.get(i + 1).language().isEmpty();
      if (outputFollows) {
        assertShown(blocks.get(i + 1).text(), printed.toString());
      }
    }
    assertThat(commands).isEqualTo(16);
    assertLinksLead(folder.resolve("steel-demo/index.html"));
  }

  /** The demo's page, and the pages that it links, name no file that isn't there. */
  private static void assertLinksLead(Path index) throws IOException {
    Matcher links =
        Pattern.compile("(?:href|src)=\"([^#\"][^\"]*)\"").matcher(Files.readString(index));
    List<String> targets = new ArrayList<>();
    while (links.find()) {
      targets.add(links.group(1));
      assertThat(index.resolveSibling(links.group(1))).isNotEmptyFile();
    }
    assertThat(targets)
        .contains(
            "data.html",
            "train/report.html",
            "val/report.html",
            "profile.html",
            "compare.html",
            "network.html")
        .hasSize(6 + 2 * 8);
  }

  @Test
  void labelLines_areThoseOfTheReadme() throws IOException {
    Map<String, String> files = files();
    run("./yolo4j detect --weights yolov5n.pt --source bus.jpg --save-txt --save-dir found", files);
    List<String> written = Files.readAllLines(folder.resolve("found/labels/bus.txt"));
    List<String> shown =
        blocks().stream()
            .filter(b -> b.text().startsWith("0 0.1693"))
            .findFirst()
            .orElseThrow()
            .text()
            .lines()
            .toList();
    assertThat(shown).hasSameSizeAs(written);
    for (int i = 0; i < shown.size(); i++) {
      double[] expected = numbers(shown.get(i));
      double[] actual = numbers(written.get(i));
      for (int k = 0; k < expected.length; k++) {
        // The last digits depend on the machine's vector instructions.
        assertThat(actual[k]).isCloseTo(expected[k], offset(2e-3));
      }
    }
  }

  @Test
  void javaCode_isThatOfReadmeSnippets_andRuns() throws Exception {
    String source =
        Files.readString(
            root().resolve("java/cli/src/test/java/io/yolo4j/cli/ReadmeSnippets.java"));
    List<Block> snippets = blocks().stream().filter(b -> b.language().equals("java")).toList();
    assertThat(snippets).hasSize(2);
    for (Block snippet : snippets) {
      assertThat(words(source)).contains(words(snippet.text()));
    }
    files();
    String zoo =
        "nc: 1\nanchors: [[10, 13]]\nbackbone:\n  - [-1, 1, PlainBlock, [8]]\nhead:\n  - [[0], 1, Detect, [nc, anchors]]\n";
    Files.writeString(folder.resolve("mine.yaml"), zoo);
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-cp",
                System.getProperty("java.class.path"),
                ReadmeSnippets.class.getName())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(printed).isZero();
    assertThat(printed).contains("person 0.84", "bus 0.65", "PlainBlock: 216 parameters");
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  private String run(String line, Map<String, String> files) {
    // Validation and training in their quick form: smaller pictures than the README's, one epoch.
    String quick =
        line.replace("--imgsz 320", "--imgsz 64")
            .replace("--imgsz 224", "--imgsz 32")
            .replace("--epochs 30", "--epochs 1")
            .replace("profile compare", "profile compare --force --runs 3 --imgsz 64")
            .replace("./yolo4j demo", "./yolo4j demo --quick");
    List<String> arguments = new ArrayList<>();
    for (String word : quick.substring("./yolo4j ".length()).split(" ", -1)) {
      arguments.add(files.getOrDefault(word, word));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(out),
            new PrintWriter(err),
            Map.of("YOLO4J_CACHE", cache().toString()),
            arguments.toArray(String[]::new));
    assertThat(code).as(line + "\n" + err).isZero();
    String printed = out.toString();
    for (Map.Entry<String, String> file : files.entrySet()) {
      printed = printed.replace(file.getValue(), file.getKey());
    }
    return printed;
  }

  /**
   * Lines with an ellipsis are cut, those with times, of epochs or measured on full pictures differ
   * from run to run.
   */
  private static void assertShown(String shown, String printed) {
    List<String> lines = printed.lines().map(String::stripTrailing).toList();
    for (String line : shown.split("\n", -1)) {
      boolean comparable =
          !line.contains("…")
              && !line.contains(" ms")
              && !line.matches("(all|person| +epoch| +[0-9]+/[0-9]+) .*")
              && !line.matches(".* [+-][0-9]+[.][0-9]{3}");
      if (comparable && !line.isBlank()) {
        assertThat(lines).contains(line.stripTrailing());
      }
    }
  }

  /** The files that the README names, as copies of real ones. */
  private Map<String, String> files() throws IOException {
    Path weights = folder.resolve("yolov5n.pt");
    if (!Files.exists(weights)) {
      Files.copy(Shared.path("weights/yolov5n-coco-v6.0.pt"), weights);
      Files.copy(Shared.path("data/images/bus.jpg"), folder.resolve("bus.jpg"));
    }
    Map<String, String> files = new LinkedHashMap<>();
    List.of(
            "yolov5n.pt",
            "yolov5n.safetensors",
            "yolov5n.onnx",
            "bus.jpg",
            "compare.html",
            "net.html",
            "found",
            "steel-demo",
            "steel/data.yaml",
            "steel",
            "run")
        .forEach(name -> files.put(name, folder.resolve(name).toString()));
    files.put("coco128.yaml", Shared.path("data/coco128/coco128.yaml").toString());
    files.put("NEU-DET", Shared.path("data/neu-det").toString());
    files.put("train.txt", Shared.path("data/neu-det/splits/train.txt").toString());
    files.put("val.txt", Shared.path("data/neu-det/splits/val.txt").toString());
    return files;
  }

  private static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(root().resolve("README.md")));
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  private static Path root() {
    return Path.of(System.getProperty("yolo4j.root", "../.."));
  }

  private static String words(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }
}
