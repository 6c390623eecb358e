package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class ProcessorListTest {
  @Test
  void convert_numbersAndRanges_inTheirOrderEachOnce() {
    assertThat(new ProcessorList().convert("6,0-3").numbers()).containsExactly(6, 0, 1, 2, 3);
    assertThat(new ProcessorList().convert("2-2, 1-3").numbers()).containsExactly(2, 1, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "-1", "3-1", "0,,1", "0-8192", "0-", "99999999999"})
  void convert_anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> new ProcessorList().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("must be processors' numbers and ranges");
  }

  @Test
  void cpus_withoutAPlan_areRefused() {
    Cli.run("plan", "yolov5n", "--cpus", "0", "--threads", "2")
        .fails(ExitCode.USAGE, "--threads must be at most the number of --cpus, got 2 for [0]");
    Cli.run("plan", "yolov5n", "--cpus", "x").fails(ExitCode.USAGE, "as 0-3,6, got 'x'");
    Cli.run("val", "--weights", "w.pt", "--data", "x.yaml", "--cpus", "0", "--backend", "torch")
        .fails(ExitCode.USAGE, "--backend torch has no --cpus");
    Cli.run("detect", "--weights", "w.pt", "--source", ".", "--cpus", "0", "--own-kernels")
        .fails(ExitCode.USAGE, "--cpus and --own-kernels contradict each other");
    Cli.run("train", "--data", "x.yaml", "--model", "yolov5n", "--cpus", "0")
        .fails(ExitCode.USAGE, "--cpus is for compiled plans");
  }

  @Test
  void plan_onAProcessor_says() {
    assertThat(Cli.run("plan", "yolov5n", "--imgsz", "64", "--cpus", "0").out())
        .contains(" steps, 1 threads;");
  }
}
