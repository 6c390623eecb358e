package io.yolo4j.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Logical processors as Linux writes them: {@code 0-3,6}. */
final class ProcessorList implements ITypeConverter<ProcessorList> {
  /** More than the system numbers; keeps a range from filling the memory. */
  private static final int MOST = 1 << 13;

  private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

  private final List<Integer> numbers;

  /** Creates an empty one, for picocli to convert with. */
  ProcessorList() {
    this(List.of());
  }

  private ProcessorList(List<Integer> numbers) {
    this.numbers = numbers;
  }

  /** Returns the numbers in their order, each once. */
  List<Integer> numbers() {
    return numbers;
  }

  @Override
  public ProcessorList convert(String text) {
    Set<Integer> found = new LinkedHashSet<>();
    for (String part : text.split(",", -1)) {
      Matcher range = RANGE.matcher(part.strip());
      if (!range.matches()) {
        throw wrong(text);
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (last < first || last >= MOST) {
        throw wrong(text);
      }
      for (int cpu = first; cpu <= last; cpu++) {
        found.add(cpu);
      }
    }
    return new ProcessorList(new ArrayList<>(found));
  }

  private static TypeConversionException wrong(String text) {
    return new TypeConversionException(
        "must be processors' numbers and ranges, as 0-3,6, got '%s'".formatted(text));
  }
}
