package io.yolo4j.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where a command prints, and what it was started with. */
class Streams {
  @Spec(Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** The process's environment; empty where a command runs without {@link Main}. */
  final Map<String, String> environment() {
    return spec.root().userObject() instanceof Main main ? main.environment() : Map.of();
  }

  /**
   * Whether standard error is a terminal: the launcher says so, for only a shell can tell on every
   * JDK.
   */
  final boolean terminal() {
    return "1".equals(environment().get("YOLO4J_TERMINAL"));
  }
}
