package io.yolo4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Valid and damaged description files; errors name the source and the key or row. */
class DescriptionReaderTest {
  private static final String ROWS =
      """
      backbone:
        - [-1, 1, Conv, [8, 3, 2]]
      head:
        - [[-1], 1, Detect, [nc, anchors]]
      """;

  @Test
  void read_missingKeys_haveTheReferencesDefaults() {
    ModelDescription read = read("anchors: [[1, 2]]\n" + ROWS);
    assertThat(read.classes()).isEqualTo(80);
    assertThat(read.depthMultiple()).isEqualTo(1);
    assertThat(read.widthMultiple()).isEqualTo(1);
    assertThat(read.source()).isEqualTo("test.yaml");
    assertThat(read.rows()).hasSize(2);
    assertThat(read.rows().get(0).text()).isEqualTo("[-1, 1, Conv, [8, 3, 2]]");
    assertThat(read.rows().get(1).text()).isEqualTo("[[-1], 1, Detect, ['nc', 'anchors']]");
  }

  @Test
  void read_anchors_areANumberOrATable() {
    AnchorTable count = read("anchors: 4\n" + ROWS).anchors();
    assertThat(count.isPlaceholder()).isTrue();
    assertThat(count.perLevel()).isEqualTo(4);
    assertThat(count.values(2)).hasSize(2);
    assertThat(count.values(2).get(1)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    AnchorTable table = read("anchors:\n- [10, 13, 16.5, 30]\n- [1, 2, 3, 4]\n" + ROWS).anchors();
    assertThat(table.isPlaceholder()).isFalse();
    assertThat(table.perLevel()).isEqualTo(2);
    assertThat(table.levels())
        .containsExactly(List.of(10L, 13L, 16.5, 30L), List.of(1L, 2L, 3L, 4L));
    assertThat(table.values(2)).isEqualTo(table.levels());
  }

  @Test
  void read_spellingsOfNoneAndFlags_areYamlsAndPythons() {
    assertThat(
            read("""
                    anchors: 3
                    backbone:
                      - [-1, 3, C3, [128, True, true, FALSE, False, None, null, ~, 'nearest', 1.5, [1, 3]]]
                    head: []
                    """)
                .rows()
                .get(0)
                .arguments())
        .containsExactlyElementsOf(
            Arrays.asList(
                128L,
                true,
                true,
                false,
                false,
                "None",
                null,
                null,
                "nearest",
                1.5,
                List.of(1L, 3L)));
  }

  @Test
  void read_byteOrderMark_isSkipped(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.yaml");
    Files.writeString(file, "\uFEFFanchors: 3\n" + ROWS);
    assertThat(ModelDescription.read(file).anchors().perLevel()).isEqualTo(3);
  }

  @Test
  void read_notAMapping_isRefused() {
    String expected = "test.yaml: a description must be a mapping with backbone and head";
    assertError("- 1\n- 2\n").hasMessage(expected);
    assertError("").hasMessage(expected);
    assertError("text").hasMessage(expected);
  }

  @Test
  void read_notYaml_isRefused() {
    assertError("a: [1, 2\n").hasMessageStartingWith("test.yaml: not valid YAML: ");
    assertError("nc: 1\nnc: 2\n" + ROWS)
        .hasMessageStartingWith("test.yaml: not valid YAML: ")
        .hasMessageContaining("duplicate key nc");
  }

  @Test
  void read_notUtf8_isRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.yaml");
    Files.write(file, "nc: 1 # größe\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ModelDescription.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessage(file + ": a description must be UTF-8 text");
  }

  @Test
  void read_badNumbers_nameTheKey() {
    assertError("nc: many\nanchors: 3\n" + ROWS)
        .hasMessage("test.yaml: nc must be a whole number, got 'many'");
    assertError("nc: 2.5\nanchors: 3\n" + ROWS)
        .hasMessage("test.yaml: nc must be a whole number, got 2.5");
    assertError("nc:\nanchors: 3\n" + ROWS)
        .hasMessage("test.yaml: nc must be a whole number, got None");
    assertError("nc: 0\nanchors: 3\n" + ROWS).hasMessage("test.yaml: nc must be at least 1, got 0");
    assertError("depth_multiple: big\nanchors: 3\n" + ROWS)
        .hasMessage("test.yaml: depth_multiple must be a number, got 'big'");
    assertError("width_multiple: [1]\nanchors: 3\n" + ROWS)
        .hasMessage("test.yaml: width_multiple must be a number, got [1]");
    assertError("width_multiple: 0\nanchors: 3\n" + ROWS)
        .hasMessage(
            "test.yaml: depth_multiple and width_multiple must be positive and finite, got 1.0 and 0.0");
    assertError("depth_multiple: .inf\nanchors: 3\n" + ROWS)
        .hasMessage(
            "test.yaml: depth_multiple and width_multiple must be positive and finite, got Infinity and 1.0");
    assertError("depth_multiple: .nan\nanchors: 3\n" + ROWS)
        .hasMessage(
            "test.yaml: depth_multiple and width_multiple must be positive and finite, got NaN and 1.0");
  }

  @Test
  void read_badAnchors_areShown() {
    String either =
        "test.yaml: anchors must be a list of levels or the number of anchors per level, got ";
    assertError(ROWS)
        .hasMessage(
            "test.yaml: anchors are missing, they must be a list of levels or the number of anchors per level");
    assertError("anchors: text\n" + ROWS).hasMessage(either + "'text'");
    assertError("anchors: []\n" + ROWS).hasMessage(either + "[]");
    assertError("anchors: 0\n" + ROWS)
        .hasMessage("test.yaml: anchors: each level needs at least one anchor, got 0");
    assertError("anchors: [1, 2]\n" + ROWS)
        .hasMessage(
            "test.yaml: a level of anchors must be a list of numbers (width, height, …), got 1");
    assertError("anchors: [[1, two]]\n" + ROWS)
        .hasMessage(
            "test.yaml: a level of anchors must be a list of numbers (width, height, …), got [1, 'two']");
    assertError("anchors: [[1, 2], [1, 2, 3]]\n" + ROWS)
        .hasMessage(
            "test.yaml: anchors: every level must hold 2 numbers (width and height of 1 anchors), got [1, 2, 3]");
    assertError("anchors: [[1, .nan]]\n" + ROWS)
        .hasMessage(
            "test.yaml: anchors: widths and heights must be finite and not negative, got [1, NaN]");
  }

  @Test
  void read_badRows_nameTheIndex() {
    assertError("anchors: 3\nhead: []\n")
        .hasMessage("test.yaml: backbone is missing, it must be a list of rows");
    assertError("anchors: 3\nbackbone: []\nhead: 1\n")
        .hasMessage("test.yaml: head must be a list of rows, got 1");
    assertRow("[-1, 1, Conv]")
        .hasMessage("test.yaml: row 1: expected [from, number, module, args], got [-1, 1, 'Conv']");
    assertRow("{from: -1}")
        .hasMessage("test.yaml: row 1: expected [from, number, module, args], got {'from'}");
    assertRow("[-1, 0, Conv, [8]]")
        .hasMessage(
            "test.yaml: row 1: expected [from, number >= 1, module, args], got [-1, 0, 'Conv', [8]]");
    assertRow("[[], 1, Conv, [8]]")
        .hasMessage(
            "test.yaml: row 1: expected [from, number >= 1, module, args], got [[], 1, 'Conv', [8]]");
    assertRow("[-1, 1, 7, [8]]")
        .hasMessage(
            "test.yaml: row 1: expected [from, number >= 1, module, args], got [-1, 1, 7, [8]]");
    assertRow("[x, 1, Conv, [8]]")
        .hasMessage("test.yaml: row 1: from must be a whole number, got 'x'");
    assertRow("[-1, few, Conv, [8]]")
        .hasMessage("test.yaml: row 1: number must be a whole number, got 'few'");
    assertRow("[-1, 1, Conv, 8]").hasMessage("test.yaml: row 1: args must be a list, got 8");
    assertRow("[-1, 1, Conv, [[[[[8]]]]]]")
        .hasMessage("test.yaml: row 1: args are nested too deeply");
    assertRow("[-1, 1, Conv, [{a: 1}]]")
        .hasMessage(
            "test.yaml: row 1: args hold numbers, texts, True, False, None or lists, got {'a'}");
  }

  @Test
  void read_tooManyRows_isRefused() {
    List<Object> rows = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      rows.add(List.of(-1, 1, "Conv", List.of(8)));
    }
    Map<String, Object> map = Map.of("anchors", 3, "backbone", rows, "head", List.of());
    assertThatThrownBy(() -> ModelDescription.of(map, "a checkpoint"))
        .hasMessage("a checkpoint: backbone must hold at most 10000 rows, got 10001");
  }

