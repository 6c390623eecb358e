package io.yolo4j.bench;

import io.yolo4j.augment.AugmentOptions;
import io.yolo4j.augment.Epoch;
import io.yolo4j.augment.LoaderOptions;
import io.yolo4j.augment.TrainingBatch;
import io.yolo4j.augment.TrainingLoader;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.data.convert.AnnotationOptions;
import io.yolo4j.data.convert.ConversionOptions;
import io.yolo4j.data.convert.DatasetWriter;
import io.yolo4j.data.convert.VocReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Training samples a second on one core: mosaics with the default augmentation, pictures cached in
 * memory. The baseline does a mosaic's pixels with OpenCV's functions one after the other.
 *
 * <pre>{@code bench/run LoaderBenchmark -p data=NEU_DET_224}</pre>
 *
 * <p>The data lies in the folder {@code ../shared} beside the working folder, or where {@code
 * -jvmArgsAppend -Dyolo4j.shared=…} says; without it the benchmarks fail at once and say so.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 3)
public class LoaderBenchmark {
  static final int BATCH = 32;

  /** Data sets, each at the size at which it is trained. */
  public enum Data {
    /** 1,800 grey pictures of 200 × 200, enlarged. */
    NEU_DET_224(224, "neu-det") {
      @Override
      Dataset dataset(Path folder, Path scratch) throws IOException {
        DatasetWriter.write(
            VocReader.read(
                folder.resolve("annotations"),
                folder.resolve("images"),
                AnnotationOptions.defaults()),
            scratch,
            ConversionOptions.defaults().withPlacement(ConversionOptions.Placement.SYMLINK),
            (done, total) -> {});
        return scan(scratch.resolve("data.yaml"));
      }
    },
    /** 128 pictures in colour, about 640 × 480. */
    COCO128_640(640, "coco128") {
      @Override
      Dataset dataset(Path folder, Path scratch) throws IOException {
        return scan(folder.resolve("coco128.yaml"));
      }
    };

    final int size;
    private final String folder;

    Data(int size, String folder) {
      this.size = size;
      this.folder = folder;
    }

    abstract Dataset dataset(Path folder, Path scratch) throws IOException;

    Dataset open(Path scratch) throws IOException {
      Path shared = Path.of(System.getProperty("yolo4j.shared", "../shared")).toAbsolutePath();
      Path source = shared.resolve("data").resolve(folder).normalize();
      if (!Files.isDirectory(source)) {
        throw new IllegalStateException("skipped: there is no folder " + source);
      }
      return dataset(source, scratch);
    }

    private static Dataset scan(Path file) throws IOException {
      ScanOptions options =
          ScanOptions.defaults().withMissingLabels(ScanOptions.MissingLabels.BACKGROUND);
      return Dataset.scan(DatasetConfig.read(file), Split.TRAIN, options);
    }
  }

  @Param Data data = Data.NEU_DET_224;

  @SuppressWarnings("NullAway.Init") // JMH calls setUp before anything else
  private Path scratch;

  @SuppressWarnings("NullAway.Init")
  private TrainingLoader loader;

  @SuppressWarnings("NullAway.Init")
  private OpenCvMosaic baseline;

  @SuppressWarnings("NullAway.Init")
  private int[] order;

  @SuppressWarnings("NullAway.Init")
  private Epoch epoch;

  private int epochs;

  /** Reads the data set and fills the cache. */
  @Setup
  public void setUp() throws IOException {
    scratch = Files.createTempDirectory("yolo4j-loader-benchmark");
    Dataset dataset = data.open(scratch);
    // Prepared on this thread: samples a core, whatever else the machine has.
    LoaderOptions options = LoaderOptions.of(data.size, BATCH).withThreads(0).withMemoryCache();
    loader = new TrainingLoader(dataset, options, AugmentOptions.defaults());
    baseline = new OpenCvMosaic(dataset, data.size);
    // Whole batches only.
    order = new int[(dataset.samples().size() + BATCH - 1) / BATCH * BATCH];
    for (int i = 0; i < order.length; i++) {
      order[i] = i % dataset.samples().size();
    }
    epoch = loader.epoch(0, order, 0);
    while (epoch.hasNext()) {
      checkedBatch();
    }
  }

  private void checkedBatch() {
    try (TrainingBatch batch = epoch.next()) {
      int bytes = batch.pixels().remaining();
      if (bytes != BATCH * data.size * data.size * 3 || batch.targets().length == 0) {
        throw new IllegalStateException(
            "a batch of %d bytes and %d numbers of targets"
                .formatted(bytes, batch.targets().length));
      }
    }
  }

  /** Closes the loader and deletes what was written. */
  @TearDown
  public void tearDown() throws IOException {
    epoch.close();
    loader.close();
    baseline.close();
    try (Stream<Path> files = Files.walk(scratch)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The loader's samples: pictures and objects. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int sample_yolo4j() {
    if (!epoch.hasNext()) {
      epoch.close();
      epochs++;
      epoch = loader.epoch(epochs, order, 0);
    }
    try (TrainingBatch batch = epoch.next()) {
      return batch.images();
    }
  }

  /** Pictures only: canvas, warp, HSV by tables, flip. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int sample_opencv() {
    int sum = 0;
    for (int i = 0; i < BATCH; i++) {
      sum += baseline.make();
    }
    return sum;
  }
}
