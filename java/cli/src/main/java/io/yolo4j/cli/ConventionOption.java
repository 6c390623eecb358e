package io.yolo4j.cli;

import io.yolo4j.profile.Convention;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.Option;

/** The option that says by which rule a network's work is counted. */
final class ConventionOption {
  /** The names, for the help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Convention.values()).map(Convention::toString).iterator();
    }
  }

  @Option(
      names = "--convention",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      defaultValue = "ours",
      description = {
        "By which rule work is counted: ${COMPLETION-CANDIDATES}.",
        "Counts are of the network as it runs (--fold). Roofs and bounds are of our own counts whatever is shown beside them. Default: ${DEFAULT-VALUE}."
      })
  private String name = "ours";

  /**
   * Returns the convention.
   *
   * @throws CommandException if there is none of the name
   */
  Convention convention() {
    return named(name);
  }

  /**
   * Returns the convention of a name.
   *
   * @throws CommandException if there is none
   */
  static Convention named(String name) {
    try {
      return Convention.of(name);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--convention: " + e.getMessage());
    }
  }
}