  // Hostile files: the error comes soon and its text stays short.

  @Test
  void read_aliasesOfAliases_giveAShortError() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x]\n");
    for (int i = 1; i <= 15; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a%d: &a%d [%s, %s, %s]\n".formatted(i, i, alias, alias, alias));
    }
    assertError(bomb + "anchors: *a15\n" + ROWS).satisfies(DescriptionReaderTest::isShort);
    assertError(bomb + "anchors: 3\nhead: []\nbackbone: [[-1, 1, Conv, *a15]]\n")
        .hasMessage("test.yaml: row 0: args are nested too deeply");
  }

  @Test
  void read_listInsideItself_givesAShortError() {
    assertError("anchors: &a [[*a, 1]]\n" + ROWS).satisfies(DescriptionReaderTest::isShort);
    assertError("anchors: 3\nhead: []\nbackbone: &b [[-1, 1, Conv, *b]]\n")
        .hasMessage("test.yaml: row 0: args are nested too deeply");
  }

  @Test
  void read_thousandsOfBrackets_isRefused() {
    assertError("anchors: " + "[".repeat(200_000)).hasMessageStartingWith("test.yaml: ");
    assertError("anchors: " + "[".repeat(3000) + "]".repeat(3000) + "\n" + ROWS)
        .satisfies(DescriptionReaderTest::isShort);
  }

  private static void isShort(Throwable error) {
    assertThat(error.getMessage()).startsWith("test.yaml: ").hasSizeLessThan(400);
  }

  @Test
  void toMap_everyShippedModel_readsBackEqual() {
    for (String name : Zoo.names()) {
      ModelDescription model = Zoo.find(name).orElseThrow();
      assertThat(ModelDescription.of(model.toMap(), name)).isEqualTo(model);
    }
  }

  @Test
  void with_otherValues_keepTheRest() {
    ModelDescription model = read("anchors: 3\n" + ROWS);
    assertThat(model.withClasses(7).classes()).isEqualTo(7);
    AnchorTable table = new AnchorTable(1, List.of(List.of(1, 2)));
    assertThat(model.withAnchors(table).anchors()).isEqualTo(table);
    assertThat(model.withAnchors(table).rows()).isEqualTo(model.rows());
    assertThatThrownBy(() -> model.withClasses(0))
        .hasMessage("test.yaml: nc must be at least 1, got 0");
    assertThatThrownBy(() -> model.rows().get(0).arguments().remove(0))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> model.backbone().remove(0))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> new Row(List.of(), true, 1, "Conv", List.of()))
        .hasMessage("a row needs at least one source and number >= 1, got from [], number 1");
  }

  @Test
  void read_widths_narrowConvolutionsAndWhatReadsThem() {
    ModelDescription model = read("nc: 1\nanchors: 3\nwidths: {model.0.conv: 5}\n" + ROWS);
    assertThat(model.widths()).containsExactly(Map.entry("model.0.conv", 5));
    assertThat(ModelDescription.of(model.toMap(), "again").widths()).isEqualTo(model.widths());
    assertThat(model.withClasses(2).withAnchors(model.anchors()).widths())
        .isEqualTo(model.widths());
    assertThat(Model.of(model).graph().parameters())
        .extracting(parameter -> parameter.name() + parameter.shape())
        .contains(
            "model.0.conv.weight[5,3,3,3]", "model.0.bn.bias[5]", "model.1.m.0.weight[18,5,1,1]");
    assertThat(read("anchors: 3\n" + ROWS).toMap()).doesNotContainKey("widths");
  }

  @Test
  void read_widthsThatDoNotFit_nameThem() {
    String before = "anchors: 3\n" + ROWS + "widths: ";
    assertError(before + "[1]\n")
        .hasMessage("test.yaml: widths must map paths of convolutions to channels, got [1]");
    assertError(before + "{model.0.conv: 2.5}\n")
        .hasMessage("test.yaml: widths: model.0.conv must be a whole number, got 2.5");
    assertError(before + "{model.0.conv: 0}\n")
        .hasMessage("test.yaml: widths: model.0.conv must have at least 1 channel, got 0");
    assertThatThrownBy(() -> Model.of(read(before + "{model.7.conv: 4}\n")))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "test.yaml: widths: each must be that of a convolution of one group, got 1 that are not, the first: model.7.conv");
  }

  private static ModelDescription read(String yaml) {
    DescriptionReader reader = new DescriptionReader("test.yaml");
    return reader.read(reader.parse(yaml));
  }

  private static AbstractThrowableAssert<?, ?> assertError(String yaml) {
    return assertThatThrownBy(() -> read(yaml)).isInstanceOf(ModelException.class);
  }

  /** The row stands second, after a valid one. */
  private static AbstractThrowableAssert<?, ?> assertRow(String row) {
    return assertError("anchors: 3\nbackbone:\n - [-1, 1, Conv, [8]]\n - " + row + "\nhead: []\n");
  }
}
