package io.yolo4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.SmallSet;
import io.yolo4j.data.Split;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleGroupsTest {
  @TempDir Path temporary = Path.of("");
  private Dataset training = new Dataset("", List.of(), List.of(), List.of());
  private Dataset validation = training;

  @BeforeEach
  void setUp() throws IOException {
    SmallSet set = new SmallSet(temporary.resolve("set"));
    set.picture("train/a", SmallSet.blobs(1), "0 0.5 0.5 0.2 0.2\n");
    set.picture("train/b", SmallSet.blobs(2), "0 0.5 0.5 0.2 0.2\n");
    set.picture("train/c", SmallSet.darker(SmallSet.blobs(1)), "0 0.5 0.5 0.2 0.2\n");
    set.picture("train/d", SmallSet.blobs(3), "0 0.5 0.5 0.2 0.2\n");
    set.picture("train/e", SmallSet.darker(SmallSet.blobs(4)), "0 0.5 0.5 0.2 0.2\n");
    set.picture("val/f", SmallSet.blobs(3), "0 0.5 0.5 0.2 0.2\n");
    set.picture("val/g", SmallSet.blobs(4), "0 0.5 0.5 0.2 0.2\n");
    DatasetConfig config = set.config("cat");
    training = Dataset.scan(config, Split.TRAIN, ScanOptions.defaults());
    validation = Dataset.scan(config, Split.VAL, ScanOptions.defaults());
  }

  private static List<String> names(List<Sample> samples) {
    return samples.stream().map(sample -> sample.image().getFileName().toString()).toList();
  }

  private SampleGroups groups(Duplicates duplicates) {
    return SampleGroups.of(training, List.of(validation), duplicates, (done, total) -> {});
  }

  @Test
  void of_near_groupsWhatLooksTheSame_andLeavesOutWhatOthersHave() {
    SampleGroups found = groups(Duplicates.NEAR);
    assertThat(found.groups().stream().map(SampleGroupsTest::names))
        .containsExactly(List.of("a.png", "c.png"), List.of("b.png"));
    assertThat(found.overlaps().stream().map(one -> one.sample().image().getFileName().toString()))
        .containsExactly("d.png", "e.png");
    assertThat(found.overlaps().get(0).other()).endsWith(Path.of("f.png"));
  }

  @Test
  void of_exact_groupsPixelsAlone() {
    SampleGroups found = groups(Duplicates.EXACT);
    assertThat(found.groups().stream().map(SampleGroupsTest::names))
        .containsExactly(List.of("a.png"), List.of("b.png"), List.of("c.png"), List.of("e.png"));
    assertThat(found.overlaps()).hasSize(1);
  }

  @Test
  void of_ignored_onlyTheSameFileOverlaps() {
    assertThat(groups(Duplicates.IGNORE).groups()).hasSize(5);
    SampleGroups same =
        SampleGroups.of(training, List.of(training), Duplicates.IGNORE, (done, total) -> {});
    assertThat(same.groups()).isEmpty();
    assertThat(same.overlaps())
        .hasSize(5)
        .allMatch(one -> one.other().equals(one.sample().image()));
  }

  @Test
  void of_unreadablePicture_isLeftOutAndTold() throws IOException {
    Path cut = training.samples().get(1).image();
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    SampleGroups found = groups(Duplicates.NEAR);
    assertThat(found.groups()).hasSize(1);
    assertThat(found.issues()).hasSize(1);
    assertThat(found.issues().get(0).file()).isEqualTo(cut);
  }

  @Test
  void write_subset_putsItInPlaceOfThePart() throws IOException {
    Map<Split, Dataset> parts = new EnumMap<>(Split.class);
    parts.put(Split.TRAIN, training);
    parts.put(Split.VAL, validation);
    SubsetOptions options = SubsetOptions.perClass(2);
    StratifiedSubset subset =
        StratifiedSubset.of(groups(Duplicates.NEAR).groups(), List.of("cat"), options);
    Path file = SubsetFiles.write(parts, Split.TRAIN, subset, options, temporary.resolve("subset"));
    assertThat(
            Dataset.scan(DatasetConfig.read(file), Split.TRAIN, ScanOptions.defaults()).samples())
        .isEqualTo(subset.samples())
        .hasSize(2);
    assertThat(Dataset.scan(DatasetConfig.read(file), Split.VAL, ScanOptions.defaults()).samples())
        .isEqualTo(validation.samples());
    assertThat(temporary.resolve("subset/manifest.json"))
        .content()
        .contains("\"per_class\" : 2", "\"pictures\" : 2");
  }
}
