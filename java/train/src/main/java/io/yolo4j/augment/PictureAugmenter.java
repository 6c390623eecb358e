package io.yolo4j.augment;

import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.kernels.NativeMemory;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.bytedeco.opencv.global.opencv_core;

/**
 * Changes single pictures of a data set at random as the training loader does, for people to look
 * at and for files to keep. The user's files are only read.
 *
 * <p>What comes out of a picture depends on (seed, copy, picture) alone, not on threads or order.
 *
 * <p>Threads: safe. OpenCV's own threads are switched off for the whole process, as by {@link
 * TrainingLoader}. Ownership: the caller closes it.
 */
public final class PictureAugmenter implements AutoCloseable {
  /** Pictures keep their own size. */
  public static final int OWN_SIZE = 0;

  private final List<Sample> samples;
  private final int imageSize;
  private final long seed;

  /** By the long side that pictures are loaded at. */
  private final Map<Integer, SampleMaker> makers = new TreeMap<>();

  private final Deque<Workspace> workspaces = new ConcurrentLinkedDeque<>();
  private final Deque<PictureStore> stores = new ConcurrentLinkedDeque<>();

  /**
   * Creates an augmenter; nothing is read yet.
   *
   * @param imageSize side of the square frames that pictures are put into, as in training; {@link
   *     #OWN_SIZE} leaves each its own size, then there are no mosaics, nor what mosaics alone have
   * @param seed of every random choice
   */
  public PictureAugmenter(Dataset dataset, AugmentOptions augment, int imageSize, long seed) {
    if (imageSize < 0) {
      throw new IllegalArgumentException("the image size must not be negative, got " + imageSize);
    }
    NativeMemory.liftJavaCppLimits();
    opencv_core.setNumThreads(0);
    samples = dataset.samples();
    this.imageSize = imageSize;
    this.seed = seed;
    for (Sample sample : samples) {
      makers.computeIfAbsent(
          longSide(sample),
          side -> {
            PictureStore store = new PictureStore(samples, side, augment.any());
            stores.add(store);
            return new SampleMaker(store, augment);
          });
    }
  }

  private int longSide(Sample sample) {
    return imageSize == OWN_SIZE
        ? Math.max(sample.size().width(), sample.size().height())
        : imageSize;
  }

  /**
   * A changed picture.
   *
   * @param image its pixels
   * @param labels the objects that are left of the picture's, as boxes
   */
  public record Made(Image image, List<Label> labels) {
    /** Copies the list. */
    public Made {
      labels = List.copyOf(labels);
    }
  }

  /**
   * Changes a picture.
   *
   * @param index of the picture in the data set; others of a mosaic are drawn from all
   * @param copy another number changes it otherwise
   * @throws TrainingImageException if a picture cannot be read
   */
  public Made make(int index, int copy) {
    Sample sample = samples.get(index);
    SampleMaker maker = makers.get(longSide(sample));
    if (maker == null) {
      throw new IllegalStateException("there is no store for " + sample.size());
    }
    ImageSize frame = imageSize == OWN_SIZE ? sample.size() : new ImageSize(imageSize, imageSize);
    SampleMaker.Draw draw =
        new SampleMaker.Draw(
            index,
            random -> random.nextInt(samples.size()),
            frame,
            imageSize != OWN_SIZE,
            SampleRandom.of(seed, copy, index));
    Workspace workspace = workspaces.poll();
    if (workspace == null) {
      workspace = new Workspace();
    }
    try (Picture picture = Picture.allocate(frame)) {
      List<Target> targets = maker.make(draw, picture.mat(), workspace);
      byte[] rgb = new byte[Math.toIntExact(Picture.bytes(frame))];
      picture.bytes().get(rgb);
      return new Made(Image.wrap(rgb, frame.width(), frame.height()), labels(targets, frame));
    } finally {
      workspaces.add(workspace);
    }
  }

  private static List<Label> labels(List<Target> targets, ImageSize frame) {
    List<Label> labels = new ArrayList<>();
    for (Target target : targets) {
      labels.add(new Label(target.classId(), target.box().clippedTo(frame).normalized(frame)));
    }
    return labels;
  }

  @Override
  public void close() {
    workspaces.forEach(Workspace::close);
    workspaces.clear();
    stores.forEach(PictureStore::close);
    stores.clear();
  }
}
