package io.yolo4j.cli;

import picocli.CommandLine.Option;

/** As {@link Output}, for a command whose option {@code --format} means something else. */
final class JsonOutput extends Streams {
  @Option(names = "--json", description = "Print what was done as JSON.")
  private boolean json;

  boolean json() {
    return json;
  }
}
