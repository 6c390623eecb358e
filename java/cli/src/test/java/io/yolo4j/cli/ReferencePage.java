package io.yolo4j.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The page {@code docs/cli.md}: what {@code --help} prints, one section a command. */
final class ReferencePage {
  private static final String INTRODUCTION =
      """
      # The command line

      <!-- Generated from the commands; see ReferencePageTest for how. -->

      Data goes to standard output, progress and errors to standard error. With `--format json` standard output
      holds one JSON value and nothing else.

      ## yolo4j

      """;

  private ReferencePage() {}

  static String text() {
    CommandLine main = Main.commandLine();
    StringBuilder page = new StringBuilder(INTRODUCTION);
    page.append(usage(main));
    addCommands(page, main);
    return page.toString();
  }

  /** The help command is the same at every level and stands at the top only. */
  private static void addCommands(StringBuilder page, CommandLine parent) {
    for (Map.Entry<String, CommandLine> command : parent.getSubcommands().entrySet()) {
      boolean top = parent.getParent() == null;
      if (top || !command.getKey().equals("help")) {
        String name = command.getValue().getCommandSpec().qualifiedName();
        page.append("\n## ").append(name).append("\n\n");
        page.append(usage(command.getValue()));
        addCommands(page, command.getValue());
      }
    }
  }

  private static String usage(CommandLine command) {
    String text = command.getUsageMessage(Ansi.OFF).replace("\r\n", "\n").stripTrailing();
    return "```\n" + text.replaceAll("(?m) +$", "") + "\n```\n";
  }
}
