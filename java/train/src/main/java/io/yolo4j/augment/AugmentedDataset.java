package io.yolo4j.augment;

import io.yolo4j.data.CommonFolder;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Label;
import io.yolo4j.data.LabelFile;
import io.yolo4j.data.PictureProgress;
import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import io.yolo4j.data.convert.AnnotatedImage;
import io.yolo4j.data.convert.Annotation;
import io.yolo4j.data.convert.AnnotationSet;
import io.yolo4j.data.convert.ConversionOptions;
import io.yolo4j.data.convert.ConversionOptions.Placement;
import io.yolo4j.data.convert.DatasetWriter;
import io.yolo4j.files.AtomicFolder;
import io.yolo4j.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A data set whose training pictures are joined by changed copies of themselves. Other parts stay
 * as they are: nothing of what is measured on gets into training. The same data set and options
 * give the same files. The user's files are only read.
 */
public final class AugmentedDataset {
  /** A picture that loses all its objects is changed anew, up to so many times. */
  private static final int ATTEMPTS = 10;

  private final Dataset training;
  private final Options options;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger boxes = new AtomicInteger();
  private final AtomicInteger emptied = new AtomicInteger();

  private AugmentedDataset(Dataset training, Options options) {
    this.training = training;
    this.options = options;
  }

  /**
   * How copies are made.
   *
   * @param factor how many times as many training pictures there are afterwards, at least 2
   * @param augment how strongly copies are changed
   * @param imageSize as {@link PictureAugmenter}'s
   * @param placement how the original pictures come into the new folder
   * @param seed of every random choice
   */
  public record Options(
      int factor, AugmentOptions augment, int imageSize, Placement placement, long seed) {
    /** Checks the values. */
    public Options {
      if (factor < 2) {
        throw new IllegalArgumentException("the factor must be at least 2, got " + factor);
      }
      if (!augment.any()) {
        throw new IllegalArgumentException(
            "the augmentation must change something, all of its strengths are 0");
      }
    }
  }

  /**
   * What was written.
   *
   * @param file the data set file
   * @param pictures original training pictures
   * @param made changed copies
   * @param boxes objects of the original training pictures
   * @param madeBoxes objects of the copies
   * @param emptied copies of pictures with objects that have none left
   */
  public record Report(Path file, int pictures, int made, int boxes, int madeBoxes, int emptied) {}

  /**
   * Writes the data set: {@code images/PART/…}, {@code labels/PART/…}, {@code data.yaml}; copies
   * are PNG files beside their originals, {@code NAME-aug1.png} and so on.
   *
   * @param parts all parts; that for training must be there
   * @param folder must be new or empty; all of it is there afterwards, or nothing
   * @param progress told of each written copy, from any thread
   * @throws DatasetException if there is no training part, or a picture cannot be read
   * @throws IOException if something cannot be written
   */
  public static Report write(
      Map<Split, Dataset> parts, Options options, Path folder, PictureProgress progress)
      throws IOException {
    Dataset training = parts.get(Split.TRAIN);
    if (training == null) {
      throw new DatasetException(
          "there must be training pictures to augment, there are parts %s"
              .formatted(parts.keySet().stream().map(Split::key).sorted().toList()));
    }
    AugmentedDataset augmented = new AugmentedDataset(training, options);
    AtomicFolder.write(folder, temporary -> augmented.write(parts, temporary, progress));
    return new Report(
        folder.resolve("data.yaml"),
        training.samples().size(),
        augmented.done.get(),
        training.labels(),
        augmented.boxes.get(),
        augmented.emptied.get());
  }

