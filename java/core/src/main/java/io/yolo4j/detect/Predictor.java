package io.yolo4j.detect;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.image.BoxMapping;
import io.yolo4j.image.FrameSource;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Letterbox;
import io.yolo4j.image.LetterboxOptions;
import io.yolo4j.image.Sizing;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Detection in single pictures: letterbox (bilinear, padded to the stride), network, suppression.
 *
 * <p>Threads: one at a time, as the executor. Ownership: the executor stays the caller's, who
 * closes it; the buffers are kept between pictures.
 */
public final class Predictor {
  private final Executor executor;
  private final List<String> classNames;
  private final PredictorOptions options;
  private final HeadDecoder decoder;
  private final NonMaxSuppression suppression;
  private final Candidates candidates = new Candidates();
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  /**
   * Creates a predictor.
   *
   * @param classNames one per class of the head, or none where they are not known
   * @throws IllegalArgumentException if the count of the names is not that of the head's classes
   */
  public Predictor(Executor executor, List<String> classNames, PredictorOptions options) {
    DetectionHead head = executor.head();
    if (!classNames.isEmpty() && classNames.size() != head.classes()) {
      throw new IllegalArgumentException(
          "the network has %d classes, got %d class names"
              .formatted(head.classes(), classNames.size()));
    }
    this.executor = executor;
    this.classNames = List.copyOf(classNames);
    this.options = options;
    options.filter().confidences(head.classes()); // refuses classes that the head lacks
    decoder = new HeadDecoder(head);
    suppression = new NonMaxSuppression(options.nms());
  }

  /**
   * Returns what the picture shows; a picture larger than a tile is cut into tiles where the
   * options say so.
   *
   * @throws IllegalStateException if the executor is closed
   */
  public Prediction predict(Image picture) {
    Optional<TilingOptions> tiling = options.tiling();
    return tiling.isPresent() && Math.max(picture.width(), picture.height()) > tiling.get().side()
        ? predictTiles(picture, tiling.get())
        : predictWhole(picture);
  }

  /**
   * Detects in a stream of frames, on a thread of the stream; leave this and its executor alone
   * until the stream is closed.
   *
   * @param source the stream closes it at its end
   * @return the running stream; to be closed before the executor
   */
  public DetectionStream stream(
      FrameSource source, StreamListener listener, StreamOptions options) {
    return DetectionStream.start(source, this::predict, 1, listener, options);
  }

  private Prediction predictTiles(Image picture, TilingOptions tiling) {
    List<Tile> tiles = new ArrayList<>(Tile.cover(picture.size(), tiling));
    if (tiling.whole()) {
      tiles.add(Tile.whole(picture.size()));
    }
    TileMerger merger = new TileMerger(picture.size(), tiles, tiling);
    StageTimes times = StageTimes.ZERO;
    for (int i = 0; i < tiles.size(); i++) {
      long start = System.nanoTime();
      Image part = tiles.get(i).of(picture);
      times = times.plus(new StageTimes(System.nanoTime() - start, 0, 0));
      Prediction prediction = predictWhole(part);
      merger.add(i, prediction.detections());
      times = times.plus(prediction.times());
    }
    long start = System.nanoTime();
    List<Detection> merged = merger.merge(options.nms());
    return new Prediction(merged, times.plus(new StageTimes(0, 0, System.nanoTime() - start)));
  }

  private Prediction predictWhole(Image picture) {
    long start = System.nanoTime();
    DetectionHead head = executor.head();
    int side = Sizing.checkedSide(options.imageSize(), head.maxStride(), 0);
    Letterbox letterbox =
        Letterbox.of(picture.size(), LetterboxOptions.square(side).withAuto(head.maxStride()));
    candidates.clear();
    StageTimes times;
    if (options.augment()) {
      Image framed = letterbox.apply(picture);
      times = new StageTimes(System.nanoTime() - start, 0, 0);
      for (AugmentedPass pass : AugmentedPass.all(head.levels().size())) {
        times = times.plus(run(pass, framed));
      }
    } else {
      HeadDecoder.Pass pass = new HeadDecoder.Pass(options.filter(), 0, head.levels().size());
      times = run(letterbox, picture, pass);
    }
    long decoded = System.nanoTime();
    List<Detection> detections =
        detections(suppression.keep(candidates), BoxMapping.exact(letterbox, picture.size()));
    return new Prediction(
        detections, times.plus(new StageTimes(0, 0, System.nanoTime() - decoded)));
  }

  private StageTimes run(AugmentedPass pass, Image framed) {
    long start = System.nanoTime();
    Letterbox scaled = pass.letterbox(framed.size(), executor.head().maxStride());
    Image source = pass.mirrored() ? AugmentedPass.mirror(framed) : framed;
    StageTimes prepared = new StageTimes(System.nanoTime() - start, 0, 0);
    int from = candidates.size();
    StageTimes times =
        run(
            scaled,
            source,
            new HeadDecoder.Pass(options.filter(), pass.firstLevel(), pass.endLevel()));
    candidates.rescale(
        from,
        (float) scaled.resized().width() / framed.width(),
        (float) scaled.resized().height() / framed.height(),
        pass.mirrored() ? framed.width() : 0);
    return prepared.plus(times);
  }

  private StageTimes run(Letterbox letterbox, Image picture, HeadDecoder.Pass pass) {
    long start = System.nanoTime();
    ImageSize frame = letterbox.frame();
    int bytes = frame.width() * frame.height() * Image.CHANNELS;
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    letterbox.apply(picture, Interpolation.LINEAR, buffer, 0);
    long prepared = System.nanoTime();
    List<RawHead> heads = executor.run(new ImageBatch(buffer, 1, frame.height(), frame.width()));
    long inferred = System.nanoTime();
    decoder.decode(heads, 0, pass, candidates);
    return new StageTimes(prepared - start, inferred - prepared, System.nanoTime() - inferred);
  }

  private List<Detection> detections(int[] kept, BoxMapping mapping) {
    List<Detection> detections = new ArrayList<>(kept.length);
    for (int index : kept) {
      int classId = candidates.classId(index);
      detections.add(
          new Detection(
              classId,
              classNames.isEmpty() ? null : classNames.get(classId),
              candidates.score(index),
              mapping.toOriginal(candidates.box(index))));
    }
    return detections;
  }
}
