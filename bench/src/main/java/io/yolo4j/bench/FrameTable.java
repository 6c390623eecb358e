package io.yolo4j.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A frame as an application sees it, picture in, detections out, one after the other: how long the
 * first takes and the others, which part of it isn't the network, what it leaves on the heap, and
 * the memory of the whole process. A process for each row, since start and memory are a process'.
 *
 * <pre>{@code
 * bench/run FrameTable model=yolov5n,yolov5s form=PLAN_F32,PLAN_BF16 threads=1,2 frames=1000 picture=1000 size=640 jvm=-XX:TieredStopAtLevel=1
 * }</pre>
 *
 * <p>Columns:
 *
 * <ul>
 *   <li>start: from the start of the virtual machine to the first picture's detections, with
 *       building the network, random weights, compiling; not the reading of a model's file
 *   <li>first: the first frame after one warm-up frame of the same size, over p50
 *   <li>frame path: what isn't the network, resizing, decoding and suppression, as a part of the
 *       whole
 *   <li>heap: bytes that the calling thread allocates a frame
 *   <li>peak: the process' largest resident memory, VmHWM of Linux
 * </ul>
 */
public final class FrameTable {
  private static final List<String> NAMES =
      List.of("model", "form", "threads", "frames", "picture", "size", "jvm");

  private final Arguments arguments;

  private FrameTable(Arguments arguments) {
    arguments.requireOnly(NAMES.toArray(String[]::new));
    this.arguments = arguments;
  }

  /** Measures and prints; arguments are {@code name=value}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    new FrameTable(new Arguments(List.of(arguments))).run();
  }

  private void run() throws IOException, InterruptedException {
    System.out.println(
        "| network | threads | form | start, ms | first / p50 | p50, ms | p99 / p50 | frame path | heap, KB | peak, MB |");
    System.out.println("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (String model : arguments.texts("model", "yolov5n,yolov5s,mobilenetv3small_yolo5s")) {
      for (int threads : arguments.numbers("threads", "1,2")) {
        for (String form :
            arguments.texts("form", "ONNX_RUNTIME_F32,PLAN_F32,PLAN_BF16,LIBTORCH_F32")) {
          print(RuntimeForm.valueOf(form), model, threads);
        }
      }
    }
  }

  private void print(RuntimeForm form, String model, int threads)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    Optional.of(arguments.text("jvm", "")).filter(text -> !text.isEmpty()).ifPresent(command::add);
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.add("-Dorg.bytedeco.javacpp.maxBytes=0");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(FrameRun.class.getName());
    command.addAll(List.of("model=" + model, "form=" + form.name(), "threads=" + threads));
    for (String name : List.of("frames", "picture", "size")) {
      Optional.of(arguments.text(name, ""))
          .filter(value -> !value.isEmpty())
          .ifPresent(value -> command.add(name + "=" + value));
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(
          "%s on %s with %d threads ended with code %d"
              .formatted(model, form, threads, process.exitValue()));
    }
    Map<String, Double> values = FrameRun.parse(out);
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %s | %.0f | %.2f | %.2f | %.2f | %.1f %% | %.1f | %.0f |%n",
        model,
        threads,
        form,
        figure(values, "start_ms"),
        figure(values, "first_ms") / figure(values, "p50_ms"),
        figure(values, "p50_ms"),
        figure(values, "p99_ms") / figure(values, "p50_ms"),
        100 * figure(values, "path_part"),
        figure(values, "heap_bytes") / 1024,
        figure(values, "peak_bytes") / 1e6);
  }

  private static double figure(Map<String, Double> values, String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("a row's process printed no " + name + ", only " + values);
    }
    return value;
  }
}
