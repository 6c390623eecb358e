package io.yolo4j.cli;

import io.yolo4j.detect.DetectionStream;
import io.yolo4j.detect.Prediction;
import io.yolo4j.detect.Predictor;
import io.yolo4j.detect.StreamListener;
import io.yolo4j.detect.StreamSummary;
import io.yolo4j.image.FrameSource;
import io.yolo4j.image.Image;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code detect} on frame after frame; on the thread of a stream's listener. */
final class FrameDetection implements StreamListener {
  /** Writes and prints what a frame shows, and returns it for JSON. */
  @FunctionalInterface
  interface Sink {
    Map<String, Object> take(Path frame, Image image, Prediction prediction, DetectionFiles files)
        throws IOException;
  }

  private final FrameInput input;
  private final DetectionFiles files;
  private final Sink sink;
  private final long most;
  private final boolean keeping;
  private final List<Map<String, Object>> results = new ArrayList<>();
  private int count;
  private int failed;
  private volatile boolean cancelled;
  private @Nullable PrintWriter err;

  /**
   * Creates it.
   *
   * @param most frames after which it ends, or null
   * @param keeping whether results are kept; those of a camera could fill any memory
   */
  FrameDetection(
      FrameInput input, DetectionFiles files, Sink sink, @Nullable Integer most, boolean keeping) {
    this.input = input;
    this.files = files;
    this.sink = sink;
    this.keeping = keeping;
    this.most = most == null ? Long.MAX_VALUE : most;
  }

  /**
   * Runs to the end of the source, to the given number of frames, or until the process is asked to
   * end.
   *
   * @throws IOException if the source breaks off or a result can't be written
   */
  void run(Predictor predictor, FrameSource source, PrintWriter messages) throws IOException {
    err = messages;
    try (DetectionStream stream = predictor.stream(limited(source), this, input.streaming())) {
      StreamSummary summary = stream.await();
      if (summary.dropped() > 0) {
        messages.printf(
            "yolo4j: %d frames were left out: they came faster than they are worked on%n",
            summary.dropped());
      }
      rethrow(summary.failure());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends it soon, in order: no more frames are read. Safe from any thread. */
  void cancel() {
    cancelled = true;
  }

  /* Its source is closed twice, by the stream and by who opened it; that's allowed. */
  private FrameSource limited(FrameSource source) {
    return new FrameSource() {
      private long given;

      @Override
      public Optional<Image> next() throws IOException {
        return !cancelled && given++ < most ? source.next() : Optional.empty();
      }

      @Override
      public void close() throws IOException {
        source.close();
      }
    };
  }

  private static void rethrow(Optional<Exception> failure) throws IOException {
    if (failure.isPresent()) {
      Exception problem = failure.get();
      if (problem instanceof IOException io) {
        throw io;
      }
      if (problem instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
        throw unchecked.getCause();
      }
      if (problem instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IllegalStateException(problem);
    }
  }

  @Override
  public void onResult(long index, Image frame, Prediction prediction) {
    try {
      keep(sink.take(input.frame(index), frame, prediction, files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void onError(long index, Exception error) {
    failed++;
    String text = ErrorText.of(error);
    if (err != null) {
      err.println("yolo4j: skipped: " + text);
    }
    keep(Map.of("image", input.frame(index).toString(), "error", text));
  }

  private void keep(Map<String, Object> result) {
    count++;
    if (keeping) {
      results.add(result);
    }
  }

  List<Map<String, Object>> results() {
    return results;
  }

  /** Returns how many frames came and weren't dropped. */
  int count() {
    return count;
  }

  int failed() {
    return failed;
  }
}
