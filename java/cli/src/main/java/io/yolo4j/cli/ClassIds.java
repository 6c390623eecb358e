package io.yolo4j.cli;

import io.yolo4j.detect.LoadedModel;

/** Classes as people give them on the command line: ids or names. */
final class ClassIds {
  private ClassIds() {}

  /**
   * Returns a class's id.
   *
   * @throws CommandException if the model has no such class, naming the option
   */
  static int of(String option, String name, LoadedModel model) {
    int count = model.model().head().classes();
    int id = name.matches("\\d{1,9}") ? Integer.parseInt(name) : model.classNames().indexOf(name);
    if (id < 0 || id >= count) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s: the model has no class %s; it has ids 0 to %d%s"
              .formatted(
                  option,
                  name,
                  count - 1,
                  model.classNames().isEmpty()
                      ? ""
                      : ": " + String.join(", ", model.classNames())));
    }
    return id;
  }
}
