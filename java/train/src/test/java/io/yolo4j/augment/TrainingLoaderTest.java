package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingLoaderTest {
  private static final int PICTURES = 22;
  private static final LoaderOptions OPTIONS = LoaderOptions.of(64, 4).withSeed(3);

  /* Everything on, so that every transform has to be the same every time. */
  private static final AugmentOptions EVERYTHING =
      AugmentOptions.defaults()
          .withGeometry(10, 0.1, 0.5, 3, 0.0002)
          .withFlips(0.5, 0.5)
          .withMosaic(0.8)
          .withMosaic9(0.4)
          .withMixup(0.5)
          .withCopyPaste(0.5)
          .withExtras(0.5, 0.3, 0.3, 0.3);

  @TempDir private Path folder;
  private Dataset dataset;

  @BeforeEach
  void createDataset() throws IOException {
    dataset = SyntheticDataset.create(folder, PICTURES);
  }

  /** What a batch holds, to compare. */
  private record Content(
      int index,
      int images,
      int height,
      int width,
      int hash,
      List<Float> targets,
      List<Path> files) {
    static Content of(TrainingBatch batch) {
      ByteBuffer pixels = batch.pixels();
      byte[] bytes = new byte[pixels.remaining()];
      pixels.get(bytes);
      List<Float> targets = new ArrayList<>();
      for (float value : batch.targets()) {
        targets.add(value);
      }
      return new Content(
          batch.index(),
          batch.images(),
          batch.height(),
          batch.width(),
          Arrays.hashCode(bytes),
          targets,
          batch.files());
    }
  }

  private static List<Content> take(Epoch epoch) {
    List<Content> contents = new ArrayList<>();
    try (epoch) {
      while (epoch.hasNext()) {
        try (TrainingBatch batch = epoch.next()) {
          contents.add(Content.of(batch));
        }
      }
    }
    return contents;
  }

  private List<Content> take(LoaderOptions options, AugmentOptions augment, int epoch, int first) {
    try (TrainingLoader loader = new TrainingLoader(dataset, options, augment)) {
      return take(loader.epoch(epoch, first));
    }
  }

  @Test
  void epoch_anyNumberOfThreads_sameBatches() {
    List<Content> expected = take(OPTIONS.withThreads(0), EVERYTHING, 5, 0);
    assertThat(expected).hasSize(6);
    for (int threads : new int[] {1, 2, 4}) {
      assertThat(take(OPTIONS.withThreads(threads).withPrefetch(threads), EVERYTHING, 5, 0))
          .as(threads + " threads")
          .isEqualTo(expected);
    }
  }

  @Test
  void epoch_memoryCache_sameBatches() {
    assertThat(take(OPTIONS.withMemoryCache().withThreads(2), EVERYTHING, 1, 0))
        .isEqualTo(take(OPTIONS, EVERYTHING, 1, 0));
  }

  @Test
  void epoch_diskCache_sameBatches(@TempDir Path cache) {
    LoaderOptions options = OPTIONS.withDiskCache(cache.resolve("pixels")).withThreads(2);
    List<Content> expected = take(OPTIONS, EVERYTHING, 1, 0);
    assertThat(take(options, EVERYTHING, 1, 0)).isEqualTo(expected);
    assertThat(take(options, EVERYTHING, 1, 0)).isEqualTo(expected);
  }

  @Test
  void epoch_fromTheMiddle_sameBatchesAsStraight() {
    List<Content> straight = take(OPTIONS, EVERYTHING, 2, 0);
    assertThat(take(OPTIONS, EVERYTHING, 2, 3)).isEqualTo(straight.subList(3, 6));
    assertThat(take(OPTIONS, EVERYTHING, 2, 6)).isEmpty();
  }

  @Test
  void epoch_otherSeedOrEpoch_otherBatches() {
    List<Content> batches = take(OPTIONS, EVERYTHING, 0, 0);
    assertThat(take(OPTIONS, EVERYTHING, 1, 0)).isNotEqualTo(batches);
    assertThat(take(OPTIONS.withSeed(4), EVERYTHING, 0, 0)).isNotEqualTo(batches);
  }

  @Test
  void epoch_everyPictureOnce_lastBatchSmaller() {
    List<Content> batches = take(OPTIONS, AugmentOptions.none(), 0, 0);
    assertThat(batches).extracting(Content::images).containsExactly(4, 4, 4, 4, 4, 2);
    assertThat(batches).extracting(Content::index).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(batches.stream().flatMap(b -> b.files().stream()))
        .containsExactlyInAnyOrderElementsOf(
            dataset.samples().stream().map(Sample::image).toList());
  }

  @Test
  void epoch_givenOrder_isFollowedAndRepeatsDiffer() {
    try (TrainingLoader loader = new TrainingLoader(dataset, OPTIONS, EVERYTHING)) {
      List<Content> batches = take(loader.epoch(0, new int[] {5, 5, 5, 5, 5, 5, 5, 5, 2}, 0));
      assertThat(batches).extracting(Content::images).containsExactly(4, 4, 1);
      assertThat(batches.get(2).files()).containsExactly(dataset.samples().get(2).image());
      assertThat(batches.get(0).hash()).isNotEqualTo(batches.get(1).hash());
    }
  }

  @Test
  void epoch_everything_targetsAreInsideAndPointAtTheirImage() {
    for (Content batch : take(OPTIONS, EVERYTHING, 0, 0)) {
      List<Float> targets = batch.targets();
      assertThat(targets.size() % 6).isZero();
      for (int i = 0; i < targets.size(); i += 6) {
        assertThat(targets.get(i)).isBetween(0f, batch.images() - 1f);
        assertThat(targets.get(i + 1)).isBetween(0f, 2f);
        for (int side = 0; side < 2; side++) {
          float centre = targets.get(i + 2 + side);
          float size = targets.get(i + 4 + side);
          assertThat(size).isPositive();
          assertThat(centre - size / 2).isGreaterThanOrEqualTo(-1e-6f);
          assertThat(centre + size / 2).isLessThan(1);
        }
      }
    }
  }

  @Test
  void epoch_withoutAugmentation_isLetterboxedWithItsLabels() {
    try (TrainingLoader loader = new TrainingLoader(dataset, OPTIONS, AugmentOptions.none());
        Epoch epoch = loader.epoch(0, new int[] {3}, 0);
        TrainingBatch batch = epoch.next()) {
      Sample sample = dataset.samples().get(3);
      ImageSize size = sample.size();
      double ratio = 64.0 / Math.max(size.width(), size.height());
      int width = (int) (size.width() * ratio);
      int height = (int) (size.height() * ratio);
      int left = (int) Math.rint((64 - width) / 2.0 - 0.1);
      int top = (int) Math.rint((64 - height) / 2.0 - 0.1);
      assertThat(batch.pixels().get(0) & 0xff).isEqualTo(114);
      float[] targets = batch.targets();
      assertThat(targets).hasSize(6 * sample.labels().size());
      for (int i = 0; i < sample.labels().size(); i++) {
        Label label = sample.labels().get(i);
        assertThat(targets[6 * i + 1]).isEqualTo(label.classId());
        // The box of an outline is found by sampling it.
        double tolerance = label.polygon() == null ? 1e-5 : 1e-3;
        assertThat((double) targets[6 * i + 2])
            .isCloseTo((left + label.box().centreX() * width) / 64, within(tolerance));
        assertThat((double) targets[6 * i + 5])
            .isCloseTo(label.box().height() * height / 64, within(tolerance));
      }
      assertThat(top + height).isLessThanOrEqualTo(64);
    }
  }

  @Test
  void epoch_rectangular_framesFitTheirPictures() {
    LoaderOptions options = OPTIONS.withRectangular(true).withStride(16);
    List<Content> batches = take(options, EVERYTHING, 0, 0);
    assertThat(batches).hasSize(6);
    assertThat(batches).anyMatch(b -> b.width() < 64).anyMatch(b -> b.height() < 64);
    for (Content batch : batches) {
      assertThat(batch.width() % 16).isZero();
      assertThat(batch.height() % 16).isZero();
      assertThat(Math.max(batch.width(), batch.height())).isEqualTo(64);
    }
    assertThat(take(options.withThreads(3), EVERYTHING, 0, 2)).isEqualTo(batches.subList(2, 6));
  }

  @Test
  void epoch_userFiles_areNotChanged() throws IOException {
    Map<String, String> before = state();
    take(OPTIONS.withMemoryCache(), EVERYTHING, 0, 0);
    assertThat(state()).isEqualTo(before);
  }

  private Map<String, String> state() throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        state.put(
            folder.relativize(file).toString(),
            Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return state;
  }

  @Test
  void next_pictureGoneBad_namesTheFileAndGoesOn() throws IOException {
    Path bad = dataset.samples().get(1).image();
    Files.write(bad, new byte[] {1, 2, 3});
    try (TrainingLoader loader = new TrainingLoader(dataset, OPTIONS, AugmentOptions.none());
        Epoch epoch = loader.epoch(0, new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 0)) {
      assertThatThrownBy(epoch::next)
          .isInstanceOf(TrainingImageException.class)
          .hasMessageStartingWith("cannot read picture " + bad + " for training: ")
          .hasMessageEndingWith("; check the data set again to leave it out")
          .extracting(e -> ((TrainingImageException) e).file())
          .isEqualTo(bad);
      try (TrainingBatch batch = epoch.next()) {
        assertThat(batch.index()).isEqualTo(1);
      }
    }
  }

  @Test
  void next_batchesNotClosed_throwsInsteadOfWaiting() {
    try (TrainingLoader loader =
            new TrainingLoader(dataset, OPTIONS.withPrefetch(1), AugmentOptions.none());
        Epoch epoch = loader.epoch(7, 0)) {
      TrainingBatch first = epoch.next();
      TrainingBatch second = epoch.next();
      assertThatThrownBy(epoch::next)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("batch 2 of epoch 7 needs memory: close earlier batches first");
      first.close();
      epoch.next().close();
      second.close();
    }
  }

  @Test
  void pixels_closedBatch_throws() {
    try (TrainingLoader loader = new TrainingLoader(dataset, OPTIONS, AugmentOptions.none());
        Epoch epoch = loader.epoch(0, 1)) {
      TrainingBatch batch = epoch.next();
      assertThat(batch.pixels().isDirect()).isTrue();
      assertThat(batch.pixels().remaining()).isEqualTo(4 * 64 * 64 * 3);
      batch.close();
      batch.close();
      assertThatThrownBy(batch::pixels)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("training batch 1 is closed");
    }
  }

  @Test
  void epoch_whileAnotherIsOpen_throws() {
    try (TrainingLoader loader = new TrainingLoader(dataset, OPTIONS, AugmentOptions.none())) {
      try (Epoch epoch = loader.epoch(0, 0)) {
        assertThat(epoch.batches()).isEqualTo(loader.batchesPerEpoch()).isEqualTo(6);
        assertThatThrownBy(() -> loader.epoch(1, 0))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("epoch 0 must be closed before epoch 1 is opened");
      }
      loader.epoch(1, 0).close();
    }
  }

  @Test
  void epoch_abandonedHalfway_loaderGoesOn() {
    try (TrainingLoader loader = new TrainingLoader(dataset, OPTIONS.withThreads(2), EVERYTHING)) {
      List<Content> expected = take(loader.epoch(1, 0));
      TrainingBatch kept;
      try (Epoch epoch = loader.epoch(0, 0)) {
        kept = epoch.next();
      }
      Content before = Content.of(kept);
      assertThat(take(loader.epoch(1, 0))).isEqualTo(expected);
      assertThat(Content.of(kept)).isEqualTo(before);
      kept.close();
    }
  }

  @Test
  void epoch_wrongArguments_throws() {
    try (TrainingLoader loader = new TrainingLoader(dataset, OPTIONS, AugmentOptions.none())) {
      assertThatThrownBy(() -> loader.epoch(0, new int[] {0, 22}, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the order must hold indices from 0 to 21, got 22 at place 1");
      assertThatThrownBy(() -> loader.epoch(0, 7))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the first batch must lie in 0 to 6, got 7");
    }
  }

  @Test
  void epoch_closedLoader_throws() {
    TrainingLoader loader = new TrainingLoader(dataset, OPTIONS, AugmentOptions.none());
    Epoch epoch = loader.epoch(0, 0);
    loader.close();
    assertThatThrownBy(epoch::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("epoch 0 is closed");
    assertThatThrownBy(() -> loader.epoch(0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the training loader is closed");
  }
}
