package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions that cannot be built: one sentence with the file, the row, what was expected. */
final class DescriptionErrorsTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[-1, 1, Convv, [16, 3, 2]] | unknown module Convv; known are Bottleneck,",
        "[-1, 1, nn.Conv2d, [7, 16, 3]] | Conv2d expects 7 input channels, got 8",
        "[-1, 1, nn.BatchNorm2d, [16], 5] | expected [from, number, module, args], got",
        "[[-1, -2], 1, Concat, [1]] | Concat inputs must agree in all dimensions but 1, got",
        "[[-1, 0], 1, Sum, [3]] | Sum takes 3 inputs, got 2",
        "[5, 1, Conv, [16]] | from 5 must point to an earlier row: negative, or an index below 1",
        "[1, 1, Conv, [16]] | from 1 must point to an earlier row: negative, or an index below 1",
        "[-9, 1, Conv, [16]] | from -9 must point to an earlier row",
        "[-1, 0, Conv, [16]] | expected [from, number >= 1, module, args]",
        "[-1, 1, Conv, [16, 0]] | kernel of a convolution must be at least 1, got 0",
        "[-1, 1, Conv, [16, 'x']] | Conv: argument 2 (k) must be a whole number, got 'x'",
        "[-1, 1, nn.Conv2d, []] | argument 0 (in_channels) must be a whole number, it is missing",
        "[-1, 1, Conv, 16] | args must be a list, got 16",
        "[x, 1, Conv, [16]] | from must be a whole number, got 'x'",
      })
  void summary_badRow_namesFileAndRow(String row, String expected) throws IOException {
    Path file = Files.writeString(folder.resolve("bad.yaml"), Descriptions.withRow(row));
    Cli.Run run = Cli.run("summary", file).fails(ExitCode.FAILED, expected);
    assertThat(run.err()).startsWith("yolo4j: " + file + ": row 1").doesNotContain("row 1 null");
  }

  @Test
  void summary_bottleneckThatCannotAdd_isBuiltWithoutTheShortcut() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("m.yaml"), Descriptions.withRow("[-1, 1, Bottleneck, [24]]"));
    Cli.run("summary", file).succeeds();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "nc: 2 | nc: 0 | nc must be at least 1, got 0",
        "nc: 2 | nc: many | nc must be a whole number, got 'many'",
        "backbone: | backbon: | backbone is missing, it must be a list of rows",
        "anchors: | ankers: | anchors are missing, they must be a list of levels",
        "[10, 13, 16, 30] | [10, 13, 16] | anchors:",
        "[[1], 1, Detect, [nc, anchors]] | [[0, 1], 1, Detect, [nc, anchors]] | Detect needs as many levels of anchors as inputs, got 1 levels for 2 inputs",
        "[[1], 1, Detect, [nc, anchors]] | [-1, 1, Conv, [8]] | the last row must be a Detect module",
      })
  void summary_badDescription_namesTheFile(String old, String changed, String expected)
      throws IOException {
    Path file =
        Files.writeString(folder.resolve("bad.yaml"), Descriptions.TINY.replace(old, changed));
    Cli.Run run = Cli.run("summary", file).fails(ExitCode.FAILED, expected);
    assertThat(run.err()).startsWith("yolo4j: " + file + ": ");
  }

  @Test
  void summary_brokenYaml_namesLineAndColumn() throws IOException {
    Path file = Files.writeString(folder.resolve("broken.yaml"), "nc: 2\nbackbone: [\n");
    Cli.run("summary", file).fails(ExitCode.FAILED, file + ": not valid YAML: line 3, column 1: ");
    Path text = Files.writeString(folder.resolve("text.yaml"), "hello");
    Cli.run("summary", text)
        .fails(ExitCode.FAILED, text + ": a description must be a mapping with backbone and head");
    Path bytes = Files.write(folder.resolve("bytes.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Cli.run("summary", bytes).fails(ExitCode.FAILED, bytes + ": a description must be UTF-8 text");
    Path empty = Files.writeString(folder.resolve("empty.yaml"), "");
    Cli.run("summary", empty).fails(ExitCode.FAILED, empty + ": a description must be a mapping");
  }
}
