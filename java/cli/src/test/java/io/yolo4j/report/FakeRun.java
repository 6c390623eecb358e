package io.yolo4j.report;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.detect.Detection;
import io.yolo4j.detect.StageTimes;
import io.yolo4j.eval.AveragePrecision;
import io.yolo4j.eval.ClassResult;
import io.yolo4j.eval.ConfusionMatrix;
import io.yolo4j.eval.DetectionMatching;
import io.yolo4j.eval.GroundTruth;
import io.yolo4j.eval.InspectionTally;
import io.yolo4j.eval.IouThresholds;
import io.yolo4j.eval.ScoredDetection;
import io.yolo4j.eval.ValidationResult;
import io.yolo4j.image.Box;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.NormalizedBox;
import io.yolo4j.loss.LossItems;
import io.yolo4j.model.Model;
import io.yolo4j.model.ModelDescription;
import io.yolo4j.train.BatchProgress;
import io.yolo4j.train.EpochResult;
import io.yolo4j.train.LearningRates;
import io.yolo4j.train.StepTimes;
import io.yolo4j.train.TrainingListener;
import io.yolo4j.train.TrainingResult;
import io.yolo4j.train.TrainingStart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A training run that never was: its pictures, its labels, and what its trainer would tell. */
public final class FakeRun {
  private static final int SIDE = 96;

  private final Path folder;
  private final List<String> names;
  private final List<Sample> samples;

  private FakeRun(Path folder, List<String> names, List<Sample> samples) {
    this.folder = folder;
    this.names = names;
    this.samples = samples;
  }

