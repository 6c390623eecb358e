package io.yolo4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.SmallSet;
import io.yolo4j.data.Split;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldPlanTest {
  private static final int FOLDS = 3;

  @TempDir Path temporary = Path.of("");
  private SmallSet set = new SmallSet(Path.of(""));

  @BeforeEach
  void setUp() throws IOException {
    set = new SmallSet(temporary.resolve("set"));
    for (int i = 0; i < 15; i++) {
      String part = i < 12 ? "train/" : "val/";
      set.picture(part + "p" + i, SmallSet.blobs(i), i % 3 + " 0.5 0.5 0.2 0.2\n");
    }
    set.picture("val/twin", SmallSet.darker(SmallSet.blobs(4)), "1 0.5 0.5 0.2 0.2\n");
  }

  private FoldPlan plan(DatasetConfig config, Duplicates duplicates, int folds) throws IOException {
    return FoldPlan.of(
        config,
        ScanOptions.defaults(),
        ScanCache.none(),
        new FoldPlan.Options(folds, duplicates, 1),
        (done, total) -> {});
  }

  private static int fold(FoldPlan plan, String name) {
    return plan.entries().stream()
        .filter(entry -> entry.sample().image().endsWith(name + ".png"))
        .findFirst()
        .orElseThrow()
        .fold();
  }

  @Test
  void of_dataSet_everyPictureIsMeasuredOnOnceAndLearntFromInAllOthers() throws IOException {
    FoldPlan plan = plan(set.config("a, b, c"), Duplicates.NEAR, FOLDS);
    List<Sample> measured = new ArrayList<>();
    for (int fold = 0; fold < FOLDS; fold++) {
      Set<Sample> training = new HashSet<>(plan.training(fold));
      assertThat(training).doesNotContainAnyElementsOf(plan.validation(fold));
      assertThat(training.size() + plan.validation(fold).size()).isEqualTo(16);
      measured.addAll(plan.validation(fold));
      for (int id = 0; id < 3; id++) {
        int wanted = id;
        assertThat(plan.validation(fold))
            .filteredOn(sample -> sample.labels().get(0).classId() == wanted)
            .hasSizeBetween(1, 2);
      }
    }
    assertThat(measured).hasSize(16).doesNotHaveDuplicates();
    assertThat(fold(plan, "twin")).isEqualTo(fold(plan, "p4"));
    assertThat(plan(set.config("a, b, c"), Duplicates.NEAR, FOLDS)).isEqualTo(plan);
  }

  @Test
  void of_picturesThatTheLastTestHas_areLeftOut() throws IOException {
    set.picture("test/same", SmallSet.blobs(7), "");
    set.config("a, b, c");
    Path file = set.folder().resolve("data.yaml");
    Files.writeString(file, Files.readString(file) + "test: images/test\n");
    FoldPlan plan = plan(DatasetConfig.read(file), Duplicates.NEAR, FOLDS);
    assertThat(plan.entries()).hasSize(15);
    assertThat(plan.test()).hasSize(1);
    assertThat(plan.overlaps()).hasSize(1);
    assertThat(plan.overlaps().get(0).sample().image()).endsWith(Path.of("p7.png"));
    assertThat(plan.overlaps().get(0).other()).endsWith(Path.of("same.png"));
  }

  @Test
  void of_fewerPicturesThanFolds_isRefused() throws IOException {
    DatasetConfig config = set.config("a, b, c");
    assertThatThrownBy(() -> plan(config, Duplicates.NEAR, 16))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            config.file()
                + ": 16 folds need at least as many different pictures in 'train' and 'val', there are 15");
    assertThatThrownBy(() -> new FoldPlan.Options(1, Duplicates.NEAR, 0))
        .hasMessage("there must be at least 2 folds, got 1");
  }

  @Test
  void write_files_areDataSetsThatMoveTogether() throws IOException {
    FoldPlan plan = plan(set.config("a, b, c"), Duplicates.NEAR, FOLDS);
    List<Path> files = FoldFiles.write(plan, temporary.resolve("folds"));
    assertThat(files).hasSize(FOLDS).allMatch(Files::exists);
    Path moved = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.move(temporary.resolve("set"), moved.resolve("set"));
    Files.move(temporary.resolve("folds"), moved.resolve("folds"));
    for (int fold = 0; fold < FOLDS; fold++) {
      DatasetConfig config =
          DatasetConfig.read(moved.resolve("folds/fold" + (fold + 1) + "/data.yaml"));
      Dataset val = Dataset.scan(config, Split.VAL, ScanOptions.defaults());
      assertThat(val.samples().stream().map(sample -> sample.image().getFileName()))
          .containsExactlyInAnyOrderElementsOf(
              plan.validation(fold).stream().map(sample -> sample.image().getFileName()).toList());
      assertThat(Dataset.scan(config, Split.TRAIN, ScanOptions.defaults()).samples())
          .hasSize(plan.training(fold).size());
    }
    assertThat(moved.resolve("folds/manifest.json")).content().contains("\"fold\" : 3", "same_as");
  }
}
