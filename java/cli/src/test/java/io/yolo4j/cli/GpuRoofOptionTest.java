package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.Roofs;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Where a GPU's roofs come from, which no GPU is needed for. */
final class GpuRoofOptionTest {
  /** A command that has it. */
  @CommandLine.Command
  private static final class Holder {
    @CommandLine.Mixin private GpuRoofOption option = new GpuRoofOption();
    @CommandLine.Mixin private TableOutput streams = new TableOutput();
  }

  private static GpuRoofOption parsed(String... arguments) {
    return parsed(new StringWriter(), arguments).option;
  }

  private static Holder parsed(StringWriter err, String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).setErr(new PrintWriter(err, true)).parseArgs(arguments);
    return holder;
  }

  @Test
  void source_ofAGpu_isItsSpecification() throws IOException {
    StringWriter err = new StringWriter();
    Holder holder = parsed(err, "--spec", "rtx3090");
    Roofs roofs = holder.option.source(true, new RoofFlags()).roofs(4, holder.streams);
    assertThat(roofs.device()).isEqualTo("RTX 3090");
    assertThat(roofs.instructions()).isEqualTo("specified");
    assertThat(roofs.flops()).isBetween(35.5e12, 35.7e12);
    assertThat(roofs.peak(ElementType.F16)).isBetween(71e12, 71.5e12);
    assertThat(roofs.levels())
        .isEqualTo(
            List.of(new Roofs.Level("DRAM", Long.MAX_VALUE, 936e9, 936e9, 936e9, 936e9, 936e9)));
    assertThat(err.toString()).contains("the specified ones of RTX 3090", "those of CUDA events");
    assertThat(roofs.peak(ElementType.BF16)).isEqualTo(roofs.peak(ElementType.F16));
  }

  @Test
  void source_ofAGpuAtAClock_isScaled() throws IOException {
    Holder holder = parsed(new StringWriter(), "--spec", "rtx3090", "--clock", "1.70");
    Roofs roofs = holder.option.source(true, new RoofFlags()).roofs(4, holder.streams);
    assertThat(Math.floor(roofs.flops() / 1e9)).isEqualTo(35686);
    assertThatThrownBy(() -> parsed("--clock", "1.7").source(true, new RoofFlags()))
        .isInstanceOf(CommandException.class)
        .hasMessage("--clock must lie in 0 to 10 GHz and go with --spec, got 1.7");
    assertThatThrownBy(() -> parsed("--spec", "t4", "--clock", "11").source(true, new RoofFlags()))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("--clock must lie in 0 to 10 GHz");
  }

  @Test
  void source_ofAGpuToMeasure_isRefused() {
    RoofFlags force = new RoofFlags();
    new CommandLine(
            CommandLine.Model.CommandSpec.create()
                .addMixin("roofs", CommandLine.Model.CommandSpec.forAnnotatedObject(force)))
        .parseArgs("--force");
    assertThatThrownBy(() -> parsed("--spec", "rtx3090").source(true, force))
        .isInstanceOf(CommandException.class)
        .hasMessage("--force is for measured roofs; those of --spec are specified");
  }

  @Test
  void source_ofAGpuWithoutAName_isMeasuredOrSaysWhereNamesAre() throws IOException {
    Holder holder = parsed(new StringWriter());
    RoofSource measured = holder.option.source(true, new RoofFlags());
    try {
      assertThat(measured.roofs(4, holder.streams).launch()).isNotNull();
    } catch (CommandException e) {
      // Without a GPU: a table stands in.
      assertThat(e)
          .hasMessageContaining(
              "--spec NAME takes those of the table that profile roofs --list shows");
      assertThat(e.exitCode()).isEqualTo(ExitCode.MISSING);
    }
    assertThatThrownBy(() -> parsed("--spec", "rtx3091").source(true, new RoofFlags()))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("--spec: no single device is named 'rtx3091'");
  }

  @Test
  void source_ofAProcessor_isMeasured() {
    RoofFlags measured = new RoofFlags();
    assertThat(parsed().source(false, measured)).isSameAs(measured);
  }
}
