package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Sizing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureStoreTest {
  @TempDir private Path folder;
  private Dataset dataset;
  private Path cache;

  @BeforeEach
  void createDataset() throws IOException {
    dataset = SyntheticDataset.create(Files.createDirectory(folder.resolve("images")), 4);
    cache = folder.resolve("cache");
  }

  private static byte[] take(PictureStore store, int index) {
    Picture picture = store.take(index);
    try {
      byte[] rgb = new byte[picture.bytes().remaining()];
      picture.bytes().get(rgb);
      return rgb;
    } finally {
      store.giveBack(picture);
    }
  }

  private List<Path> cached() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.toList();
    }
  }

  @Test
  void loaded_fixtures_sizeAndInterpolation() {
    for (JsonNode c : Fixtures.geometry("load_image").get("cases")) {
      ImageSize size = Fixtures.size(c.get("in_hw"));
      int side = c.get("img_size").asInt();
      assertThat(Sizing.loaded(size, side)).isEqualTo(Fixtures.size(c.get("out_hw")));
      String expected = c.get("interpolation").asText();
      if (!expected.equals("none")) {
        Interpolation used = Sizing.loadedInterpolation(size, side, c.get("augment").asBoolean());
        assertThat(used.name()).isEqualToIgnoringCase(expected);
      }
    }
  }

  @Test
  void take_sameSize_isTheDecodedPicture() throws IOException {
    Sample sample = dataset.samples().get(0);
    int side = Math.max(sample.size().width(), sample.size().height());
    try (PictureStore store = new PictureStore(dataset.samples(), side, true)) {
      byte[] decoded = ImageDecoders.preferred().read(sample.image()).rgb();
      assertThat(take(store, 0)).isEqualTo(decoded);
    }
  }

  @Test
  void take_memory_keepsThePicture() {
    try (PictureStore plain = new PictureStore(dataset.samples(), 64, true);
        PictureStore store = new MemoryPictureStore(dataset.samples(), 64, true)) {
      Picture first = store.take(2);
      store.giveBack(first);
      assertThat(store.take(2)).isSameAs(first);
      assertThat(take(store, 2)).isEqualTo(take(plain, 2));
    }
  }

  @Test
  void take_insideAScope_outlivesIt() {
    try (PictureStore store = new MemoryPictureStore(dataset.samples(), 64, true)) {
      byte[] expected;
      try (PointerScope scope = new PointerScope()) {
        expected = take(store, 0);
        assertThat(scope).isNotNull();
      }
      assertThat(take(store, 0)).isEqualTo(expected);
    }
  }

  @Test
  void checkFits_tooManyPictures_saysBoth() {
    long needed = MemoryPictureStore.bytes(dataset.samples(), 64);
    assertThat(needed).isBetween(4L * 64 * 20 * 3, 4L * 64 * 64 * 3);
    MemoryPictureStore.checkFits(needed, needed, 4);
    MemoryPictureStore.checkFits(needed, 0, 4);
    assertThatThrownBy(() -> MemoryPictureStore.checkFits(3L << 30, 2L << 30, 1000))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a cache of 1000 pictures in memory needs 3072 MiB, 2048 MiB are free; cache on disk or not at all");
  }

  @Test
  void take_disk_readsWhatItWroteAndNothingElse() throws IOException {
    byte[] expected;
    try (PictureStore plain = new PictureStore(dataset.samples(), 64, true)) {
      expected = take(plain, 1);
    }
    try (PictureStore store = disk()) {
      assertThat(take(store, 1)).isEqualTo(expected);
    }
    assertThat(cached()).hasSize(1);
    FileTime written = Files.getLastModifiedTime(cached().get(0));
    // The picture's own file is not needed again as long as it looks the same.
    Path image = dataset.samples().get(1).image();
    FileTime time = Files.getLastModifiedTime(image);
    Files.write(image, new byte[(int) Files.size(image)]);
    Files.setLastModifiedTime(image, time);
    try (PictureStore store = disk()) {
      assertThat(take(store, 1)).isEqualTo(expected);
    }
    assertThat(Files.getLastModifiedTime(cached().get(0))).isEqualTo(written);
    Files.setLastModifiedTime(image, FileTime.fromMillis(time.toMillis() + 5000));
    try (PictureStore store = disk()) {
      assertThatThrownBy(() -> take(store, 1)).isInstanceOf(TrainingImageException.class);
    }
  }

  private PictureStore disk() {
    return new DiskPictureStore(dataset.samples(), 64, true, cache);
  }

  @Test
  void take_damagedCacheFile_isReadAnewAndReplaced() throws IOException {
    byte[] expected;
    try (PictureStore store = disk()) {
      expected = take(store, 3);
    }
    Path file = cached().get(0);
    byte[] whole = Files.readAllBytes(file);
    for (byte[] damaged :
        List.of(new byte[0], new byte[40], Arrays.copyOf(whole, whole.length - 1))) {
      Files.write(file, damaged);
      try (PictureStore store = disk()) {
        assertThat(take(store, 3)).isEqualTo(expected);
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
    assertThat(cached()).hasSize(1);
  }

  @Test
  void create_folderCannotBe_saysWhich() throws IOException {
    Files.write(cache, new byte[1]);
    assertThatThrownBy(this::disk)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the folder " + cache + " cannot be used to cache pictures (");
  }

  @Test
  void checkFits_diskTooSmall_saysBoth() {
    assertThatThrownBy(() -> DiskPictureStore.checkFits(3L << 30, 2L << 30, cache))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("caching pictures in " + cache + " needs 3072 MiB more, 2048 MiB are free");
  }
}
