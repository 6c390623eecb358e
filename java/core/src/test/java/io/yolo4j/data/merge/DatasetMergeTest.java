package io.yolo4j.data.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.SmallSet;
import io.yolo4j.data.Split;
import io.yolo4j.data.merge.MergeReport.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetMergeTest {
  private static final String BOX = " 0.5 0.5 0.25 0.25\n";

  @TempDir Path temporary = Path.of("");
  private SmallSet first = new SmallSet(Path.of(""));
  private SmallSet second = first;

  @BeforeEach
  void setUp() throws IOException {
    first = new SmallSet(temporary.resolve("first"));
    first.picture("train/a", SmallSet.blobs(1), "0" + BOX);
    first.picture("train/b", SmallSet.blobs(2), "1" + BOX);
    first.picture("val/c", SmallSet.blobs(3), "0" + BOX);
    second = new SmallSet(temporary.resolve("second"));
    second.picture("train/a", SmallSet.blobs(4), "0" + BOX + "1" + BOX);
    second.picture("val/d", SmallSet.blobs(5), "");
  }

  private MergeReport merge(MergeOptions options, DatasetConfig... sets) throws IOException {
    return DatasetMerge.write(
        List.of(sets), options, ScanCache.none(), temporary.resolve("out"), (done, total) -> {});
  }

  private static Map<String, List<Integer>> read(MergeReport report, Split split)
      throws IOException {
    DatasetConfig config = DatasetConfig.read(report.file());
    Path images = config.root().resolve("images").resolve(split.key());
    Map<String, List<Integer>> read = new TreeMap<>();
    for (Sample sample : Dataset.scan(config, split, ScanOptions.defaults()).samples()) {
      read.put(
          images.relativize(sample.image()).toString(),
          sample.labels().stream().map(Label::classId).toList());
    }
    return read;
  }

  @Test
  void write_twoSets_joinsPartsAndClassesByName() throws IOException {
    MergeReport report =
        merge(MergeOptions.defaults(), first.config("cat, dog"), second.config("dog, cow"));
    assertThat(report.written().classNames()).containsExactly("cat", "dog", "cow");
    assertThat(read(report, Split.TRAIN))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "first/a.png", List.of(0),
                "first/b.png", List.of(1),
                "second/a.png", List.of(1, 2)));
    assertThat(read(report, Split.VAL))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("first/c.png", List.of(0), "second/d.png", List.of()));
    assertThat(report.leftOut()).isEmpty();
    assertThat(report.alike()).isZero();
  }

  @Test
  void write_mapping_renamesAndUnifies_inOneSetWhereItSaysSo() throws IOException {
    MergeReport report =
        merge(
            MergeOptions.defaults()
                .withMapping(Map.of("2:dog", "wolf", "cat", "pet", "cow", "pet")),
            first.config("cat, dog"),
            second.config("dog, cow"));
    assertThat(report.written().classNames()).containsExactly("pet", "dog", "wolf");
    assertThat(read(report, Split.TRAIN)).containsEntry("second/a.png", List.of(2, 0));
  }

  @Test
  void write_names_leaveOtherClassesOut() throws IOException {
    MergeReport report =
        merge(
            MergeOptions.defaults().withClassNames(List.of("cow")),
            first.config("cat, dog"),
            second.config("dog, cow"));
    assertThat(read(report, Split.TRAIN))
        .containsEntry("first/a.png", List.of())
        .containsEntry("second/a.png", List.of(0));
  }

  @Test
  void write_conflictingNames_areRefusedUntilMapped() throws IOException {
    DatasetConfig one = first.config("rolled-in_scale, dog");
    DatasetConfig two = second.config("Rolled in scale, dog");
    assertThatThrownBy(() -> merge(MergeOptions.defaults(), one, two))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            "class 'rolled-in_scale' of %s and class 'Rolled in scale' of %s have conflicting names: map one to the other if they are the same, or each to itself if they are not",
            one.file(), two.file());
    assertThat(temporary.resolve("out")).doesNotExist();
    MergeReport same =
        merge(
            MergeOptions.defaults().withMapping(Map.of("Rolled in scale", "rolled-in_scale")),
            one,
            two);
    assertThat(same.written().classNames()).containsExactly("rolled-in_scale", "dog");
  }

  @Test
  void write_namesEachMappedToItself_stayTwoClasses() throws IOException {
    MergeReport report =
        merge(
            MergeOptions.defaults().withMapping(Map.of("Cat", "Cat", "cat", "cat")),
            first.config("cat, dog"),
            second.config("Cat, dog"));
    assertThat(report.written().classNames()).containsExactly("cat", "dog", "Cat");
  }

  @Test
  void write_unknownNames_areRefusedWithTheNearest() throws IOException {
    DatasetConfig one = first.config("cat, dog");
    assertThatThrownBy(() -> merge(MergeOptions.defaults().withMapping(Map.of("cot", "x")), one))
        .hasMessage("no data set has a class 'cot' to map to 'x'; the nearest are [cat, dog]");
    assertThatThrownBy(() -> merge(MergeOptions.defaults().withClassNames(List.of("cow")), one))
        .hasMessage("no data set has a class 'cow'; the nearest are [cat, dog]");
  }

  @Test
  void write_repeatedPictures_stayOnce_whereTheyAreMeasuredOn() throws IOException {
    // The second set's training has the first's validation picture, its training picture with the
    // same and with another label, and one that looks the same as a validation picture.
    Path leak = second.picture("train/c", SmallSet.blobs(3), "0" + BOX);
    Path repeated = second.picture("train/r", SmallSet.blobs(1), "0" + BOX);
    Path other = second.picture("train/s", SmallSet.blobs(2), "0" + BOX);
    Path near = second.picture("train/t", SmallSet.darker(SmallSet.blobs(5)), "0" + BOX);
    second.picture("train/u", SmallSet.darker(SmallSet.blobs(4)), "0" + BOX);
    MergeReport report =
        merge(MergeOptions.defaults(), first.config("cat, dog"), second.config("cat, dog"));
    assertThat(report.leftOut().stream().map(MergeReport.LeftOut::picture))
        .containsExactlyInAnyOrder(leak, repeated, other, near);
    assertThat(report.count(Reason.REPEATED)).isEqualTo(2);
    assertThat(report.count(Reason.OTHER_LABELS)).isEqualTo(1);
    assertThat(report.count(Reason.LOOKS_THE_SAME)).isEqualTo(1);
    assertThat(report.alike()).isEqualTo(1);
    assertThat(read(report, Split.TRAIN).keySet())
        .containsExactly("first/a.png", "first/b.png", "second/a.png", "second/u.png");
    assertThat(read(report, Split.VAL).keySet()).containsExactly("first/c.png", "second/d.png");
  }

  @Test
  void write_keepRepeated_keepsThemWithinAPartAlone() throws IOException {
    second.picture("train/c", SmallSet.blobs(3), "0" + BOX);
    second.picture("train/r", SmallSet.blobs(1), "0" + BOX);
    MergeReport report =
        merge(
            MergeOptions.defaults().withKeepRepeated(true),
            first.config("cat, dog"),
            second.config("cat, dog"));
    assertThat(report.leftOut()).hasSize(1);
    assertThat(read(report, Split.TRAIN).keySet())
        .containsExactly("first/a.png", "first/b.png", "second/a.png", "second/r.png");
  }

  @Test
  void write_namesThatBothPartsHave_keepTheirParts() throws IOException {
    first.picture("val/a", SmallSet.blobs(9), "1" + BOX);
    MergeReport report = merge(MergeOptions.defaults(), first.config("cat, dog"));
    assertThat(read(report, Split.TRAIN).keySet())
        .containsExactly("first/train/a.png", "first/train/b.png");
    assertThat(read(report, Split.VAL).keySet())
        .containsExactly("first/val/a.png", "first/val/c.png");
  }

  @Test
  void write_overlappingParts_orASetTwice_areRefused() throws IOException {
    DatasetConfig one = first.config("cat, dog");
    assertThatThrownBy(() -> merge(MergeOptions.defaults(), one, one))
        .hasMessage(
            "%s and %s have the same file %s; a set must not be merged with itself",
            one.file(), one.file(), first.folder().resolve("images/train/a.png"));
    Path file = first.folder().resolve("overlap.yaml");
    Files.writeString(file, "train: images/train\nval: images/train\nnames: [cat, dog]\n");
    DatasetConfig overlapping = DatasetConfig.read(file);
    assertThatThrownBy(() -> merge(MergeOptions.defaults(), overlapping))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            "%s: %s is in 'train' and in 'val'; a data set whose parts overlap must be divided anew before",
            file, first.folder().resolve("images/train/a.png"));
  }

  @Test
  void write_usersFiles_stayAsTheyAre() throws IOException {
    DatasetConfig one = first.config("cat, dog");
    DatasetConfig two = second.config("dog, cow");
    Map<String, byte[]> before = contents();
    merge(MergeOptions.defaults(), one, two);
    Map<String, byte[]> after = contents();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((name, bytes) -> assertThat(after.get(name)).isEqualTo(bytes));
  }

  private Map<String, byte[]> contents() throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (SmallSet set : List.of(first, second)) {
      try (Stream<Path> files = Files.walk(set.folder())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          contents.put(file.toString(), Files.readAllBytes(file));
        }
      }
    }
    return contents;
  }
}
