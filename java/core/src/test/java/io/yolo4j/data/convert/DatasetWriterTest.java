package io.yolo4j.data.convert;

import static io.yolo4j.data.convert.AnnotatedFolder.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.data.convert.ConversionOptions.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetWriterTest {
  @TempDir Path temporary = Path.of("");
  private AnnotatedFolder data = new AnnotatedFolder(Path.of(""));
  private Path out = Path.of("");

  @BeforeEach
  void setUp() {
    out = temporary.resolve("out");
    data = new AnnotatedFolder(temporary.resolve("in"));
    data.picture("a.png", 200, 100).picture("deep/b.png", 200, 100).picture("c.png", 200, 100);
    data.voc("a.xml", "a.png", object("dent", "20", "10", "40", "30"));
    data.voc(
        "b.xml",
        "deep/b.png",
        object("crack", "0", "0", "200", "100") + object("dent", "20", "10", "40", "30"));
    data.voc("c.xml", "c.png", "");
  }

  private ConversionReport write(ConversionOptions options) throws IOException {
    AnnotationSet set =
        VocReader.read(data.annotations(), data.pictures(), AnnotationOptions.defaults());
    return DatasetWriter.write(set, out, options, (done, total) -> {});
  }

  private ConversionReport write() throws IOException {
    return write(ConversionOptions.defaults());
  }

  private Path list(String name, String text) {
    return data.file(name, text);
  }

  @Test
  void write_everything_isReadBackAsADataSet() throws IOException {
    ConversionReport report = write();
    assertThat(report.file()).isEqualTo(out.resolve("data.yaml"));
    assertThat(report.parts())
        .containsExactly(Map.entry(Split.TRAIN, new ConversionReport.Part(3, 1, 1, List.of(1, 2))));
    assertThat(report.boxes()).isEqualTo(3);
    assertThat(report.boxes(1)).isEqualTo(2);
    assertThat(report.issues()).isEmpty();
    assertThat(out.resolve("labels/train/deep/b.txt"))
        .content()
        .isEqualTo(
            "0 0.500000 0.500000 1.000000 1.000000\n1 0.150000 0.200000 0.100000 0.200000\n");
    assertThat(out.resolve("labels/train/c.txt")).isEmptyFile();
    assertThat(out.resolve("images/train/a.png"))
        .hasSameBinaryContentAs(data.pictures().resolve("a.png"));

    DatasetConfig config = DatasetConfig.read(report.file());
    assertThat(config.names()).containsExactly("crack", "dent");
    assertThat(config.sources()).containsOnlyKeys(Split.TRAIN);
    Dataset dataset = Dataset.scan(config, Split.TRAIN, ScanOptions.defaults());
    assertThat(dataset.samples()).hasSize(3);
    assertThat(dataset.labels()).isEqualTo(3);
    assertThat(dataset.issues()).isEmpty();
  }

  @Test
  void write_userFiles_areNotTouched() throws IOException {
    Map<String, String> before = state();
    for (Placement placement : Placement.values()) {
      out = temporary.resolve("out-" + placement);
      write(ConversionOptions.defaults().withPlacement(placement));
      write(ConversionOptions.defaults().withPlacement(Placement.COPY).withForce(true));
    }
    assertThat(state()).isEqualTo(before);
  }

  private Map<String, String> state() throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(data.folder())) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        byte[] content = Files.readAllBytes(file);
        state.put(
            file.toString(), Files.getLastModifiedTime(file) + " " + Arrays.hashCode(content));
      }
    }
    return state;
  }

  @Test
  void write_placements_copyLinkAndSymlink() throws IOException {
    write(ConversionOptions.defaults().withPlacement(Placement.SYMLINK));
    Path picture = out.resolve("images/train/deep/b.png");
    assertThat(picture).isSymbolicLink();
    assertThat(picture.toRealPath()).isEqualTo(data.pictures().toRealPath().resolve("deep/b.png"));
    assertThat(DatasetConfig.read(out.resolve("data.yaml")).images(Split.TRAIN)).hasSize(3);
    out = temporary.resolve("linked");
    write(ConversionOptions.defaults().withPlacement(Placement.LINK));
    Path link = out.resolve("images/train/a.png");
    assertThat(link).isRegularFile();
    assertThat(Files.isSameFile(link, data.pictures().resolve("a.png"))).isTrue();
  }

  @Test
  void write_lists_sayTheParts() throws IOException {
    Path train = list("train.txt", "a.png\n\n  ./b \n");
    Path val = list("val.txt", "c\n");
    ConversionReport report =
        write(ConversionOptions.defaults().withSplits(Map.of(Split.TRAIN, train, Split.VAL, val)));
    assertThat(report.parts().get(Split.TRAIN)).isNotNull();
    assertThat(report.issues()).isEmpty();
    assertThat(out.resolve("images/train/deep/b.png")).exists();
    assertThat(out.resolve("images/val/c.png")).exists();
    DatasetConfig config = DatasetConfig.read(report.file());
    assertThat(config.images(Split.TRAIN)).hasSize(2);
    assertThat(config.images(Split.VAL)).containsExactly(out.resolve("images/val/c.png"));
  }

  @Test
  void write_oneList_theRestIsTheOtherPart() throws IOException {
    Path val = list("val.txt", "c.png\n");
    write(ConversionOptions.defaults().withSplits(Map.of(Split.VAL, val)));
    assertThat(DatasetConfig.read(out.resolve("data.yaml")).images(Split.TRAIN)).hasSize(2);
    out = temporary.resolve("out2");
    write(ConversionOptions.defaults().withSplits(Map.of(Split.TRAIN, val)));
    assertThat(DatasetConfig.read(out.resolve("data.yaml")).images(Split.VAL)).hasSize(2);
  }

  @Test
  void write_picturesInNoList_areCounted() throws IOException {
    ConversionReport report =
        write(
            ConversionOptions.defaults()
                .withSplits(
                    Map.of(Split.TRAIN, list("t.txt", "a.png"), Split.VAL, list("v.txt", "c"))));
    assertThat(report.unlisted()).isEqualTo(1);
    assertThat(report.images()).isEqualTo(2);
  }

  @Test
  void write_badLists_areRefusedOrReported() throws IOException {
    Path train = list("train.txt", "a.png\nc.png\nnobody.png\n");
    Path val = list("val.txt", "deep/b.png\n\nc\n");
    Map<Split, Path> both = Map.of(Split.TRAIN, train, Split.VAL, val);
    assertThatThrownBy(() -> write(ConversionOptions.defaults().withSplits(both)))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            val + ":3: 'c.png' is in part 'train' already; a picture can be in one part only");
    ConversionReport report =
        write(ConversionOptions.defaults().withForce(true).withSplits(Map.of(Split.TRAIN, train)));
    assertThat(report.issues())
        .containsExactly(
            new DataIssue(
                DataIssue.Kind.MISSING_IMAGE, train, 3, "there is no usable picture 'nobody.png'"));
    out = temporary.resolve("out2");
    Path none = data.folder().resolve("none.txt");
    assertThatThrownBy(
            () -> write(ConversionOptions.defaults().withSplits(Map.of(Split.VAL, none))))
        .hasMessage(none + ": there is no such list of pictures");
    Path foreign = list("foreign.txt", "x\ny\n");
    assertThatThrownBy(
            () -> write(ConversionOptions.defaults().withSplits(Map.of(Split.VAL, foreign))))
        .hasMessage(foreign + ": no line names a picture of the data set");
  }

  @Test
  void write_classNames_setTheOrderAndLeaveOthersOut() throws IOException {
    ConversionReport report =
        write(ConversionOptions.defaults().withClassNames(List.of("hole", "dent")));
    assertThat(report.parts().get(Split.TRAIN))
        .isEqualTo(new ConversionReport.Part(3, 1, 0, List.of(0, 2)));
    assertThat(report.issues().get(0))
        .hasToString(
            data.annotations().resolve("b.xml")
                + ":4: the class must be one of [hole, dent], got 'crack'");
    assertThatThrownBy(() -> ConversionOptions.defaults().withClassNames(List.of("a", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("class names must differ, got [a, a]");
    assertThatThrownBy(() -> ConversionOptions.defaults().withClassNames(List.of("a", " ")))
        .hasMessage("class names must not be empty, got [a,  ]");
  }

  @Test
  void write_classNamesThatYamlWouldMisread_areQuoted() throws IOException {
    List<String> names = List.of("no", "1", "a: \"b\" # c", "é\\");
    write(ConversionOptions.defaults().withClassNames(names));
    assertThat(DatasetConfig.read(out.resolve("data.yaml")).names()).isEqualTo(names);
  }

  @Test
  void write_repeatedObject_isWrittenAndReported() throws IOException {
    String twice = object("dent", "20", "10", "40", "30").repeat(2);
    Path file = data.voc("a.xml", "a.png", twice);
    ConversionReport report = write();
    assertThat(report.boxes()).isEqualTo(4);
    assertThat(report.issues())
        .containsExactly(
            new DataIssue(
                DataIssue.Kind.DUPLICATE,
                file,
                5,
                "the object repeats an earlier one; it is written, and left out on reading"));
  }

  @Test
  void write_folderNotEmpty_needsForceWhichDeletesNothing() throws IOException {
    Files.createDirectories(out.resolve("images/train"));
    Path mine = Files.writeString(out.resolve("mine.txt"), "mine");
    Path old = Files.writeString(out.resolve("images/train/old.png"), "old");
    assertThatThrownBy(this::write)
        .isInstanceOf(DatasetException.class)
        .hasMessage(out + ": the folder is not empty; name another one, or overwrite by force");
    assertThat(out.resolve("labels")).doesNotExist();
    ConversionReport report = write(ConversionOptions.defaults().withForce(true));
    assertThat(report.foreign()).isEqualTo(1);
    assertThat(mine).content().isEqualTo("mine");
    assertThat(old).content().isEqualTo("old");
    assertThat(write(ConversionOptions.defaults().withForce(true)).foreign()).isEqualTo(1);
  }

  @Test
  void write_force_replacesLinksInsteadOfWhatTheyPointTo() throws IOException {
    Path labels = Files.createDirectories(out.resolve("labels/train"));
    Path users = Files.writeString(temporary.resolve("labels-of-the-user.txt"), "mine");
    Files.createSymbolicLink(labels.resolve("a.txt"), users);
    write(ConversionOptions.defaults().withForce(true));
    assertThat(users).content().isEqualTo("mine");
    assertThat(labels.resolve("a.txt")).content().startsWith("1 0.15");
  }

  @Test
  void write_intoTheSource_isRefusedEvenByForce() {
    data.picture("../../out/images/train/a.png", 200, 100);
    data.file("../../out/images/train/a.xml", "<annotation/>");
    AnnotatedFolder same = new AnnotatedFolder(out);
    Path picture = same.pictures().resolve("train/a.png");
    assertThatThrownBy(
            () ->
                DatasetWriter.write(
                    VocReader.read(same.pictures(), same.pictures(), AnnotationOptions.defaults()),
                    out,
                    ConversionOptions.defaults().withClassNames(List.of("dent")).withForce(true),
                    (done, total) -> {}))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            out + ": must be another folder than that of the data to convert, holds " + picture);
    assertThat(picture).exists();
  }

  @Test
  void write_impossible_saysWhy() throws IOException {
    Files.writeString(out, "a file");
    assertThatThrownBy(this::write).hasMessage(out + ": must be a folder, is a file");
    Files.delete(out);
    data.picture("a.jpg", 200, 100);
    data.voc("a2.xml", "a.jpg", "");
    assertThatThrownBy(this::write)
        .isInstanceOf(DatasetException.class)
        .hasMessage("pictures need names that differ before the suffix, got 'a.jpg' and 'a.png'");
    AnnotationSet none = new AnnotationSet(List.of(), List.of("dent"), List.of(), 0, 0);
    assertThatThrownBy(
            () -> DatasetWriter.write(none, out, ConversionOptions.defaults(), (done, total) -> {}))
        .hasMessage("no picture can be converted");
  }
}
