package io.yolo4j.data.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.ScanCache;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCheckTest {
  @TempDir Path folder = Path.of("");

  private Path picture(String name, long seed, String labels) throws IOException {
    Path file = folder.resolve("images").resolve(name);
    Files.createDirectories(file.getParent());
    ImageWriter.write(Pictures.random(24, 24, seed), file);
    Path text = folder.resolve("labels").resolve(name.substring(0, name.lastIndexOf('.')) + ".txt");
    Files.createDirectories(text.getParent());
    Files.writeString(text, labels);
    return file;
  }

  private CheckReport check(String yaml, boolean thorough) throws IOException {
    Path file = Files.writeString(folder.resolve("data.yaml"), yaml + "\nnames: [cat, dog]\n");
    return DatasetCheck.run(
        DatasetConfig.read(file),
        ScanOptions.defaults(),
        ScanCache.none(),
        thorough,
        (done, total) -> {});
  }

  @Test
  void run_goodDataSet_findsNothing() throws IOException {
    picture("train/a.png", 1, "0 0.5 0.5 0.2 0.2\n");
    picture("val/b.png", 2, "");
    CheckReport report = check("train: images/train\nval: images/val", true);
    assertThat(report.good()).isTrue();
    assertThat(report.issues()).isEmpty();
    assertThat(report.parts().stream().map(CheckReport.Part::split))
        .containsExactly(Split.TRAIN, Split.VAL);
  }

  @Test
  void run_equalPictures_areDuplicatesOrShared() throws IOException {
    Path a = picture("train/a.png", 1, "");
    Path b = picture("train/b.png", 1, "");
    Path c = picture("val/c.png", 1, "");
    picture("val/d.png", 2, "");
    CheckReport report = check("train: images/train\nval: images/val", true);
    assertThat(report.parts().get(0).issues())
        .containsExactly(
            new DataIssue(DataIssue.Kind.DUPLICATE_IMAGE, b, 0, "has the same pixels as " + a));
    assertThat(report.parts().get(1).issues()).isEmpty();
    assertThat(report.shared())
        .containsExactly(
            new DataIssue(
                DataIssue.Kind.SHARED_IMAGE,
                c,
                0,
                "is in 'val' and has the same pixels as " + a + " in 'train'"));
    assertThat(report.issues()).hasSize(2);
    assertThat(report.good()).isFalse();
    assertThat(check("train: images/train\nval: images/val", false).good()).isTrue();
  }

  @Test
  void run_sameFilesInTwoParts_isOneSentence() throws IOException {
    Path a = picture("train/a.png", 1, "");
    picture("train/b.png", 2, "");
    picture("more/c.png", 3, "");
    CheckReport report =
        check(
            "train: images/train\nval: images/train\ntest: [images/train/b.png, images/more]",
            true);
    assertThat(report.shared().stream().map(DataIssue::message))
        .containsExactly(
            "2 of the 2 pictures of 'val' are in 'train' too, the first is " + a,
            "1 of the 2 pictures of 'test' are in 'train' too, the first is "
                + folder.resolve("images/train/b.png"),
            "1 of the 2 pictures of 'test' are in 'val' too, the first is "
                + folder.resolve("images/train/b.png"));
    assertThat(report.parts()).allMatch(part -> part.issues().isEmpty());
  }

  @Test
  void run_cutPicture_isFoundByDecoding() throws IOException {
    picture("train/a.png", 1, "0 0.5 0.5 0.2 0.2\n");
    Path cut = picture("train/b.png", 2, "0 0.5 0.5 0.2 0.2\n");
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 6));
    assertThat(check("train: images/train", false).good()).isTrue();
    CheckReport.Part part = check("train: images/train", true).parts().get(0);
    assertThat(part.issues()).hasSize(1);
    assertThat(part.issues().get(0).toString())
        .startsWith(cut + ": cannot read picture: the file is cut off after");
    assertThat(Objects.requireNonNull(part.dataset()).samples()).hasSize(1);
  }

  @Test
  void run_partsThatCannotBeUsed_areReportedBesideOthers() throws IOException {
    picture("train/a.png", 1, "5 0.5 0.5 0.2 0.2\n");
    Files.createDirectories(folder.resolve("images/empty"));
    Path nolabels = folder.resolve("images/nolabels/a.png");
    Files.createDirectories(nolabels.getParent());
    ImageWriter.write(Pictures.random(24, 24, 3), nolabels);
    CheckReport report =
        check("train: images/train\nval: images/empty\ntest: images/nolabels", true);
    assertThat(report.parts().get(0).issues())
        .containsExactly(
            new DataIssue(
                DataIssue.Kind.UNKNOWN_CLASS,
                folder.resolve("labels/train/a.txt"),
                1,
                "the class must be a number from 0 to 1, got 5"));
    assertThat(report.parts().get(1).error())
        .startsWith(
            folder.resolve("data.yaml")
                + ": key 'val': "
                + folder.resolve("images/empty")
                + " holds no pictures");
    assertThat(report.parts().get(1).good()).isFalse();
    assertThat(report.parts().get(2).issues().get(0).toString())
        .startsWith(folder.resolve("labels/nolabels") + ": there is no such folder of labels");
    assertThat(check("val: images/nowhere", true).parts().get(0).error())
        .endsWith(folder.resolve("images/nowhere") + " does not exist");
  }

  @Test
  void run_progress_countsEachPictureOnce() throws IOException {
    picture("train/a.png", 1, "");
    picture("train/b.png", 2, "");
    Path file =
        Files.writeString(
            folder.resolve("data.yaml"), "train: images/train\nval: images/train\nnames: [cat]\n");
    AtomicInteger last = new AtomicInteger();
    CheckReport report =
        DatasetCheck.run(
            DatasetConfig.read(file),
            ScanOptions.defaults(),
            ScanCache.none(),
            true,
            (done, total) -> {
              assertThat(total).isEqualTo(2);
              last.accumulateAndGet(done, Math::max);
            });
    assertThat(last).hasValue(2);
    List<Dataset> datasets =
        report.parts().stream().map(part -> Objects.requireNonNull(part.dataset())).toList();
    assertThat(datasets).allMatch(dataset -> dataset.samples().size() == 2);
  }
}
