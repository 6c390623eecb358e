package io.yolo4j.augment;

import io.yolo4j.data.BatchPlan;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.Sample;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.kernels.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the training batches of a data set: reads, caches, augments and packs pictures, ahead of
 * the training step and on threads of its own.
 *
 * <p>Every random choice of a sample comes from a generator seeded by (run seed, epoch, place in
 * the epoch's order): batches are the same for any number of threads, any cache and any batch that
 * an epoch starts at. The user's files are only read.
 *
 * <p>Threads: one opens epochs and takes batches. The loader's own threads wait without using the
 * CPU while nothing is to be prepared. OpenCV's threads are switched off for the whole process when
 * a loader is created ({@code cv::setNumThreads(0)}): parallel are samples, not parts of a picture.
 *
 * <p>Memory: prefetch + 1 direct buffers of a batch's size, and the cache's pictures in native
 * memory. Ownership: the caller closes the loader, after its batches.
 */
public final class TrainingLoader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingLoader.class);
  private static final int ORDER = -1;

  private final Dataset dataset;
  private final LoaderOptions options;
  private final boolean mosaics;
  private final PictureStore pictures;
  private final SampleMaker maker;
  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private final Deque<Workspace> workspaces = new ConcurrentLinkedDeque<>();
  private final @Nullable ExecutorService threads;
  private @Nullable Epoch open;
  private boolean closed;

  /**
   * Creates a loader; nothing is read before the first epoch.
   *
   * @throws IllegalStateException if the pictures are to be cached and cannot fit, or the batches
   *     don't fit into the JVM's direct memory
   */
  public TrainingLoader(Dataset dataset, LoaderOptions options, AugmentOptions augment) {
    NativeMemory.liftJavaCppLimits();
    opencv_core.setNumThreads(0);
    this.dataset = dataset;
    this.options = options;
    mosaics = !options.rectangular();
    if (options.rectangular() && augment.mosaic() > 0) {
      LOG.info("batches are rectangular: no mosaics");
    }
    pictures = store(dataset, options, augment.any());
    maker = new SampleMaker(pictures, augment);
    addBuffers(options.prefetch() + 1, bufferBytes(options));
    threads = options.threads() == 0 ? null : threads(options.threads());
  }

  private static PictureStore store(Dataset dataset, LoaderOptions options, boolean augment) {
    List<Sample> samples = dataset.samples();
    int side = options.imageSize();
    return switch (options.cache()) {
      case NONE -> new PictureStore(samples, side, augment);
      case MEMORY -> new MemoryPictureStore(samples, side, augment);
      case DISK ->
          new DiskPictureStore(
              samples, side, augment, Objects.requireNonNull(options.diskFolder()));
    };
  }

  private static int bufferBytes(LoaderOptions options) {
    long bytes =
        (long) options.batchSize() * options.imageSize() * options.imageSize() * Image.CHANNELS;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a batch must have fewer than 2^31 bytes, got %d pictures of %dx%d"
              .formatted(options.batchSize(), options.imageSize(), options.imageSize()));
    }
    return (int) bytes;
  }

  private void addBuffers(int count, int bytes) {
    try {
      for (int i = 0; i < count; i++) {
        free.add(ByteBuffer.allocateDirect(bytes));
      }
    } catch (OutOfMemoryError e) {
      throw new IllegalStateException(
          "%d batches of %d MiB don't fit into the JVM's direct memory: lower the batch size or the prefetch, or raise -XX:MaxDirectMemorySize (by default as much as -Xmx)"
              .formatted(count, (bytes >> 20) + 1),
          e);
    }
  }

  private static ExecutorService threads(int count) {
    return Executors.newFixedThreadPool(
        count,
        task -> {
          Thread thread = new Thread(task, "yolo4j-loader");
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Returns the number of batches of an epoch over the whole data set. */
  public int batchesPerEpoch() {
    return batches(dataset.samples().size());
  }

  private int batches(int samples) {
    return (samples + options.batchSize() - 1) / options.batchSize();
  }

  /**
   * Opens an epoch over all samples in an order drawn from (seed, epoch).
   *
   * @param epoch its number, from 0
   * @param firstBatch where to begin; batches from there on are those of the whole epoch
   * @throws IllegalStateException if the loader is closed or another epoch is open
   */
  public Epoch epoch(int epoch, int firstBatch) {
    SampleRandom random = SampleRandom.of(options.seed(), epoch, ORDER);
    int[] order =
        options.rectangular()
            ? SampleOrder.rectangular(dataset.samples(), options.batchSize(), random)
            : SampleOrder.shuffled(dataset.samples().size(), random);
    return epoch(epoch, order, firstBatch);
  }

  /**
   * Opens an epoch in a given order. The other pictures of a mosaic are drawn from it too, so that
   * weights of pictures count there as well.
   *
   * @param epoch its number, from 0
   * @param order indices of samples in the data set; any number, repetitions allowed
   * @param firstBatch where to begin, 0 to the number of batches
   * @throws IllegalStateException if the loader is closed or another epoch is open
   */
  public synchronized Epoch epoch(int epoch, int[] order, int firstBatch) {
    if (closed) {
      throw new IllegalStateException("the training loader is closed");
    }
    if (open != null) {
      throw new IllegalStateException(
          "epoch %d must be closed before epoch %d is opened".formatted(open.number(), epoch));
    }
    int[] copy = checkedOrder(order);
    int batches = batches(copy.length);
    if (firstBatch < 0 || firstBatch > batches) {
      throw new IllegalArgumentException(
          "the first batch must lie in 0 to %d, got %d".formatted(batches, firstBatch));
    }
    Epoch opened = new Epoch(epoch, batches, firstBatch, free, threads, new Jobs(epoch, copy));
    open = opened;
    opened.start();
    return opened;
  }

  private int[] checkedOrder(int[] order) {
    int samples = dataset.samples().size();
    for (int i = 0; i < order.length; i++) {
      if (order[i] < 0 || order[i] >= samples) {
        throw new IllegalArgumentException(
            "the order must hold indices from 0 to %d, got %d at place %d"
                .formatted(samples - 1, order[i], i));
      }
    }
    return order.clone();
  }

  /** The jobs of one epoch. */
  private final class Jobs implements Epoch.Source {
    private final int epoch;
    private final int[] order;

    Jobs(int epoch, int[] order) {
      this.epoch = epoch;
      this.order = order;
    }

    @Override
    public BatchJob job(int batch, ByteBuffer buffer) {
      int first = batch * options.batchSize();
      int end = Math.min(first + options.batchSize(), order.length);
      List<Sample> samples =
          Arrays.stream(order, first, end).mapToObj(dataset.samples()::get).toList();
      List<Path> files = samples.stream().map(Sample::image).toList();
      return new BatchJob(batch, first, frame(samples), files, buffer, this::make);
    }

    private List<Target> make(int place, ImageSize frame, Mat output) {
      SampleRandom random = SampleRandom.of(options.seed(), epoch, place);
      SampleMaker.Draw draw =
          new SampleMaker.Draw(
              order[place], r -> order[r.nextInt(order.length)], frame, mosaics, random);
      Workspace workspace = workspaces.poll();
      if (workspace == null) {
        workspace = new Workspace();
      }
      try {
        return maker.make(draw, output, workspace);
      } finally {
        workspaces.add(workspace);
      }
    }

    @Override
    public void release(ByteBuffer buffer) {
      TrainingLoader.this.release(buffer);
    }

    @Override
    public void closed(Epoch closedEpoch) {
      forget(closedEpoch);
    }
  }

  private ImageSize frame(List<Sample> samples) {
    if (!options.rectangular()) {
      return new ImageSize(options.imageSize(), options.imageSize());
    }
    BatchPlan.Options plan =
        new BatchPlan.Options(options.imageSize(), samples.size(), options.stride(), 0);
    return BatchPlan.rectangular(samples, plan).get(0).frame();
  }

  private void release(ByteBuffer buffer) {
    synchronized (free) {
      free.add(buffer);
    }
    Epoch current = current();
    if (current != null) {
      current.start();
    }
  }

  private synchronized @Nullable Epoch current() {
    return open;
  }

  private synchronized void forget(Epoch epoch) {
    if (epoch.equals(open)) {
      open = null;
    }
  }

  /**
   * Closes the open epoch and frees cached pictures and work memory. Batches that weren't closed
   * keep their pixels.
   */
  @Override
  public void close() {
    Epoch current;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      current = open;
    }
    if (current != null) {
      current.close();
    }
    if (threads != null) {
      threads.shutdown();
      awaitQuietly(threads);
    }
    for (Workspace workspace = workspaces.poll();
        workspace != null;
        workspace = workspaces.poll()) {
      workspace.close();
    }
    pictures.close();
  }

  /* Cached pictures are freed only when no thread can read them any more. */
  private static void awaitQuietly(ExecutorService threads) {
    boolean interrupted = false;
    boolean done = false;
    while (!done) {
      try {
        done = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
