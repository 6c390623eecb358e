package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class TableTest {
  private static Table table() {
    Table table = new Table(List.of("class", "boxes", "note"));
    table.row(List.of("cat", 12, ""));
    table.row(List.of("a, \"b\"", 3, "x"));
    return table;
  }

  private static List<String> lines(Consumer<PrintWriter> print) {
    StringWriter text = new StringWriter();
    print.accept(new PrintWriter(text, true));
    return text.toString().lines().toList();
  }

  @Test
  void print_columns_areAligned() {
    assertThat(lines(table()::print))
        .containsExactly("class   boxes  note", "cat        12", "a, \"b\"      3     x");
  }

  @Test
  void printCsv_specialCells_areQuoted() {
    assertThat(lines(table()::printCsv))
        .containsExactly("class,boxes,note", "cat,12,", "\"a, \"\"b\"\"\",3,x");
  }

  @Test
  void row_ofAnotherLength_isRefused() {
    Table table = table();
    assertThatThrownBy(() -> table.row(List.of("cat")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row must have 3 cells, got [cat]");
  }
}
