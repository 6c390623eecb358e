package io.yolo4j.synth;

import io.yolo4j.data.Label;
import io.yolo4j.data.Split;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.NormalizedBox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes a synthetic data set: {@code images/train}, {@code images/val} (PNG, grey in three equal
 * channels), {@code labels/train}, {@code labels/val} (an empty file for a clean sheet), and at the
 * end the data set file {@value #FILE_NAME}.
 *
 * <p>The seed alone decides what is drawn: not the number of threads, nor the machine. More
 * pictures with the same seed begin with the same ones.
 */
public final class SteelDataset {
  /** Name of the data set file. */
  public static final String FILE_NAME = "steel.yaml";

  private final Path folder;
  private final SynthOptions options;
  private final SynthListener listener;
  private int done;

  private SteelDataset(Path folder, SynthOptions options, SynthListener listener) {
    this.folder = folder;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Writes a data set.
   *
   * @param folder must be new or empty
   * @return the data set file
   * @throws IOException if the folder holds something, then it is left as it is; if a file cannot
   *     be written, then the data set file is missing
   */
  public static Path write(Path folder, SynthOptions options, SynthListener listener)
      throws IOException {
    checkEmpty(folder);
    SteelDataset dataset = new SteelDataset(folder, options, listener);
    dataset.write(Split.TRAIN, options.trainPictures());
    dataset.write(Split.VAL, options.valPictures());
    Path file = folder.resolve(FILE_NAME);
    AtomicFile.write(file, dataset.description());
    return file;
  }

  private static void checkEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + ": must be a folder, is a file");
    }
    try (Stream<Path> content = Files.list(folder)) {
      List<Path> names = content.map(Path::getFileName).sorted().toList();
      if (!names.isEmpty()) {
        throw new IOException(
            "%s: the folder must be new or empty, it holds %s%s"
                .formatted(folder, names.get(0), names.size() == 1 ? "" : " and more"));
      }
    }
  }

  private void write(Split split, int pictures) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images").resolve(split.key()));
    Path labels = Files.createDirectories(folder.resolve("labels").resolve(split.key()));
    List<List<DefectKind>> plan = DefectPlan.of(options, split, pictures);
    long seed = DefectPlan.seed(options, split);
    try {
      IntStream.range(0, pictures)
          .parallel()
          .forEach(
              index -> {
                SteelPicture picture =
                    SteelSurface.draw(seed, index, options.size(), plan.get(index));
                String name = String.format(Locale.ROOT, "%s_%05d", split.key(), index + 1);
                write(picture, images.resolve(name + ".png"), labels.resolve(name + ".txt"));
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void write(SteelPicture picture, Path image, Path labels) {
    try {
      ImageWriter.write(picture.image(), image);
      Files.writeString(
          labels, picture.labels().stream().map(SteelDataset::row).collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (this) {
      done++;
      listener.pictureWritten(done, options.pictures());
    }
  }

  private static String row(Label label) {
    NormalizedBox box = label.box();
    return String.format(
        Locale.ROOT,
        "%d %.6f %.6f %.6f %.6f\n",
        label.classId(),
        box.centreX(),
        box.centreY(),
        box.width(),
        box.height());
  }

  private String description() {
    return """
        # Synthetic steel surfaces, seed %d. Paths are relative to the folder of this file.
        path: .
        train: images/train
        val: images/val
        nc: %d
        names: [%s]
        """
        .formatted(
            options.seed(), DefectKind.values().length, String.join(", ", DefectKind.classNames()));
  }
}
