package io.yolo4j.cli;

import io.yolo4j.image.ImageDecoders;
import io.yolo4j.kernels.CpuFeature;
import io.yolo4j.kernels.NativeException;
import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.torch.DepthwiseConvolution;
import io.yolo4j.torch.FusedBatchNorm;
import io.yolo4j.torch.SqueezeExcite;
import io.yolo4j.torch.TorchLibrary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j doctor}. */
@Command(
    name = "doctor",
    description = "Check what this machine offers: Java, CPU features, native libraries, GPU.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all is well",
      "1:a setting is wrong, for example YOLO4J_ISA",
      "3:a native library, or the GPU that --gpu asks for, is missing"
    })
final class DoctorCommand implements Callable<Integer> {
  @Mixin private Output output = new Output();

  @Option(names = "--gpu", description = "Fail with exit code 3 where no GPU can be used.")
  private boolean gpuRequired;

  private int exitCode = ExitCode.DONE;

  /** What a check found. */
  private record Finding(String what, boolean ok, String detail) {}

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding("java", true, java()));
    findings.add(new Finding("platform", true, platform()));
    findings.add(check("kernels", DoctorCommand::kernels));
    findings.add(check("cpu", DoctorCommand::cpu));
    findings.add(check("libtorch", DoctorCommand::torch));
    findings.add(operation("batchnorm", FusedBatchNorm::isAvailable, FusedBatchNorm::status));
    findings.add(
        operation("depthwise", DepthwiseConvolution::isAvailable, DepthwiseConvolution::status));
    findings.add(operation("squeeze", SqueezeExcite::isAvailable, SqueezeExcite::status));
    findings.add(check("opencv", () -> ImageDecoders.openCv().describe()));
    findings.add(gpu());
    findings.add(counters());
    if (output.json()) {
      output.printJson(json(findings));
    } else {
      for (Finding finding : findings) {
        output
            .out()
            .printf("%-4s %-9s %s%n", finding.ok() ? "ok" : "no", finding.what(), finding.detail());
      }
    }
    return exitCode;
  }

  private Finding check(String what, Supplier<String> probe) {
    try {
      return new Finding(what, true, probe.get());
    } catch (NativeException e) {
      exitCode = Math.max(exitCode, ExitCode.FAILED);
      return new Finding(what, false, String.valueOf(e.getMessage()));
    } catch (UnsupportedOperationException | LinkageError e) {
      exitCode = ExitCode.MISSING;
      return new Finding(what, false, String.valueOf(e.getMessage()));
    }
  }

  /** Not having them costs time only, so the exit code stays. */
  private Finding operation(String name, BooleanSupplier available, Supplier<String> status) {
    try {
      return new Finding(name, available.getAsBoolean(), status.get());
    } catch (NativeException e) {
      exitCode = Math.max(exitCode, ExitCode.FAILED);
      return new Finding(name, false, String.valueOf(e.getMessage()));
    }
  }

  private Finding gpu() {
    GpuProbe.Result result = GpuProbe.run();
    if (gpuRequired && !result.usable()) {
      exitCode = ExitCode.MISSING;
    }
    return new Finding("gpu", result.usable(), result.detail());
  }

  /** Without counters a GPU is timed all the same, so the exit code stays. */
  private Finding counters() {
    CounterAccess.Result result = CounterAccess.run(output.environment());
    return new Finding("counters", result.counting(), result.sentence());
  }

  private static String java() {
    return "%s (%s), %s, largest heap %d MB"
        .formatted(
            System.getProperty("java.version"),
            System.getProperty("java.vendor"),
            System.getProperty("java.home"),
            Runtime.getRuntime().maxMemory() >> 20);
  }

  private static String platform() {
    return "%s %s, %s, %d processors"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors());
  }

  private static String kernels() {
    NativeLibrary library = NativeLibrary.load();
    return "yolo4j %s (%s), instruction set %s, %s"
        .formatted(
            library.version(), library.compiler(), library.isa().nativeName(), library.path());
  }

  private static String cpu() {
    NativeLibrary library = NativeLibrary.load();
    return library.cpu().cpu()
        + ": "
        + String.join(
            " ", library.cpu().features().stream().sorted().map(CpuFeature::nativeName).toList());
  }

  private static String torch() {
    TorchLibrary.load();
    return "LibTorch %s, %d threads, %s"
        .formatted(TorchLibrary.version(), TorchLibrary.threads(), TorchLibrary.path());
  }

  private Map<String, Object> json(List<Finding> findings) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Finding finding : findings) {
      json.put(finding.what(), Map.of("ok", finding.ok(), "detail", finding.detail()));
    }
    json.put("exit_code", exitCode);
    return json;
  }
}
