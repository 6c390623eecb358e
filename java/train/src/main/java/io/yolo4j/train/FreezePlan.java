package io.yolo4j.train;

import io.yolo4j.files.Nearest;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which parameters of a model stand still. A text says it:
 *
 * <ul>
 *   <li>{@code 10}: the first 10 rows.
 *   <li>{@code 0,1,5}, {@code 0-9}, {@code 3-3,7}: rows by index.
 *   <li>{@code model.9.cv1}, {@code model.*.bn.*}: modules or parameters by name; {@code *} stands
 *       for any characters, {@code ?} for one. Also in a list with rows.
 *   <li>{@code regex:model\.[0-4]\..*}: parameters by a regular expression for the whole name.
 * </ul>
 *
 * @param text as above
 */
public record FreezePlan(String text) {
  private static final String REGEX = "regex:";
  private static final Pattern COUNT = Pattern.compile("\\d{1,6}");
  private static final Pattern ROWS = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");
  private static final Pattern ROW_OF_NAME = Pattern.compile("model\\.(\\d+)\\..*");
  private static final Pattern NAME = Pattern.compile("[\\w.*?]+");

  /**
   * Checks the text as far as that goes without a model.
   *
   * @throws IllegalArgumentException if it is none of the forms
   */
  public FreezePlan {
    text = text.strip();
    if (text.startsWith(REGEX)) {
      compile(text.substring(REGEX.length()));
    } else {
      for (String item : items(text)) {
        checkItem(text, item);
      }
    }
  }

  /** Returns the plan that freezes the first rows. */
  public static FreezePlan ofRows(int count) {
    return new FreezePlan(Integer.toString(count));
  }

  /**
   * Returns the names of the parameters and buffers that stand still, in the order of the state
   * dictionary.
   *
   * @throws IllegalArgumentException if a row or a name does not exist, or if nothing would be left
   *     to train
   */
  public Set<String> names(Graph graph) {
    Set<String> names = new LinkedHashSet<>();
    if (text.startsWith(REGEX)) {
      add(names, graph, compile(text.substring(REGEX.length())), text);
    } else if (COUNT.matcher(text).matches()) {
      addRows(names, graph, 0, Integer.parseInt(text) - 1);
    } else {
      items(text).forEach(item -> addItem(names, graph, item));
    }
    boolean trains =
        graph.parameters().stream()
            .anyMatch(one -> one.role().trainable() && !names.contains(one.name()));
    if (!trains) {
      throw new IllegalArgumentException(
          "freezing '%s' leaves no parameter to train".formatted(text));
    }
    return names;
  }

  private void addItem(Set<String> names, Graph graph, String item) {
    Matcher rows = ROWS.matcher(item);
    if (rows.matches()) {
      int first = Integer.parseInt(rows.group(1));
      addRows(names, graph, first, rows.group(2) == null ? first : last(rows));
    } else {
      add(names, graph, glob(item), item);
    }
  }

  private void addRows(Set<String> names, Graph graph, int first, int last) {
    int rows = rows(graph);
    if (last >= rows) {
      throw new IllegalArgumentException(
          "freezing '%s': there is no row %d, the model has rows 0 to %d"
              .formatted(text, last, rows - 1));
    }
    for (Parameter parameter : graph.parameters()) {
      int row = row(parameter.name());
      if (row >= first && row <= last) {
        names.add(parameter.name());
      }
    }
  }

  private static void add(Set<String> names, Graph graph, Pattern pattern, String item) {
    List<String> known = graph.parameters().stream().map(Parameter::name).toList();
    List<String> found = known.stream().filter(pattern.asMatchPredicate()).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "freezing '%s': no parameter has such a name; the nearest is %s"
              .formatted(item, String.join(", ", Nearest.of(item, known, 1))));
    }
    names.addAll(found);
  }

  private static int rows(Graph graph) {
    return graph.root().children().isEmpty() ? 0 : graph.root().children().get(0).children().size();
  }

  /** The row of a parameter; −1 where its name has none. */
  private static int row(String name) {
    Matcher matcher = ROW_OF_NAME.matcher(name);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  private static List<String> items(String text) {
    List<String> items = new ArrayList<>();
    for (String item : text.split(",", -1)) {
      items.add(item.strip());
    }
    return items;
  }

  private static void checkItem(String text, String item) {
    Matcher rows = ROWS.matcher(item);
    if (rows.matches()) {
      if (rows.group(2) != null && last(rows) < Integer.parseInt(rows.group(1))) {
        throw new IllegalArgumentException(
            "rows to freeze must be given from the lower to the higher, got '%s'".formatted(item));
      }
    } else if (!NAME.matcher(item).matches() || item.matches("\\d+")) {
      throw new IllegalArgumentException(
          "what to freeze must be a number of rows (10), rows (0,1,5 or 0-9), names with * and ? (model.*.bn.*) or regex:…, got '%s'"
              .formatted(text));
    }
  }

  private static int last(Matcher rows) {
    return Integer.parseInt(rows.group(2));
  }

  /** A name stands for everything below it too. */
  private static Pattern glob(String item) {
    // Checked names hold no quotes of expressions.
    String regex = "\\Q" + item.replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q") + "\\E";
    return Pattern.compile(regex + "(\\..*)?");
  }

  private static Pattern compile(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "what to freeze must be a valid regular expression, got '%s': %s"
              .formatted(regex, e.getDescription()),
          e);
    }
  }
}
