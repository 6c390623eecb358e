package io.yolo4j.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Label;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteelDatasetTest {
  private static final SynthOptions SMALL =
      SynthOptions.defaults().withPictures(40).withSize(64).withSeed(9);

  @TempDir Path folder = Path.of("");

  @Test
  void write_aSmallSet_isScannedWithoutAnIssue() throws IOException {
    List<Integer> heard = new ArrayList<>();
    Path file =
        SteelDataset.write(
            folder.resolve("new/set"),
            SMALL,
            (done, total) -> {
              assertThat(total).isEqualTo(40);
              heard.add(done);
            });
    assertThat(file).isEqualTo(folder.resolve("new/set/data.yaml"));
    assertThat(heard).isEqualTo(IntStream.rangeClosed(1, 40).boxed().toList());
    DatasetConfig config = DatasetConfig.read(file);
    assertThat(config.names())
        .containsExactly(
            "crazing", "inclusion", "patches", "pitted_surface", "rolled-in_scale", "scratches");
    assertPart(Dataset.scan(config, Split.TRAIN, ScanOptions.defaults()), 32, 3);
    assertPart(Dataset.scan(config, Split.VAL, ScanOptions.defaults()), 8, 1);
  }

  private static void assertPart(Dataset part, int pictures, int clean) {
    assertThat(part.issues()).isEmpty();
    assertThat(part.samples()).hasSize(pictures);
    assertThat(part.samples()).allSatisfy(s -> assertThat(s.size()).hasToString("64x64"));
    assertThat(part.samples().stream().filter(s -> s.labels().isEmpty()).count())
        .isBetween(clean - 1L, clean + 1L);
    assertThat(part.samples()).allSatisfy(s -> assertThat(s.labels()).hasSizeLessThan(5));
  }

  @Test
  void write_labels_areThoseOfThePicturesDrawn() throws IOException {
    DatasetConfig config =
        DatasetConfig.read(SteelDataset.write(folder.resolve("set"), SMALL, SynthListener.none()));
    Dataset val = Dataset.scan(config, Split.VAL, ScanOptions.defaults());
    long seed = DefectPlan.seed(SMALL, Split.VAL);
    List<List<DefectKind>> plan = DefectPlan.of(SMALL, Split.VAL, 8);
    for (int i = 0; i < 8; i++) {
      List<Label> drawn = SteelSurface.draw(seed, i, 64, plan.get(i)).labels();
      List<Label> read = val.samples().get(i).labels();
      assertThat(read).hasSameSizeAs(drawn);
      for (int k = 0; k < drawn.size(); k++) {
        assertThat(read.get(k).classId()).isEqualTo(drawn.get(k).classId());
        assertThat(read.get(k).box().centreX() - drawn.get(k).box().centreX())
            .isBetween(-1e-6, 1e-6);
        assertThat(read.get(k).box().height() - drawn.get(k).box().height()).isBetween(-1e-6, 1e-6);
      }
    }
  }

  @Test
  void write_anyNumberOfThreads_givesTheSameFiles() throws Exception {
    SynthOptions options = SMALL.withPictures(12);
    assertThat(files("one", options, 1)).isEqualTo(files("four", options, 4)).hasSize(25);
  }

  /** Returns the content of all files by name. */
  private Map<String, List<Byte>> files(String name, SynthOptions options, int threads)
      throws Exception {
    Path root = folder.resolve(name);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      pool.submit(() -> SteelDataset.write(root, options, SynthListener.none())).get();
    } finally {
      pool.shutdown();
    }
    Map<String, List<Byte>> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        List<Byte> content = new ArrayList<>();
        for (byte value : Files.readAllBytes(path)) {
          content.add(value);
        }
        files.put(root.relativize(path).toString(), content);
      }
    }
    return files;
  }

  @Test
  void plan_ofManyPictures_isBalancedAndHasItsShareOfCleanSheets() {
    SynthOptions options = SynthOptions.defaults().withCleanShare(0.15);
    for (long seed = 0; seed < 20; seed++) {
      List<List<DefectKind>> plan = DefectPlan.of(options.withSeed(seed), Split.TRAIN, 400);
      assertThat(plan.stream().filter(List::isEmpty).count()).isBetween(59L, 61L);
      Map<DefectKind, Integer> counts = new EnumMap<>(DefectKind.class);
      plan.forEach(kinds -> kinds.forEach(kind -> counts.merge(kind, 1, Integer::sum)));
      assertThat(counts).hasSize(6);
      int most = counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
      assertThat(counts.values()).allSatisfy(n -> assertThat(n).isBetween(most - 4, most));
      for (int defects = 1; defects <= SteelSurface.MOST_DEFECTS; defects++) {
        int wanted = defects;
        assertThat(plan.stream().filter(kinds -> kinds.size() == wanted)).isNotEmpty();
      }
    }
  }

  @Test
  void plan_extremeShares_areKept() {
    SynthOptions options = SynthOptions.defaults();
    assertThat(DefectPlan.of(options.withCleanShare(0), Split.VAL, 50)).doesNotContain(List.of());
    assertThat(DefectPlan.of(options.withCleanShare(1), Split.VAL, 50)).containsOnly(List.of());
  }

  @Test
  void plan_longer_beginsWithTheShorter() {
    List<List<DefectKind>> longer = DefectPlan.of(SMALL, Split.TRAIN, 100);
    assertThat(DefectPlan.of(SMALL, Split.TRAIN, 30)).isEqualTo(longer.subList(0, 30));
    assertThat(DefectPlan.of(SMALL, Split.VAL, 30)).isNotEqualTo(longer.subList(0, 30));
    assertThat(DefectPlan.seed(SMALL, Split.VAL)).isNotEqualTo(DefectPlan.seed(SMALL, Split.TRAIN));
  }

  @Test
  void write_folderHoldsSomething_isRefusedAndLeftAlone() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> SteelDataset.write(folder, SMALL, SynthListener.none()))
        .isInstanceOf(DatasetException.class)
        .hasMessage(folder + ": the folder must be new or empty, it holds mine.txt");
    Files.createDirectory(folder.resolve("z"));
    assertThatThrownBy(() -> SteelDataset.write(folder, SMALL, SynthListener.none()))
        .hasMessage(folder + ": the folder must be new or empty, it holds mine.txt and more");
    assertThatThrownBy(() -> SteelDataset.write(mine, SMALL, SynthListener.none()))
        .isInstanceOf(DatasetException.class)
        .hasMessage(mine + ": must be a folder, is a file");
    assertThat(folder.resolve("images")).doesNotExist();
    assertThat(mine).hasContent("mine");
  }

  @Test
  void options_outOfRange_areRefused() {
    SynthOptions options = SynthOptions.defaults();
    assertThatThrownBy(() -> options.withPictures(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pictures must be at least 2, got 1");
    assertThatThrownBy(() -> options.withSize(5000))
        .hasMessage("size must lie in 64 to 4096 pixels, got 5000");
    assertThatThrownBy(() -> options.withCleanShare(Double.NaN))
        .hasMessage("cleanShare must lie in 0 to 1, got NaN");
    assertThatThrownBy(() -> options.withValShare(1))
        .hasMessage("valShare must be over 0 and under 1, got 1.0");
  }

  @Test
  void options_parts_alwaysHaveAPictureEach() {
    SynthOptions options = SynthOptions.defaults();
    assertThat(options.trainPictures()).isEqualTo(400);
    assertThat(options.valPictures()).isEqualTo(100);
    assertThat(options.withPictures(2).withValShare(0.999).trainPictures()).isEqualTo(1);
    assertThat(options.withPictures(2).withValShare(0.001).valPictures()).isEqualTo(1);
  }
}
