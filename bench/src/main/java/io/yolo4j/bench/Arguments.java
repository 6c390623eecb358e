package io.yolo4j.bench;

import java.util.Arrays;
import java.util.List;

/**
 * {@code name=value} on the command line of a benchmark that isn't JMH's.
 *
 * @param words as they were given
 */
public record Arguments(List<String> words) {
  /** Copies the list. */
  public Arguments {
    words = List.copyOf(words);
  }

  /** Returns a value, or another where the name isn't there. */
  public String text(String name, String otherwise) {
    return words.stream()
        .filter(word -> word.startsWith(name + "="))
        .map(word -> word.substring(name.length() + 1))
        .findFirst()
        .orElse(otherwise);
  }

  /** Returns a whole number. */
  public int number(String name, int otherwise) {
    return Integer.parseInt(text(name, String.valueOf(otherwise)));
  }

  /** Returns values that commas separate. */
  public List<String> texts(String name, String otherwise) {
    return Arrays.asList(text(name, otherwise).split(",", -1));
  }

  /** Returns whole numbers that commas separate. */
  public List<Integer> numbers(String name, String otherwise) {
    return texts(name, otherwise).stream().map(Integer::valueOf).toList();
  }

  /**
   * Refuses misspelt names.
   *
   * @throws IllegalArgumentException if a word begins with none of the names and {@code =}
   */
  public void requireOnly(String... names) {
    for (String word : words) {
      if (Arrays.stream(names).noneMatch(name -> word.startsWith(name + "="))) {
        throw new IllegalArgumentException(
            "arguments are NAME=VALUE with NAME of %s, got %s"
                .formatted(String.join(", ", names), word));
      }
    }
  }
}