  private void write(Map<Split, Dataset> parts, Path folder, PictureProgress progress)
      throws IOException {
    Map<Path, Split> pictures = new LinkedHashMap<>();
    parts.forEach(
        (split, part) -> part.samples().forEach(sample -> pictures.put(sample.image(), split)));
    CommonFolder names = CommonFolder.of(pictures);
    List<AnnotatedImage> originals = new ArrayList<>();
    for (Split split : parts.keySet().stream().sorted().toList()) {
      Dataset part = parts.get(split);
      if (part != null) {
        part.samples()
            .forEach(
                sample ->
                    originals.add(
                        annotated(sample, names.name(sample.image(), split), split, part)));
      }
    }
    AnnotationSet all = new AnnotationSet(originals, training.classNames(), List.of(), 0, 0);
    ConversionOptions writing =
        ConversionOptions.defaults()
            .withClassNames(training.classNames())
            .withPlacement(options.placement());
    DatasetWriter.write(all, folder, writing, (count, total) -> {});
    writeCopies(folder, names, progress);
  }

  private static AnnotatedImage annotated(Sample sample, String name, Split split, Dataset part) {
    List<Annotation> annotations = new ArrayList<>();
    for (Label label : sample.labels()) {
      String className = part.classNames().get(label.classId());
      annotations.add(
          new Annotation(className, label.box(), label.polygon(), annotations.size() + 1));
    }
    return new AnnotatedImage(
        sample.image(), name, LabelFile.of(sample.image()), split, annotations);
  }

  private void writeCopies(Path folder, CommonFolder names, PictureProgress progress)
      throws IOException {
    int pictures = training.samples().size();
    int total = pictures * (options.factor() - 1);
    try (PictureAugmenter augmenter =
        new PictureAugmenter(training, options.augment(), options.imageSize(), options.seed())) {
      // A stream that throws leaves other threads writing: the first failure waits for them.
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      IntStream.range(0, total)
          .parallel()
          .filter(i -> failure.get() == null)
          .forEach(
              i -> {
                try {
                  write(folder, names, augmenter, i);
                  progress.pictureDone(done.incrementAndGet(), total);
                } catch (TrainingImageException e) {
                  failure.compareAndSet(
                      null, new DatasetException(String.valueOf(e.getMessage()), e));
                } catch (IOException | RuntimeException | Error e) {
                  failure.compareAndSet(null, e);
                }
              });
      Throwable first = failure.get();
      if (first instanceof IOException e) {
        throw e;
      }
      if (first instanceof RuntimeException e) {
        throw e;
      }
      if (first instanceof Error e) {
        throw e;
      }
    }
  }

  private void write(Path folder, CommonFolder names, PictureAugmenter augmenter, int number)
      throws IOException {
    int index = number % training.samples().size();
    int copy = number / training.samples().size() + 1;
    String name = names.name(training.samples().get(index).image(), Split.TRAIN);
    write(folder, name, copy, made(augmenter, index, copy));
  }

  private PictureAugmenter.Made made(PictureAugmenter augmenter, int index, int copy) {
    boolean empty = training.samples().get(index).labels().isEmpty();
    PictureAugmenter.Made made = augmenter.make(index, copy);
    // Later attempts have numbers that no copy has.
    for (int i = 1; !empty && made.labels().isEmpty() && i < ATTEMPTS; i++) {
      made = augmenter.make(index, copy + i * options.factor());
    }
    boxes.addAndGet(made.labels().size());
    emptied.addAndGet(!empty && made.labels().isEmpty() ? 1 : 0);
    return made;
  }

  private static void write(Path folder, String original, int copy, PictureAugmenter.Made made)
      throws IOException {
    String name = original.replaceFirst("\\.[^./]*$", "") + "-aug" + copy;
    Path image = folder.resolve("images").resolve(Split.TRAIN.key()).resolve(name + ".png");
    Path labels = folder.resolve("labels").resolve(Split.TRAIN.key()).resolve(name + ".txt");
    String rows =
        made.labels().stream().map(label -> label.row() + "\n").collect(Collectors.joining());
    // First: it fails where a picture of the user has that name.
    Files.writeString(labels, rows, StandardOpenOption.CREATE_NEW);
    ImageWriter.write(made.image(), image);
  }
}
