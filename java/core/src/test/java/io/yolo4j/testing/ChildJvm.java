package io.yolo4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs a class of the test class path in a JVM of its own, with another environment. */
public final class ChildJvm {
  private ChildJvm() {}

  /** Returns its standard output; fails unless it exits with 0. */
  public static String run(Class<?> main, Map<String, String> environment, String... jvmOptions)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "-Xmx64m"));
    // Core brings no logging backend, and SLF4J would say so.
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.addAll(List.of(jvmOptions));
    command.add(main.getName());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    int exit = process.waitFor();
    if (exit != 0) {
      throw new AssertionError(main.getName() + " must exit with 0, got " + exit + ": " + output);
    }
    return output;
  }
}
