package io.yolo4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code yolo4j study}: the commands that compare trainings. */
@Command(
    name = "study",
    description =
        "Compare trainings, each with several seeds: sizes, augmentations, freezing, networks.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StudySizeCommand.class,
      StudyAugmentCommand.class,
      StudyFreezeCommand.class,
      StudyBackboneCommand.class,
      HelpCommand.class
    })
final class StudyCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
