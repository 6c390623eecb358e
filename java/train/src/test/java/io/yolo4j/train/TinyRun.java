package io.yolo4j.train;

import io.yolo4j.image.Image;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.Pictures;
import io.yolo4j.torch.TorchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** A data set and a network that train in milliseconds. */
public final class TinyRun {
  /** Pictures of the training part. */
  public static final int PICTURES = 12;

  private static final int SIZE = 64;
  private static final int VALIDATION_PICTURES = 4;
  private static final int[] COLOURS = {0xE02020, 0x20C0E0};
  private static final String MODEL =
      """
      nc: 2
      depth_multiple: 1.0
      width_multiple: 1.0
      anchors:
        - [10,10, 20,20, 30,30]
        - [40,40, 60,30, 30,60]
      backbone:
        - [-1, 1, Conv, [8, 3, 2]]
        - [-1, 1, Conv, [16, 3, 2]]
        - [-1, 1, Conv, [16, 3, 2]]
        - [-1, 1, C3, [16]]
        - [-1, 1, Conv, [16, 3, 2]]
      head:
        - [[3, 4], 1, Detect, [nc, anchors]]
      """;

  private final Path folder;

  private TinyRun(Path folder) {
    this.folder = folder;
  }

  /** Returns the run whose files {@link #in} wrote before. */
  public static TinyRun at(Path folder) {
    return new TinyRun(folder);
  }

  /** Writes pictures with one or two coloured rectangles each, their labels and the network. */
  public static TinyRun in(Path folder) throws IOException {
    TinyRun run = new TinyRun(folder);
    run.writePart("train", PICTURES, 1);
    run.writePart("val", VALIDATION_PICTURES, 2);
    Files.writeString(
        run.data(), "path: .\ntrain: images/train\nval: images/val\nnc: 2\nnames: [red, blue]\n");
    Files.writeString(run.model(), MODEL);
    return run;
  }

  /** Returns the data set's file. */
  public Path data() {
    return folder.resolve("data.yaml");
  }

  /** Returns the network's description. */
  public Path model() {
    return folder.resolve("tiny.yaml");
  }

  /** Returns the label file of a training picture. */
  public Path trainingLabels(int picture) {
    return folder.resolve("labels/train/" + picture + ".txt");
  }

  /** Returns options of 4 epochs of 3 batches on one thread. */
  public TrainOptions.Builder options(String name) {
    return TrainOptions.builder(data())
        .model(model().toString())
        .folder(folder.resolve(name))
        .epochs(4)
        .batchSize(4)
        .imageSize(SIZE)
        .nominalBatch(8)
        .warmupFloor(4)
        .checkAnchors(false)
        .torch(TorchOptions.defaults().withThreads(1));
  }

  private void writePart(String part, int pictures, long seed) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images").resolve(part));
    Path labels = Files.createDirectories(folder.resolve("labels").resolve(part));
    Random random = new Random(seed);
    for (int i = 0; i < pictures; i++) {
      byte[] rgb = Pictures.random(SIZE, SIZE, seed * 1000 + i).rgb();
      StringBuilder rows = new StringBuilder();
      for (int k = 0; k <= i % 2; k++) {
        int width = 12 + random.nextInt(16);
        int height = 12 + random.nextInt(16);
        int x = random.nextInt(SIZE - width);
        int y = random.nextInt(SIZE - height);
        int classId = random.nextInt(2);
        fill(rgb, new int[] {x, y, width, height}, COLOURS[classId]);
        rows.append(
            String.format(
                Locale.ROOT,
                "%d %.6f %.6f %.6f %.6f%n",
                classId,
                (x + width / 2.0) / SIZE,
                (y + height / 2.0) / SIZE,
                width / (double) SIZE,
                height / (double) SIZE));
      }
      ImageWriter.write(Image.wrap(rgb, SIZE, SIZE), images.resolve(i + ".png"));
      Files.writeString(labels.resolve(i + ".txt"), rows);
    }
  }

  private static void fill(byte[] rgb, int[] box, int colour) {
    for (int y = box[1]; y < box[1] + box[3]; y++) {
      for (int x = box[0]; x < box[0] + box[2]; x++) {
        int at = (y * SIZE + x) * 3;
        rgb[at] = (byte) (colour >> 16);
        rgb[at + 1] = (byte) (colour >> 8);
        rgb[at + 2] = (byte) colour;
      }
    }
  }
}
