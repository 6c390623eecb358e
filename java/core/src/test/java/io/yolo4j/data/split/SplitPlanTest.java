package io.yolo4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.data.split.SplitOptions.Duplicates;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitPlanTest {
  @TempDir Path temporary = Path.of("");
  private Path folder = Path.of("");

  @BeforeEach
  void setUp() throws IOException {
    folder = Files.createDirectory(temporary.resolve("set"));
    for (int i = 0; i < 30; i++) {
      // 0 and 20, 1 and 21 … have the same pixels.
      picture(String.format(Locale.ROOT, "p%02d", i), i % 20, i % 3 + " 0.5 0.5 0.2 0.2\n");
    }
    Files.writeString(folder.resolve("data.yaml"), "train: images\nnames: [cat, dog, cow]\n");
  }

  private void picture(String name, long seed, String labels) throws IOException {
    Files.createDirectories(folder.resolve("images"));
    Files.createDirectories(folder.resolve("labels"));
    ImageWriter.write(Pictures.random(16, 16, seed), folder.resolve("images/" + name + ".png"));
    Files.writeString(folder.resolve("labels/" + name + ".txt"), labels);
  }

  private DatasetConfig config() throws IOException {
    return DatasetConfig.read(folder.resolve("data.yaml"));
  }

  private SplitPlan plan(SplitOptions options) throws IOException {
    return SplitPlan.of(
        config(), ScanOptions.defaults(), ScanCache.none(), options, (done, total) -> {});
  }

  private static Split part(SplitPlan plan, String name) {
    return plan.entries().stream()
        .filter(entry -> entry.sample().image().endsWith(name + ".png"))
        .findFirst()
        .orElseThrow()
        .split();
  }

  @Test
  void of_dataSet_isDividedCompletelyWithEqualPicturesTogether() throws IOException {
    SplitPlan plan = plan(SplitOptions.defaults().withShares(.2, .2));
    assertThat(plan.entries()).hasSize(30);
    assertThat(plan.parts()).containsOnlyKeys(Split.TRAIN, Split.VAL, Split.TEST);
    assertThat(plan.parts().values().stream().mapToInt(List::size).sum()).isEqualTo(30);
    for (int i = 0; i < 10; i++) {
      assertThat(part(plan, "p2" + i)).isEqualTo(part(plan, "p0" + i));
    }
    assertThat(plan.entries().stream().filter(SplitPlan.Entry::repeats)).hasSize(10);
    assertThat(plan.entries().get(20).group()).isEqualTo(folder.resolve("images/p00.png"));
  }

  @Test
  void of_duplicatesIgnored_areOnTheirOwn() throws IOException {
    SplitPlan plan =
        plan(SplitOptions.defaults().withShares(.5, 0).withDuplicates(Duplicates.IGNORE));
    assertThat(plan.entries().stream().filter(SplitPlan.Entry::repeats)).isEmpty();
    assertThat(Stream.iterate(0, i -> i + 1).limit(10))
        .anyMatch(i -> part(plan, "p2" + i) != part(plan, "p0" + i));
    assertThat(plan.parts()).containsOnlyKeys(Split.TRAIN, Split.VAL);
  }

  @Test
  void of_sameSeed_isTheSameInAnotherPlace() throws IOException {
    SplitOptions options = SplitOptions.defaults().withShares(.3, 0).withSeed(5);
    List<Split> first = plan(options).entries().stream().map(SplitPlan.Entry::split).toList();
    Path moved = temporary.resolve("moved");
    Files.move(folder, moved);
    folder = moved;
    assertThat(plan(options).entries().stream().map(SplitPlan.Entry::split)).isEqualTo(first);
    assertThat(plan(options.withSeed(6)).entries().stream().map(SplitPlan.Entry::split))
        .isNotEqualTo(first);
  }

  @Test
  void of_unusablePictures_areLeftOutAndReported() throws IOException {
    Files.delete(folder.resolve("labels/p03.txt"));
    Files.writeString(folder.resolve("images/p04.png"), "no picture");
    SplitPlan plan = plan(SplitOptions.defaults());
    assertThat(plan.entries()).hasSize(28);
    assertThat(plan.issues()).hasSize(2);
  }

  @Test
  void of_fewerPicturesThanParts_isRefused() throws IOException {
    Files.writeString(folder.resolve("data.yaml"), "train: images/p00.png\nnames: [cat]\n");
    assertThatThrownBy(() -> plan(SplitOptions.defaults()))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            folder.resolve("data.yaml")
                + ": a data set for 2 parts must have at least as many usable pictures, has 1");
  }

  @Test
  void options_badShares_areRefused() {
    for (double[] shares : new double[][] {{0, 0}, {.5, .5}, {-.1, .5}, {Double.NaN, 0}, {1, 0}}) {
      assertThatThrownBy(() -> SplitOptions.defaults().withShares(shares[0], shares[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the shares of val and test must be at least 0 and their sum over 0 and under 1, got %s and %s",
              shares[0], shares[1]);
    }
  }

  @Test
  void write_files_areReadBackAndMoveTogether() throws IOException {
    SplitPlan plan = plan(SplitOptions.defaults().withShares(.2, .1).withSeed(4));
    Path out = temporary.resolve("parts");
    SplitFiles.check(out, config(), false);
    Path file = SplitFiles.write(plan, out);
    assertThat(file).isEqualTo(out.resolve("data.yaml"));
    assertThat(Files.readAllLines(out.resolve("val.txt")))
        .allMatch(line -> line.matches("\\./\\.\\./set/images/p\\d\\d\\.png"));
    JsonNode manifest = new ObjectMapper().readTree(out.resolve("manifest.json").toFile());
    assertThat(manifest.get("seed").asInt()).isEqualTo(4);
    assertThat(manifest.get("val_share").asDouble()).isEqualTo(.2);
    assertThat(manifest.get("duplicates").asText()).isEqualTo("exact");
    assertThat(manifest.get("names")).hasSize(3);
    assertThat(manifest.get("files")).hasSize(30);
    JsonNode repeated = manifest.at("/files/20");
    assertThat(repeated.get("file").asText()).isEqualTo("./../set/images/p20.png");
    assertThat(repeated.get("same_as").asText()).isEqualTo("./../set/images/p00.png");
    assertThat(repeated.get("hash").asText()).isEqualTo(manifest.at("/files/0/hash").asText());
    assertThat(repeated.get("classes").get(0).asInt()).isEqualTo(2);
    String before = Files.readString(out.resolve("manifest.json"));
    SplitFiles.write(plan(SplitOptions.defaults().withShares(.2, .1).withSeed(4)), out);
    assertThat(out.resolve("manifest.json")).content().isEqualTo(before);

    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.move(folder, elsewhere.resolve("set"));
    Files.move(out, elsewhere.resolve("parts"));
    DatasetConfig moved = DatasetConfig.read(elsewhere.resolve("parts/data.yaml"));
    List<Path> all = new ArrayList<>();
    for (Split split : Split.values()) {
      Dataset dataset = Dataset.scan(moved, split, ScanOptions.defaults());
      assertThat(dataset.issues()).isEmpty();
      assertThat(dataset.samples()).hasSameSizeAs(plan.parts().get(split));
      dataset.samples().forEach(sample -> all.add(sample.image()));
    }
    assertThat(all).hasSize(30).doesNotHaveDuplicates();
  }

  @Test
  void write_folderElsewhere_namesPicturesWhole() throws IOException {
    Path out = temporary.resolve("a/b/parts");
    SplitFiles.write(plan(SplitOptions.defaults()), out);
    assertThat(Files.readAllLines(out.resolve("train.txt")))
        .allMatch(line -> Path.of(line).isAbsolute());
  }

  @Test
  void check_folder_isNewOrEmptyAndNotTheOneRead() throws IOException {
    Path out = Files.createDirectory(temporary.resolve("out"));
    SplitFiles.check(out, config(), false);
    Files.writeString(out.resolve("mine"), "");
    assertThatThrownBy(() -> SplitFiles.check(out, config(), false))
        .isInstanceOf(DatasetException.class)
        .hasMessage(out + ": the folder is not empty; name another one, or overwrite by force");
    SplitFiles.check(out, config(), true);
    assertThatThrownBy(() -> SplitFiles.check(folder, config(), true))
        .hasMessage(
            folder
                + ": must be another folder than that of "
                + folder.resolve("data.yaml")
                + ", which is read");
    Files.writeString(out.resolve("train.txt"), folder.resolve("images/p00.png").toString());
    Files.writeString(
        folder.resolve("data.yaml"), "train: ../out/train.txt\nnames: [cat, dog, cow]\n");
    assertThatThrownBy(() -> SplitFiles.check(out, config(), true))
        .hasMessageContaining(out.resolve("train.txt") + ", which is read");
    Path file = out.resolve("mine");
    assertThatThrownBy(() -> SplitFiles.check(file, config(), true))
        .hasMessage(file + ": must be a folder, is a file");
  }
}
