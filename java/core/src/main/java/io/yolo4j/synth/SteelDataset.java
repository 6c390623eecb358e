package io.yolo4j.synth;

import io.yolo4j.data.DatasetException;
import io.yolo4j.data.DatasetFile;
import io.yolo4j.data.Split;
import io.yolo4j.image.ImageWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  public static final String FILE_NAME = "data.yaml";

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
   * @throws DatasetException if the folder holds something; it is left as it is
   * @throws IOException if a file cannot be written; then the data set file is missing
   */
  public static Path write(Path folder, SynthOptions options, SynthListener listener)
      throws IOException {
    checkEmpty(folder);
    SteelDataset dataset = new SteelDataset(folder, options, listener);
    dataset.write(Split.TRAIN, options.trainPictures());
    dataset.write(Split.VAL, options.valPictures());
    Path file = folder.resolve(FILE_NAME);
    Map<Split, String> parts = Map.of(Split.TRAIN, "images/train", Split.VAL, "images/val");
    DatasetFile.write(file, parts, DefectKind.classNames());
    return file;
  }

  private static void checkEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(folder + ": must be a folder, is a file");
    }
    try (Stream<Path> content = Files.list(folder)) {
      List<Path> names = content.map(Path::getFileName).sorted().toList();
      if (!names.isEmpty()) {
        throw new DatasetException(
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
          labels,
          picture.labels().stream().map(label -> label.row() + "\n").collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    synchronized (this) {
      done++;
      listener.pictureWritten(done, options.pictures());
    }
  }
}
