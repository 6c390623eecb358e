package io.yolo4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code yolo4j data}: the commands that make and check data sets. */
@Command(
    name = "data",
    description = "Make and check data sets.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DataConvertCommand.class,
      DataSplitCommand.class,
      DataCheckCommand.class,
      DataStatsCommand.class,
      DataPreviewCommand.class,
      DataSubsetCommand.class,
      DataAugmentCommand.class,
      DataKfoldCommand.class,
      DataMergeCommand.class,
      DataSynthCommand.class,
      HelpCommand.class
    })
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
