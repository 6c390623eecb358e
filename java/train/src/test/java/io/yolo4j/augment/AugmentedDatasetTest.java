package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.data.convert.ConversionOptions.Placement;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentedDatasetTest {
  private static final int PICTURES = 8;
  private static final int HELD_BACK = 3;

  /** Outlines are followed by points, which miss their corners a little. */
  private static final double SAME = 1e-3;

  @TempDir Path temporary = Path.of("");
  private final Map<Split, Dataset> parts = new EnumMap<>(Split.class);

  @BeforeEach
  void setUp() throws IOException {
    Path train = Files.createDirectories(temporary.resolve("set/train"));
    Path val = Files.createDirectories(temporary.resolve("set/val"));
    parts.put(Split.TRAIN, SyntheticDataset.create(train, PICTURES));
    parts.put(Split.VAL, SyntheticDataset.create(val, HELD_BACK));
  }

  private AugmentedDataset.Report write(String folder, AugmentOptions augment, long seed)
      throws IOException {
    return AugmentedDataset.write(
        parts,
        new AugmentedDataset.Options(3, augment, PictureAugmenter.OWN_SIZE, Placement.COPY, seed),
        temporary.resolve(folder),
        (done, total) -> {});
  }

  private Dataset part(Split split) {
    return Objects.requireNonNull(parts.get(split));
  }

  private Map<String, byte[]> files(String folder) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    Path root = temporary.resolve(folder);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private Dataset read(AugmentedDataset.Report report, Split split) throws IOException {
    return Dataset.scan(DatasetConfig.read(report.file()), split, ScanOptions.defaults());
  }

  @Test
  void write_mirrored_everyCopyIsItsOriginalMirrored() throws IOException {
    AugmentedDataset.Report report = write("out", AugmentOptions.none().withFlips(0, 1), 1);
    Dataset all = read(report, Split.TRAIN);
    assertThat(all.samples()).hasSize(3 * PICTURES);
    assertThat(report.pictures()).isEqualTo(PICTURES);
    assertThat(report.made()).isEqualTo(2 * PICTURES);
    assertThat(report.madeBoxes()).isEqualTo(2 * report.boxes());
    assertThat(report.boxes()).isEqualTo(part(Split.TRAIN).labels());
    for (Sample original : part(Split.TRAIN).samples()) {
      for (int copy = 1; copy <= 2; copy++) {
        String name =
            original.image().getFileName().toString().replace(".png", "-aug" + copy + ".png");
        Sample made =
            all.samples().stream().filter(s -> s.image().endsWith(name)).findFirst().orElseThrow();
        assertMirrored(original, made);
      }
    }
  }

  private static void assertMirrored(Sample original, Sample made) throws IOException {
    assertThat(made.size()).isEqualTo(original.size());
    Image before = ImageDecoders.preferred().read(original.image());
    Image after = ImageDecoders.preferred().read(made.image());
    for (int y = 0; y < before.height(); y++) {
      for (int x = 0; x < before.width(); x++) {
        for (int c = 0; c < Image.CHANNELS; c++) {
          assertThat(after.value(before.width() - 1 - x, y, c)).isEqualTo(before.value(x, y, c));
        }
      }
    }
    assertThat(made.labels()).hasSameSizeAs(original.labels());
    for (int i = 0; i < made.labels().size(); i++) {
      Label one = original.labels().get(i);
      Label other = made.labels().get(i);
      assertThat(other.classId()).isEqualTo(one.classId());
      assertThat(other.box().centreX()).isCloseTo(1 - one.box().centreX(), within(SAME));
      assertThat(other.box().centreY()).isCloseTo(one.box().centreY(), within(SAME));
      assertThat(other.box().width()).isCloseTo(one.box().width(), within(SAME));
      assertThat(other.box().height()).isCloseTo(one.box().height(), within(SAME));
    }
  }

  @Test
  void write_otherParts_stayAsTheyAre() throws IOException {
    AugmentedDataset.Report report = write("out", AugmentOptions.defaults(), 1);
    Dataset val = read(report, Split.VAL);
    assertThat(val.samples()).hasSize(HELD_BACK);
    for (int i = 0; i < HELD_BACK; i++) {
      Sample before = part(Split.VAL).samples().get(i);
      assertThat(val.samples().get(i).image()).hasSameBinaryContentAs(before.image());
      assertThat(val.samples().get(i).labels()).hasSameSizeAs(before.labels());
    }
  }

  @Test
  void write_sameSeed_writesTheSameFiles_andChangesNoFileOfTheUser() throws IOException {
    Map<String, byte[]> before = files("set");
    write("one", AugmentOptions.defaults(), 1);
    write("two", AugmentOptions.defaults(), 1);
    write("other", AugmentOptions.defaults(), 2);
    Map<String, byte[]> one = files("one");
    Map<String, byte[]> two = files("two");
    Map<String, byte[]> other = files("other");
    assertThat(two.keySet()).isEqualTo(one.keySet()).isEqualTo(other.keySet());
    one.forEach((name, bytes) -> assertThat(two.get(name)).as(name).isEqualTo(bytes));
    assertThat(one.keySet())
        .anyMatch(name -> !java.util.Arrays.equals(one.get(name), other.get(name)));
    Map<String, byte[]> after = files("set");
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((name, bytes) -> assertThat(after.get(name)).isEqualTo(bytes));
  }

  @Test
  void write_pictureThatCannotBeRead_leavesNothing() throws IOException {
    Path file = part(Split.TRAIN).samples().get(2).image();
    Files.writeString(file, "no picture");
    assertThatThrownBy(() -> write("out", AugmentOptions.defaults(), 1))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot read picture " + file);
    assertThat(temporary.resolve("out")).doesNotExist();
    try (Stream<Path> files = Files.list(temporary)) {
      assertThat(files).containsExactly(temporary.resolve("set"));
    }
  }

  @Test
  void options_thatChangeNothing_areRefused() {
    assertThatThrownBy(() -> write("out", AugmentOptions.none(), 1))
        .hasMessage("the augmentation must change something, all of its strengths are 0");
    assertThatThrownBy(
            () -> new AugmentedDataset.Options(1, AugmentOptions.defaults(), 0, Placement.COPY, 0))
        .hasMessage("the factor must be at least 2, got 1");
    parts.remove(Split.TRAIN);
    assertThatThrownBy(() -> write("out", AugmentOptions.defaults(), 1))
        .hasMessage("there must be training pictures to augment, there are parts [val]");
  }

  @Test
  void named_eachChangesSomething_exceptNone() {
    List<NamedAugmentation> all = NamedAugmentation.all(AugmentOptions.defaults());
    assertThat(all).extracting(NamedAugmentation::name).doesNotHaveDuplicates().hasSize(20);
    assertThat(all.get(0).options().any()).isFalse();
    assertThat(all.subList(1, all.size())).allMatch(one -> one.options().any());
    assertThat(all.get(all.size() - 1).options()).isEqualTo(AugmentOptions.defaults());
  }

  @Test
  void make_withoutChanges_isThePictureItself() throws IOException {
    Dataset training = part(Split.TRAIN);
    try (PictureAugmenter augmenter =
        new PictureAugmenter(training, AugmentOptions.none(), PictureAugmenter.OWN_SIZE, 0)) {
      for (int i = 0; i < PICTURES; i++) {
        PictureAugmenter.Made made = augmenter.make(i, 0);
        Sample sample = training.samples().get(i);
        assertThat(made.image().rgb())
            .isEqualTo(ImageDecoders.preferred().read(sample.image()).rgb());
        assertThat(made.labels()).hasSameSizeAs(sample.labels());
      }
    }
  }
}
