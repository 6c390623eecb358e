package io.yolo4j.data.convert;

import static io.yolo4j.data.convert.AnnotatedFolder.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.DataIssue.Kind;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.ScanOptions.BadBoxes;
import io.yolo4j.data.ScanOptions.MissingLabels;
import io.yolo4j.data.convert.AnnotationOptions.Corners;
import io.yolo4j.image.NormalizedBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocReaderTest {
  @TempDir Path temporary = Path.of("");
  private AnnotatedFolder data = new AnnotatedFolder(Path.of(""));

  @BeforeEach
  void setUp() {
    data = new AnnotatedFolder(temporary).picture("a.png", 200, 100);
  }

  private AnnotationSet read(AnnotationOptions options) throws DatasetException {
    return VocReader.read(data.annotations(), data.pictures(), options);
  }

  private AnnotationSet read() throws DatasetException {
    return read(AnnotationOptions.defaults());
  }

  private DataIssue onlyIssue() throws DatasetException {
    AnnotationSet set = read();
    assertThat(set.issues()).hasSize(1);
    return set.issues().get(0);
  }

  @Test
  void read_severalClasses_areSortedAndBoxesAreFractions() throws IOException {
    data.voc(
        "a.xml",
        "a.png",
        object("dent", "21", "11", "61", "31") + object("crack", "1", "1", "200", "100"));
    AnnotationSet set = read();
    assertThat(set.issues()).isEmpty();
    assertThat(set.classNames()).containsExactly("crack", "dent");
    assertThat(set.annotations()).isEqualTo(2);
    AnnotatedImage image = set.images().get(0);
    assertThat(image.name()).isEqualTo("a.png");
    assertThat(image.source()).isEqualTo(data.annotations().resolve("a.xml"));
    assertThat(image.annotations().get(0))
        .isEqualTo(new Annotation("dent", NormalizedBox.ofCorners(.105, .11, .305, .31), null, 4));
    assertThat(image.annotations().get(1).box())
        .isEqualTo(NormalizedBox.ofCorners(1 / 200d, .01, 1, 1));
  }

  @Test
  void read_inclusiveCorners_startOnePixelEarlier() throws IOException {
    data.voc("a.xml", "a.png", object("dent", "1", "1", "200", "100"));
    AnnotationSet set = read(AnnotationOptions.defaults().withCorners(Corners.INCLUSIVE));
    assertThat(set.issues()).isEmpty();
    assertThat(set.images().get(0).annotations().get(0).box())
        .isEqualTo(new NormalizedBox(.5, .5, 1, 1));
  }

  @Test
  void read_difficultObjects_areCountedAndDroppedOnlyOnDemand() throws IOException {
    String hard =
        object("dent", "1", "1", "9", "9").replace("<bndbox>", "<difficult>1</difficult><bndbox>");
    data.voc("a.xml", "a.png", hard + object("dent", "1", "1", "20", "20"));
    assertThat(read().annotations()).isEqualTo(2);
    assertThat(read().difficult()).isEqualTo(1);
    AnnotationSet dropped = read(AnnotationOptions.defaults().withKeepDifficult(false));
    assertThat(dropped.annotations()).isEqualTo(1);
    assertThat(dropped.difficult()).isEqualTo(1);
    assertThat(dropped.issues()).isEmpty();
  }

  @Test
  void read_boxesOfParts_areNotThoseOfTheObject() throws IOException {
    String withPart =
        "<object><name>person</name><part><name>head</name><bndbox><xmin>5</xmin><ymin>5</ymin>"
            + "<xmax>6</xmax><ymax>6</ymax></bndbox></part><bndbox><ymax>50</ymax><ymin>10</ymin>"
            + "<xmax>100.0</xmax><xmin>2e1</xmin></bndbox></object>";
    data.voc("a.xml", "a.png", withPart);
    assertThat(read().images().get(0).annotations())
        .containsExactly(
            new Annotation("person", NormalizedBox.ofCorners(.1, .1, .5, .5), null, 4));
  }

  @Test
  void read_pictureName_isTheFilesOwnOrTheWrittenOne() throws IOException {
    data.picture("deep/b.v2.png", 200, 100);
    // No suffix, another suffix, a path of somebody's machine.
    data.voc("a.xml", "a", object("dent", "1", "1", "9", "9"));
    data.voc("1.xml", "C:\\photos\\b.v2.jpg", object("dent", "1", "1", "9", "9"));
    AnnotationSet set = read();
    assertThat(set.issues()).isEmpty();
    assertThat(set.images().stream().map(AnnotatedImage::name))
        .containsExactly("a.png", "deep/b.v2.png");
  }

  @Test
  void read_namesDisagree_theFilesOwnIsFollowedAndReported() throws IOException {
    data.picture("b.png", 200, 100);
    data.voc("a.xml", "b.png", object("dent", "1", "1", "9", "9"));
    AnnotationSet set = read();
    assertThat(set.images().get(0).name()).isEqualTo("a.png");
    assertThat(set.issues().get(0))
        .isEqualTo(
            new DataIssue(
                Kind.NAME_MISMATCH,
                data.annotations().resolve("a.xml"),
                2,
                "'filename' says b.png, the file's own name says a.png; the latter is taken"));
  }

  @Test
  void read_noPictureOrSeveral_isReported() throws IOException {
    data.voc("a.xml", "a.png", "");
    Path file = data.voc("none.xml", "gone.png", object("dent", "1", "1", "9", "9"));
    assertThat(onlyIssue())
        .isEqualTo(new DataIssue(Kind.MISSING_IMAGE, file, 2, "there is no picture 'gone.png'"));
    Files.delete(file);
    data.picture("x/c.png", 200, 100).picture("y/c.png", 200, 100);
    data.voc("x/c.xml", "c.png", "");
    data.voc("y/c.xml", "c.png", "");
    assertThat(read().issues()).isEmpty();
    Path third = data.voc("c.xml", "c.png", "");
    assertThat(onlyIssue())
        .isEqualTo(
            new DataIssue(
                Kind.MISSING_IMAGE,
                third,
                2,
                "several pictures have its name: [x/c.png, y/c.png]"));
  }

  @Test
  void read_pictureDescribedTwice_isTakenOnce() throws IOException {
    data.voc("a.xml", "a.png", object("dent", "1", "1", "9", "9"));
    Path again = data.voc("again.xml", "a.png", object("dent", "1", "1", "5", "5"));
    assertThat(onlyIssue().toString())
        .isEqualTo(
            again
                + ": picture 'a.png' is described already, in "
                + data.annotations().resolve("a.xml"));
    assertThat(read().annotations()).isEqualTo(1);
  }

  @Test
  void read_pictureWithoutFile_isLeftOutOrBackground() throws IOException {
    data.picture("b.png", 200, 100);
    data.voc("a.xml", "a.png", object("dent", "1", "1", "9", "9"));
    assertThat(onlyIssue())
        .isEqualTo(
            new DataIssue(
                Kind.MISSING_LABELS,
                data.pictures().resolve("b.png"),
                0,
                "no annotation describes it; it is left out"));
    AnnotationSet set =
        read(AnnotationOptions.defaults().withMissingAnnotations(MissingLabels.BACKGROUND));
    assertThat(set.issues()).isEmpty();
    assertThat(set.images()).hasSize(2);
    assertThat(set.images().get(1).annotations()).isEmpty();
  }

  @Test
  void read_otherShape_isLeftOut_scaledPictureStays() throws IOException {
    data.picture("a.png", 100, 200);
    data.voc("a.xml", "a.png", object("dent", "1", "1", "9", "9"));
    assertThat(onlyIssue().message())
        .isEqualTo("the boxes are for a picture of 200x100, a.png has 100x200");
    data.picture("a.png", 400, 201);
    data.voc("a.xml", "a.png", object("dent", "20", "10", "40", "30"));
    AnnotationSet set = read();
    assertThat(set.issues()).isEmpty();
    assertThat(set.images().get(0).annotations().get(0).box())
        .isEqualTo(NormalizedBox.ofCorners(.1, .1, .2, .3));
  }

  @Test
  void read_noSize_takesThePictures() throws IOException {
    data.file(
        "a.xml",
        "<annotation><size><width>0</width></size>%s</annotation>"
            .formatted(object("dent", "20", "10", "40", "30")));
    assertThat(read().images().get(0).annotations().get(0).box())
        .isEqualTo(NormalizedBox.ofCorners(.1, .1, .2, .3));
  }

  @Test
  void read_boxLeavesThePicture_isClippedOrDropped() throws IOException {
    data.voc("a.xml", "a.png", object("dent", "-10", "50", "100", "130"));
    assertThat(onlyIssue().toString())
        .isEqualTo(
            data.annotations().resolve("a.xml")
                + ":4: box of 'dent' must lie in its picture of 200x100, got x -10 to 100, y 50 to 130");
    assertThat(read().images().get(0).annotations().get(0).box())
        .isEqualTo(NormalizedBox.ofCorners(0, .5, .5, 1));
    AnnotationSet dropped = read(AnnotationOptions.defaults().withBadBoxes(BadBoxes.DROP));
    assertThat(dropped.annotations()).isZero();
    assertThat(dropped.issues()).hasSize(1);
  }

  @Test
  void read_badObjects_areReportedAndGoodOnesStay() throws IOException {
    data.voc(
        "a.xml",
        "a.png",
        object("dent", "20", "10", "40", "30")
            + object("dent", "20", "10", "20", "30")
            + object("dent", "300", "10", "400", "30")
            + object("dent", "1e999", "10", "40", "30")
            + object("dent", "0x10", "10", "40", "30")
            + object("dent", "9".repeat(5000), "10", "40", "30")
            + object("", "20", "10", "40", "30")
            + "<object><name>dent</name></object>");
    AnnotationSet set = read();
    assertThat(set.annotations()).isEqualTo(1);
    assertThat(set.issues().stream().map(issue -> issue.line() + " " + issue.message()))
        .containsExactly(
            "5 box of 'dent' must have an area, got x 20 to 20, y 10 to 30",
            "6 box of 'dent' must lie in its picture of 200x100, got x 300 to 400, y 10 to 30",
            "6 box of 'dent' lies outside its picture of 200x100, got x 300 to 400, y 10 to 30",
            "7 'xmin' of object 'dent' must be a number, got '1e999'",
            "8 'xmin' of object 'dent' must be a number, got '0x10'",
            "9 'xmin' of object 'dent' must be a number, got '" + "9".repeat(40) + "…'",
            "10 an object must have a 'name'",
            "11 object 'dent' must have a 'bndbox'");
  }

  @Test
  void read_unreadablePicture_isReported() throws IOException {
    Files.writeString(data.pictures().resolve("a.png"), "no picture");
    data.voc("a.xml", "a.png", object("dent", "20", "10", "40", "30"));
    assertThat(onlyIssue().toString())
        .startsWith(data.pictures().resolve("a.png") + ": cannot read picture: ");
  }

  @Test
  void read_foldersThatAreNotThere_areNamed() {
    assertThatThrownBy(this::read)
        .isInstanceOf(DatasetException.class)
        .hasMessage(data.annotations() + ": the folder of annotations does not exist");
    data.file("note.txt", "");
    assertThatThrownBy(this::read)
        .hasMessage(data.annotations() + ": no annotation file found (suffix: xml)");
    assertThatThrownBy(
            () ->
                VocReader.read(
                    data.annotations(), temporary.resolve("no"), AnnotationOptions.defaults()))
        .hasMessage(temporary.resolve("no") + ": the folder of pictures does not exist");
  }
}
