package io.yolo4j.data.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Pictures;
import io.yolo4j.image.Resize;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintsTest {
  @TempDir Path folder = Path.of("");

  private Path write(String name, Image image) throws IOException {
    Path file = folder.resolve(name);
    ImageWriter.write(image, file);
    return file;
  }

  /** A picture with large structures, as photographs have them. */
  private static Image blobs(long seed) {
    return Resize.to(Pictures.random(6, 6, seed), new ImageSize(120, 90), Interpolation.LINEAR);
  }

  private static Image brighter(Image image) {
    byte[] rgb = image.rgb().clone();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) ((rgb[i] & 0xff) * 9 / 10 + 20);
    }
    return Image.wrap(rgb, image.width(), image.height());
  }

  @Test
  void pixels_samePixels_sameHash_whateverTheFile() throws IOException {
    Image image = Pictures.random(20, 30, 1);
    assertThat(Fingerprint.of(image).pixels())
        .hasSize(64)
        .isEqualTo(Fingerprint.of(Image.ofRgb(image.rgb(), 20, 30)).pixels())
        .isNotEqualTo(Fingerprint.of(Image.ofRgb(image.rgb(), 30, 20)).pixels());
    byte[] changed = image.rgb().clone();
    changed[100] ^= 1;
    assertThat(Fingerprint.of(Image.wrap(changed, 20, 30)).pixels())
        .isNotEqualTo(Fingerprint.of(image).pixels());
  }

  @Test
  void distance_scaledAndBrighter_isSmall_othersFar() {
    Fingerprint original = Fingerprint.of(blobs(1));
    Image half = Resize.to(blobs(1), new ImageSize(60, 45), Interpolation.AREA);
    assertThat(original.distance(original)).isZero();
    assertThat(original.distance(Fingerprint.of(half))).isLessThanOrEqualTo(Fingerprints.NEAR);
    assertThat(original.distance(Fingerprint.of(brighter(blobs(1)))))
        .isLessThanOrEqualTo(Fingerprints.NEAR);
    for (int seed = 2; seed < 30; seed++) {
      assertThat(original.distance(Fingerprint.of(blobs(seed)))).isGreaterThan(120);
    }
  }

  @Test
  void groups_equalPictures_stayInTheOrderGiven() throws IOException {
    Path a = write("a.png", blobs(1));
    Path b = write("b.png", blobs(1));
    Path c = write("c.png", blobs(2));
    Path d = write("d.png", brighter(blobs(2)));
    Path broken = Files.writeString(folder.resolve("e.png"), "no picture");
    List<Integer> progress = new ArrayList<>();
    Fingerprints prints =
        Fingerprints.of(
            List.of(c, a, broken, b, d),
            (done, total) -> {
              synchronized (progress) {
                progress.add(done);
              }
            });
    assertThat(prints.groups(false)).containsExactly(List.of(c), List.of(a, b), List.of(d));
    assertThat(prints.groups(true)).containsExactly(List.of(c, d), List.of(a, b));
    assertThat(prints.issues()).hasSize(1);
    assertThat(prints.issues().get(0).toString()).startsWith(broken + ": cannot read picture: ");
    assertThat(progress).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    assertThatThrownBy(() -> prints.of(broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(broken + ": the picture was not read");
  }

  @Test
  void groups_near_findsWhatComparingAllFinds() throws IOException {
    Random random = new Random(7);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      byte[] rgb = blobs(i % 10).rgb().clone();
      for (int k = 0; k < i * 20; k++) {
        rgb[random.nextInt(rgb.length)] = (byte) random.nextInt();
      }
      files.add(write("n" + i + ".png", Image.wrap(rgb, 120, 90)));
    }
    Fingerprints prints = Fingerprints.of(files, (done, total) -> {});
    List<List<Path>> groups = prints.groups(true);
    for (Path one : files) {
      for (Path other : files) {
        if (prints.of(one).distance(prints.of(other)) <= Fingerprints.NEAR) {
          assertThat(groups).anyMatch(g -> g.contains(one) && g.contains(other));
        }
      }
    }
    assertThat(groups.size()).isBetween(10, 39);
  }

  @Test
  void groups_near_lightFromOneSide_isNoLikeness() {
    Path images = Shared.path("data/neu-det/images");
    List<Path> pitted =
        List.of(
            images.resolve("pitted_surface_107.jpg"),
            images.resolve("pitted_surface_194.jpg"),
            images.resolve("pitted_surface_285.jpg"));
    assertThat(Fingerprints.of(pitted, (done, total) -> {}).groups(true)).hasSize(3);
  }

  @Test
  void groups_neuDet_hasOneRepeatedPicture() {
    Path images = Shared.path("data/neu-det/images");
    List<Path> patches =
        IntStream.rangeClosed(90, 110)
            .mapToObj(i -> images.resolve("patches_" + i + ".jpg"))
            .toList();
    assertThat(Fingerprints.of(patches, (done, total) -> {}).groups(false))
        .filteredOn(group -> group.size() > 1)
        .containsExactly(
            List.of(images.resolve("patches_101.jpg"), images.resolve("patches_105.jpg")));
  }
}