  /** Creates a run in a folder, with that many pictures below it. */
  public static FakeRun create(Path folder, List<String> names, int pictures) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < pictures; i++) {
      Random random = new Random(i);
      List<Label> labels = new ArrayList<>();
      for (int k = 0; k < 1 + i % 3; k++) {
        labels.add(
            new Label(
                (i + k * 7) % names.size(),
                new NormalizedBox(
                    0.3 + 0.4 * random.nextDouble(),
                    0.3 + 0.4 * random.nextDouble(),
                    0.1 + 0.4 * random.nextDouble(),
                    0.1 + 0.4 * random.nextDouble())));
      }
      Path file = images.resolve("picture%03d.jpg".formatted(i));
      ImageSize size = new ImageSize(SIDE + 32 * (i % 3), SIDE);
      ImageWriter.write(picture(size, random), file);
      samples.add(new Sample(file, size, labels));
    }
    return new FakeRun(folder, List.copyOf(names), samples);
  }

  private static Image picture(ImageSize size, Random random) {
    byte[] rgb = new byte[size.width() * size.height() * Image.CHANNELS];
    for (int y = 0, at = 0; y < size.height(); y++) {
      int streak = 110 + random.nextInt(40);
      for (int x = 0; x < size.width(); x++) {
        for (int c = 0; c < Image.CHANNELS; c++) {
          rgb[at++] = (byte) (streak + random.nextInt(12) + x / 4);
        }
      }
    }
    return Image.wrap(rgb, size.width(), size.height());
  }

  /** Returns the classes' names. */
  public List<String> names() {
    return names;
  }

  /** Returns the pictures. */
  public List<Sample> samples() {
    return samples;
  }

  /** Returns the data set. */
  public Dataset dataset(String name) {
    return new Dataset(name, names, samples, List.of());
  }

  /** Returns the start of a run that goes on with that epoch. */
  public TrainingStart start(int firstEpoch, int epochs) {
    ModelDescription description =
        ModelDescription.of(
            Map.of(
                "nc", names.size(),
                "depth_multiple", 1.0,
                "width_multiple", 1.0,
                "anchors", List.of(List.of(10, 13, 16, 30, 33, 23)),
                "backbone", List.of(List.of(-1, 1, "Conv", List.of(8, 3, 2))),
                "head", List.of(List.of(List.of(0), 1, "Detect", List.of("nc", "anchors")))),
            "tiny.yaml");
    return new TrainingStart(
        folder,
        Model.of(description),
        dataset("steel.yaml (train)"),
        dataset("steel.yaml (val)"),
        SIDE,
        firstEpoch,
        epochs,
        12);
  }

  /** Returns what a network of that skill, 0 to 1, finds in a picture. */
  public List<Detection> detections(Sample sample, double skill) {
    Random random = new Random(sample.image().getFileName().toString().hashCode());
    List<Detection> found = new ArrayList<>();
    for (Label label : sample.labels()) {
      if (random.nextDouble() > 0.3 + 0.7 * skill) {
        continue;
      }
      Box box = label.box().toPixels(sample.size());
      float shift = (float) ((1 - skill) * random.nextGaussian() * 0.15 * box.width());
      int id = random.nextDouble() < 0.15 ? random.nextInt(names.size()) : label.classId();
      found.add(
          new Detection(
              id,
              names.get(id),
              (float) Math.min(0.3 + 0.65 * skill * random.nextDouble() + 0.02, 1),
              new Box(box.x1() + shift, box.y1(), box.x2() + shift, box.y2())));
    }
    if (random.nextDouble() < 0.4) {
      int id = random.nextInt(names.size());
      found.add(
          new Detection(
              id, names.get(id), 0.1f + 0.3f * random.nextFloat(), new Box(5, 5, 30, 40)));
    }
    found.sort(Comparator.comparingDouble(d -> -d.confidence()));
    return found;
  }

  /** Returns the validation of a network of that skill. */
  public ValidationResult validation(double skill) {
    int[] labels = new int[names.size()];
    int[] images = new int[names.size()];
    List<ScoredDetection> scored = new ArrayList<>();
    ConfusionMatrix confusion = new ConfusionMatrix(names.size(), ConfusionMatrix.Mode.EXACT);
    InspectionTally inspection = new InspectionTally(names.size(), 0);
    for (Sample sample : samples) {
      List<GroundTruth> truths = new ArrayList<>();
      for (Label label : sample.labels()) {
        labels[label.classId()]++;
        truths.add(new GroundTruth(label.classId(), label.box().toPixels(sample.size())));
      }
      sample.labels().stream().mapToInt(Label::classId).distinct().forEach(id -> images[id]++);
      List<Detection> found = detections(sample, skill);
      List<ScoredDetection> matched = DetectionMatching.match(found, truths);
      scored.addAll(matched);
      inspection.add(matched, truths);
      confusion.add(found, truths);
    }
    AveragePrecision.Result averages = AveragePrecision.of(scored, labels, IouThresholds.COUNT);
    List<ClassResult> classes =
        averages.classes().stream()
            .map(
                c ->
                    new ClassResult(
                        c.classId(),
                        names.get(c.classId()),
                        images[c.classId()],
                        c.labels(),
                        c.precision(),
                        c.recall(),
                        c.ap50(),
                        c.ap50To95()))
            .toList();
    return new ValidationResult(
        samples.size(),
        samples.stream().mapToInt(s -> s.labels().size()).sum(),
        averages,
        classes,
        confusion,
        inspection.result(),
        new StageTimes(1_000_000, 5_000_000, 500_000),
        List.of());
  }

  /** Returns an epoch; without validation where the skill is negative. */
  public EpochResult epoch(int epoch, int epochs, double skill) {
    double falling = Math.exp(-3.0 * epoch / epochs);
    @Nullable ValidationResult validation = skill < 0 ? null : validation(skill);
    @Nullable LossItems losses =
        skill < 0 ? null : new LossItems(0.04 + 0.05 * falling, 0.03, 0.01 + 0.03 * falling);
    return new EpochResult(
        epoch,
        epochs,
        new LossItems(0.03 + 0.08 * falling, 0.02 + 0.02 * falling, 0.005 + 0.04 * falling),
        validation,
        losses,
        new LearningRates(0.01 * falling, 0.01 * falling, 0.01 * falling + 0.05 / (1 + epoch)),
        6.25,
        1.5,
        160.5,
        new StepTimes(100, 300, 50, 500, 30, 20),
        skill >= 0);
  }

  /** Tells a listener of the first three batches. */
  public void tellBatches(TrainingListener listener) {
    int images = 8;
    for (int batch = 0; batch < 3; batch++) {
      Random random = new Random(batch);
      ByteBuffer pixels = ByteBuffer.allocateDirect(images * SIDE * SIDE * Image.CHANNELS);
      while (pixels.hasRemaining()) {
        pixels.put((byte) (100 + random.nextInt(30)));
      }
      pixels.clear();
      float[] targets = new float[images * 6];
      for (int i = 0; i < images; i++) {
        float[] row = {i, random.nextInt(names.size()), 0.5f, 0.4f, 0.3f, 0.4f};
        System.arraycopy(row, 0, targets, 6 * i, 6);
      }
      listener.batchLoaded(batch, pixels, images, SIDE, SIDE, targets);
    }
  }

  /** Tells a listener of the epochs from one up to another, the skill rising. */
  public List<EpochResult> tellEpochs(TrainingListener listener, int from, int to, int epochs) {
    List<EpochResult> results = new ArrayList<>();
    for (int epoch = from; epoch < to; epoch++) {
      double skill = 1 - Math.exp(-3.0 * (epoch + 1) / epochs);
      EpochResult result = epoch(epoch, epochs, skill);
      listener.batchDone(batch(epoch, epochs, 6));
      samples.forEach(sample -> listener.pictureValidated(sample, detections(sample, skill)));
      listener.epochDone(result);
      results.add(result);
    }
    return results;
  }

  /** Returns how far an epoch is. */
  public BatchProgress batch(int epoch, int epochs, int batch) {
    return new BatchProgress(
        epoch,
        epochs,
        batch,
        12,
        new LossItems(0.0512, 0.03214, 0.01234),
        40,
        SIDE,
        new LearningRates(0.01, 0.00987, 0.05),
        149.4,
        3_754_000_000_000L);
  }

  /** Returns the end of a run. */
  public TrainingResult result(TrainingResult.End end, List<EpochResult> epochs) {
    return new TrainingResult(folder, end, epochs, epochs.size() - 1, null, null);
  }
}
