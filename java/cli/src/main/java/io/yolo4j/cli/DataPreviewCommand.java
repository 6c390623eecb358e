package io.yolo4j.cli;

import io.yolo4j.augment.AugmentOptions;
import io.yolo4j.augment.Epoch;
import io.yolo4j.augment.LoaderOptions;
import io.yolo4j.augment.NamedAugmentation;
import io.yolo4j.augment.PictureAugmenter;
import io.yolo4j.augment.TrainingBatch;
import io.yolo4j.augment.TrainingImageException;
import io.yolo4j.augment.TrainingLoader;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Sample;
import io.yolo4j.data.Split;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.report.ContactSheet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code yolo4j data preview}. */
@Command(
    name = "preview",
    description = {
      "Draw a training batch with its labels, or one picture under each augmentation.",
      "A batch is the one that train gets at the same seed, sizes and hyper-parameters."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class DataPreviewCommand implements Callable<Integer> {
  private static final int STRIDE = 32;

  @Mixin private Output output = new Output();
  @Mixin private CacheOptions cacheOptions = new CacheOptions();
  @Mixin private DataSetOption data = new DataSetOption();
  @Mixin private HyperparameterFlags hyperparameters = new HyperparameterFlags();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The picture to write: .png, .jpg or .jpeg.")
  private Path out = Path.of("");

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "train",
      description = "Part of the data set: train, val or test. Default: ${DEFAULT-VALUE}.")
  private Split split = Split.TRAIN;

  @Option(
      names = "--epoch",
      paramLabel = "N",
      defaultValue = "0",
      description = "The epoch, from 0. Default: ${DEFAULT-VALUE}.")
  private int epoch;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "0",
      description = "The batch of the epoch, from 0. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "16",
      description = "Pictures a batch. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--imgsz",
      paramLabel = "N",
      defaultValue = "640",
      description = "Side of training pictures in pixels. Default: ${DEFAULT-VALUE}.")
  private int imageSize;

  @Option(
      names = "--rect",
      description = "Frames as narrow as the pictures allow; such batches have no mosaics.")
  private boolean rectangular;

  @Option(names = "--plain", description = "Leave the pictures as they are: no augmentation.")
  private boolean plain;

  @Option(
      names = "--augmentations",
      description =
          "One picture instead, a row for each augmentation on its own: at its strength, or at one that can be seen where it is off.")
  private boolean augmentations;

  @Option(
      names = "--picture",
      paramLabel = "NAME",
      description =
          "With --augmentations: the picture, by its file name. Default: the first with labels.")
  private @Nullable String picture;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "With --augmentations: how many times each is drawn. Default: ${DEFAULT-VALUE}.")
  private int draws;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of all random choices. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    check();
    AugmentOptions augment =
        plain ? AugmentOptions.none() : hyperparameters.read(null, output).augmentation();
    DatasetConfig config = data.config();
    Dataset dataset =
        Dataset.scan(config, split, data.scan(), cacheOptions.cache(output.environment()));
    IssueList.print(output, dataset.issues());
    long sizes = dataset.samples().stream().map(Sample::size).distinct().count();
    if (sizes > 1) {
      output.err().printf("yolo4j: the pictures have %d different sizes%n", sizes);
    }
    try {
      if (augmentations) {
        table(dataset, augment);
      } else {
        batch(dataset, augment);
      }
    } catch (TrainingImageException e) {
      throw new DatasetException(String.valueOf(e.getMessage()), e);
    }
    return ExitCode.DONE;
  }

  private void check() {
    OptionChecks.atLeast("--epoch", epoch, 0);
    OptionChecks.atLeast("--batch", batch, 0);
    OptionChecks.atLeast("--batch-size", batchSize, 1);
    OptionChecks.within("--draws", draws, 1, 16);
    if (imageSize < 1 || imageSize % STRIDE != 0) {
      throw new CommandException(
          ExitCode.USAGE, "--imgsz must be a multiple of %d, got %d".formatted(STRIDE, imageSize));
    }
    if (picture != null && !augmentations) {
      throw new CommandException(ExitCode.USAGE, "--picture is for --augmentations");
    }
    OutputPath.checkPicture("--out", out);
  }

  private void batch(Dataset dataset, AugmentOptions augment) throws IOException {
    LoaderOptions options =
        LoaderOptions.of(imageSize, batchSize)
            .withSeed(seed)
            .withThreads(0)
            .withPrefetch(1)
            .withRectangular(rectangular);
    try (TrainingLoader loader = new TrainingLoader(dataset, options, augment)) {
      if (batch >= loader.batchesPerEpoch()) {
        throw new CommandException(
            ExitCode.USAGE,
            "--batch must lie in 0 to %d: an epoch has %d batches, got %d"
                .formatted(loader.batchesPerEpoch() - 1, loader.batchesPerEpoch(), batch));
      }
      try (Epoch opened = loader.epoch(epoch, batch);
          TrainingBatch made = opened.next()) {
        List<String> captions =
            made.files().stream().map(file -> String.valueOf(file.getFileName())).toList();
        ImageSize frame = new ImageSize(made.width(), made.height());
        float[] targets = made.targets();
        ImageWriter.write(
            ContactSheet.ofBatch(made.pixels(), frame, targets, captions, dataset.classNames()),
            out);
        print(captions, targets.length / 6);
      }
    }
  }

  private void table(Dataset dataset, AugmentOptions augment) throws IOException {
    int index = index(dataset);
    List<ContactSheet.TableRow> rows = new ArrayList<>();
    int boxes = 0;
    for (NamedAugmentation one : NamedAugmentation.all(augment)) {
      List<ContactSheet.Labelled> pictures = new ArrayList<>();
      try (PictureAugmenter augmenter =
          new PictureAugmenter(dataset, one.options(), imageSize, seed)) {
        for (int draw = 0; draw < draws; draw++) {
          PictureAugmenter.Made made = augmenter.make(index, draw);
          boxes += made.labels().size();
          pictures.add(new ContactSheet.Labelled(made.image(), made.labels()));
        }
      }
      rows.add(new ContactSheet.TableRow(one.name(), one.strength(), pictures));
    }
    Image sheet = ContactSheet.ofTable(rows, dataset.classNames());
    ImageWriter.write(sheet, out);
    Path file = dataset.samples().get(index).image();
    print(List.of(String.valueOf(file.getFileName())), boxes);
  }

  private int index(Dataset dataset) {
    List<Sample> samples = dataset.samples();
    for (int i = 0; i < samples.size(); i++) {
      Path file = samples.get(i).image();
      boolean wanted =
          picture == null ? !samples.get(i).labels().isEmpty() : file.endsWith(picture);
      if (wanted) {
        return i;
      }
    }
    if (picture == null) {
      return 0;
    }
    throw new CommandException(
        ExitCode.FAILED,
        "--picture: no usable picture of %s is called '%s'".formatted(dataset.name(), picture));
  }

  private void print(List<String> files, int boxes) {
    if (output.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", out.toString());
      json.put("pictures", files);
      json.put("boxes", boxes);
      output.printJson(json);
    } else {
      output
          .out()
          .printf("%s: %d pictures, %d boxes%n", out, augmentations ? draws : files.size(), boxes);
    }
  }
}
