package io.yolo4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.image.NormalizedBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelFileTest {
  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "/d/images/val/a.jpg, /d/labels/val/a.txt",
    "/d/images/a.b.png, /d/labels/a.b.txt",
    "/images/d/images/v/w/a.jpg, /images/d/labels/v/w/a.txt",
    "/images/a.jpg, /labels/a.txt",
    "/d/myimages/a.jpg, /d/myimages/a.txt",
    "/d/images, /d/images.txt"
  })
  void of_picture_replacesTheLastFolder(Path image, Path labels) {
    assertThat(LabelFile.of(image)).isEqualTo(labels);
  }

  @Test
  void read_boxesAndPolygons_keepsTheOrder() throws IOException {
    LabelFile file = read("1 0.5 0.25 0.5 0.25\n\n0 0.1 0.1 0.5 0.05 0.9 0.4 0.6 0.8\n");
    assertThat(file.issues()).isEmpty();
    assertThat(file.labels()).hasSize(2);
    assertThat(file.labels().get(0))
        .isEqualTo(new Label(1, new NormalizedBox(0.5, 0.25, 0.5, 0.25)));
    Label polygon = file.labels().get(1);
    assertThat(polygon.box().centreX()).isCloseTo(0.5, within(1e-12));
    assertThat(polygon.box().height()).isCloseTo(0.75, within(1e-12));
    assertThat(polygon.polygon()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0 0.5 0.5 0.1, WRONG_COLUMNS, 'a row must have 5 columns, or a class and at least 3 points, got 4'",
    "0 0.5 0.5 0.1 0.1 0.1, WRONG_COLUMNS, 'a row must have 5 columns, or a class and at least 3 points, got 6'",
    "0 0.5 x 0.1 0.1, NOT_A_NUMBER, 'column 3 must be a number, got ''x'''",
    "0 0.5 NaN 0.1 0.1, NOT_A_NUMBER, 'column 3 must be a number, got ''NaN'''",
    "2 0.5 0.5 0.1 0.1, UNKNOWN_CLASS, 'the class must be a number from 0 to 1, got 2'",
    "-1 0.5 0.5 0.1 0.1, UNKNOWN_CLASS, 'the class must be a number from 0 to 1, got -1'",
    "0.5 0.5 0.5 0.1 0.1, UNKNOWN_CLASS, 'the class must be a number from 0 to 1, got 0.5'",
    "0 1.5 0.5 0.1 0.1, OUT_OF_RANGE, 'coordinates must lie in 0 to 1, got 1.5 in column 2; the row is left out'",
    "0 0.5 0.5 0.1 -0.1, OUT_OF_RANGE, 'coordinates must lie in 0 to 1, got -0.1 in column 5; the row is left out'",
    "0 0.5 0.5 0 0.1, ZERO_AREA, 'the box must have an area, got width 0 and height 0.1'",
    "0 0.2 0.3 0.4 0.5, DUPLICATE, 'the row repeats an earlier one and is left out'",
  })
  void read_badRow_isReportedAndGoodRowsStay(String row, DataIssue.Kind kind, String message)
      throws IOException {
    LabelFile file = read("0 0.2 0.3 0.4 0.5\n" + row + "\n1 0.5 0.5 0.2 0.2\n");
    assertThat(file.labels()).hasSize(2);
    assertThat(file.issues())
        .containsExactly(new DataIssue(kind, folder.resolve("a.txt"), 2, message));
    assertThat(file.issues().get(0)).hasToString(folder.resolve("a.txt") + ":2: " + message);
  }

  @Test
  void read_oddFiles_areReadOrShortened() throws IOException {
    // The mark that some editors put in front, and their line ends.
    assertThat(read("\uFEFF0 0.5 0.5 0.2 0.2\r\n1 0.5 0.5 0.1 0.1\r\n").labels()).hasSize(2);
    assertThat(read("0 0.5 " + "x".repeat(9000) + " 0.1 0.1").issues().get(0).message())
        .isEqualTo("column 3 must be a number, got '" + "x".repeat(40) + "…'");
    assertThat(read("0 1e999 0.5 0.1 0.1").issues().get(0).message())
        .isEqualTo("column 2 must be a number, got '1e999'");
  }

  @Test
  void read_clip_keepsThePartInside() throws IOException {
    Path path =
        Files.writeString(folder.resolve("a.txt"), "0 1.1 0.5 0.4 0.2\n0 1.5 0.5 0.4 0.2\n");
    LabelFile file = LabelFile.read(path, 1, ScanOptions.BadBoxes.CLIP);
    assertThat(file.labels()).hasSize(1);
    assertThat(file.labels().get(0).box().centreX()).isCloseTo(0.95, within(1e-12));
    assertThat(file.labels().get(0).box().width()).isCloseTo(0.1, within(1e-12));
    assertThat(file.issues().stream().map(DataIssue::kind))
        .containsExactly(
            DataIssue.Kind.OUT_OF_RANGE, DataIssue.Kind.OUT_OF_RANGE, DataIssue.Kind.ZERO_AREA);
    assertThat(file.issues().get(0).message())
        .isEqualTo(
            "coordinates must lie in 0 to 1, got 1.1 in column 2; clipped to '0 0.950000 0.500000 0.100000 0.200000'");
  }

  @Property(tries = 50)
  void read_anyText_neverFails(@ForAll List<@net.jqwik.api.constraints.AlphaChars String> words)
      throws IOException {
    Path file = Files.createTempFile("labels", ".txt");
    try {
      Files.writeString(file, String.join(" 0.5\n", words));
      LabelFile read = LabelFile.read(file, 3, ScanOptions.BadBoxes.DROP);
      assertThat(read.labels()).isEmpty();
    } finally {
      Files.delete(file);
    }
  }

  private LabelFile read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), text);
    return LabelFile.read(file, 2, ScanOptions.BadBoxes.DROP);
  }
}
