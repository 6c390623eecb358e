package io.yolo4j.augment;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Polygon;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A few small pictures on disk, each of its own colours, sizes and objects. */
final class SyntheticDataset {
  private SyntheticDataset() {}

  static Dataset create(Path folder, int pictures) throws IOException {
    SampleRandom random = SampleRandom.of(7, 0, 0);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      ImageSize size = new ImageSize(30 + random.nextInt(60), 30 + random.nextInt(60));
      Path file = folder.resolve("picture%02d.png".formatted(i));
      write(file, size, random);
      samples.add(new Sample(file, size, labels(i % 4, random)));
    }
    return new Dataset("synthetic", List.of("a", "b", "c"), samples, List.of());
  }

  private static void write(Path file, ImageSize size, SampleRandom random) throws IOException {
    BufferedImage picture =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    int base = random.nextInt(0x1000000);
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        picture.setRGB(x, y, (base + x * 0x020301 + y * 0x010204) & 0xffffff);
      }
    }
    if (!ImageIO.write(picture, "png", file.toFile())) {
      throw new IOException("no PNG writer");
    }
  }

  private static List<Label> labels(int count, SampleRandom random) {
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double x = random.uniform(0.1, 0.6);
      double y = random.uniform(0.1, 0.6);
      double width = random.uniform(0.2, 0.4);
      double height = random.uniform(0.2, 0.4);
      if (i == 1) {
        Polygon outline = new Polygon(x, y, x + width, y, x + width / 2, y + height);
        labels.add(new Label(i, outline.box(), outline));
      } else {
        labels.add(new Label(i, NormalizedBox.ofCorners(x, y, x + width, y + height)));
      }
    }
    return labels;
  }
}
