package io.yolo4j.files;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** What is wrong with a YAML text, in one line. */
public final class YamlProblem {
  private YamlProblem() {}

  /**
   * Returns line, column and problem where the parser knows them, else its message without line
   * breaks.
   */
  public static String text(YamlEngineException e) {
    if (e instanceof MarkedYamlEngineException marked && marked.getProblemMark().isPresent()) {
      Mark mark = marked.getProblemMark().get();
      return "line %d, column %d: %s"
          .formatted(mark.getLine() + 1, mark.getColumn() + 1, marked.getProblem());
    }
    return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
