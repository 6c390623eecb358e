package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DrawCommandTest {
  @TempDir private Path folder = Path.of("");

  private String draw(String file, Object... options) throws IOException {
    Path target = folder.resolve(file);
    Object[] arguments = new Object[options.length + 3];
    arguments[0] = "draw";
    arguments[1] = "--output";
    arguments[2] = target;
    System.arraycopy(options, 0, arguments, 3, options.length);
    Cli.Run run = Cli.run(arguments).succeeds();
    assertThat(run.out()).isEqualTo("Written to %s%n".formatted(target));
    assertThat(run.err()).isEmpty();
    return Files.readString(target);
  }

  @Test
  void draw_page_holdsEverythingClosed() throws IOException {
    String page = draw("net.html", "yolov5n");
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("data-path=\"model.4.m.1.cv2.bn\"", "25 rows, 1,872,157 parameters")
        .doesNotContain("class=\"box module s0 open\"");
    assertThat(draw("open.html", "yolov5n", "--open-all")).contains("data-open=\"all\"");
  }

  @Test
  void draw_svg_showsTheChosenLevel() throws IOException {
    String rows = draw("rows.svg", "yolov5n");
    assertThat(rows).startsWith("<?xml").contains("4  C3 ×2").doesNotContain("model.4.cv1\"");
    String modules = draw("modules.svg", "yolov5n", "--level", "modules");
    assertThat(modules).contains("data-path=\"model.4.m.0.cv1\"").doesNotContain("model.0.conv");
    String operations = draw("operations.svg", "yolov5n", "--level", "operations");
    assertThat(operations).contains("Conv2d 3→16 k6 s2 p2", "BatchNorm 16", ">SiLU<");
    assertThat(draw("zero.svg", "yolov5n", "--depth", 0)).isEqualTo(rows);
    assertThat(draw("four.svg", "yolov5n", "--depth", 4)).isEqualTo(operations);
    assertThat(draw("one.dat", "yolov5n", "--format", "svg", "--depth", 1))
        .contains("data-path=\"model.4.cv1\"")
        .doesNotContain("model.4.cv1.conv");
  }

  @Test
  void draw_sizeAndClasses_areThoseAskedFor() throws IOException {
    String svg = draw("net.svg", "yolov5n", "--imgsz", "320,640", "--nc", 2);
    assertThat(svg).contains("at 320×640", "16×160×320").contains("1,766,623 parameters");
  }

  @Test
  void draw_direction_turnsTheDrawing() throws IOException {
    assertThat(draw("net.svg", "yolov5n", "--direction", "right"))
        .contains("data-direction=\"RIGHT\"");
  }

  @Test
  void draw_descriptionAndModelFile_areDrawn() throws IOException {
    Path file = Files.writeString(folder.resolve("mine.yaml"), Descriptions.TINY);
    assertThat(draw("mine.svg", file)).contains("3 rows");
    assertThat(draw("weights.svg", Shared.path("weights/yolov5n-ppe-v6.1.pt")))
        .contains("25 rows, 1,766,623 parameters");
  }

  @Test
  void draw_again_writesTheSameBytes() throws IOException {
    assertThat(draw("a.html", "yolov5s-transformer"))
        .isEqualTo(draw("b.html", "yolov5s-transformer"));
  }

  @Test
  void draw_wrongUse_saysWhatMustHold() {
    Path svg = folder.resolve("a.svg");
    Path html = folder.resolve("a.html");
    Cli.run("draw").fails(ExitCode.USAGE, "Missing required parameter: 'MODEL|FILE'");
    Cli.run("draw", "yolov5q", "--output", svg)
        .fails(ExitCode.FAILED, "yolov5q: no such file, and no shipped model of that name");
    Cli.run("draw", "yolov5n", "--output", svg, "--depth", 5)
        .fails(ExitCode.USAGE, "--depth must lie in 0 to 4, got 5");
    Cli.run("draw", "yolov5n", "--output", svg, "--depth", -1)
        .fails(ExitCode.USAGE, "--depth must lie in 0 to 4, got -1");
    Cli.run("draw", "yolov5n", "--output", svg, "--depth", 1, "--level", "rows")
        .fails(ExitCode.USAGE, "--level and --depth both say what is drawn; give one of them");
    Cli.run("draw", "yolov5n", "--output", svg, "--open-all")
        .fails(ExitCode.USAGE, "--open-all is for pages");
    Cli.run("draw", "yolov5n", "--output", html, "--format", "svg")
        .fails(ExitCode.USAGE, "--format svg contradicts --output " + html);
    Cli.run("draw", "yolov5n", "--output", folder.resolve("a.png"))
        .fails(ExitCode.USAGE, "--output must end in .html or .svg where --format is not given");
    Cli.run("draw", "yolov5n", "--output", svg, "--imgsz", 100)
        .fails(ExitCode.USAGE, "multiples of the largest stride 32");
    Cli.run("draw", "yolov5n", "--output", svg, "--nc", 0)
        .fails(ExitCode.USAGE, "--nc must be at least 1, got 0");
    Cli.run("draw", "yolov5n", "--level", "atoms").fails(ExitCode.USAGE, "'--level'");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void draw_outputThatCannotBeWritten_saysWhy() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("taken.svg"));
    Cli.run("draw", "yolov5n", "--output", taken)
        .fails(ExitCode.FAILED, taken + ": must be a file, there is a folder of that name");
    Path lost = folder.resolve("no/net.svg");
    Cli.run("draw", "yolov5n", "--output", lost)
        .fails(ExitCode.FAILED, lost + ": must lie in an existing folder");
    Path locked = Files.createDirectory(folder.resolve("locked"));
    Files.setPosixFilePermissions(locked, Set.of());
    assumeFalse(Files.isWritable(locked), "skipped: this user may write everywhere");
    Cli.run("draw", "yolov5n", "--output", locked.resolve("net.svg"))
        .fails(ExitCode.FAILED, "permission denied");
  }
}
