package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.image.FrameSource;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageReadException;
import io.yolo4j.image.Pictures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DetectionStreamTest {
  private static final Image FRAME = Pictures.plain(2, 2, 0);
  private static final Prediction NOTHING = new Prediction(List.of(), StageTimes.ZERO);

  /** Writes down what it is told. */
  private static class Log implements StreamListener {
    final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onResult(long index, Image frame, Prediction prediction) {
      lines.add("result " + index);
    }

    @Override
    public void onError(long index, Exception error) {
      lines.add("error " + index + " " + error.getMessage());
    }

    @Override
    public void onDropped(long index) {
      lines.add("dropped " + index);
    }

    @Override
    public void onEnd(StreamSummary summary) {
      lines.add("end");
    }
  }

  private static DetectionStream start(
      FrameSource source,
      Function<Image, Prediction> network,
      StreamListener listener,
      StreamOptions options) {
    return DetectionStream.start(source, network, 3, listener, options);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void stream_slowFirstFrame_resultsStayInOrder() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch others = new CountDownLatch(2);
    Log log = new Log();
    Function<Image, Prediction> network =
        frame -> {
          if (calls.getAndIncrement() == 0) {
            await(others); // two later ones are worked on beside it
          } else {
            others.countDown();
          }
          return NOTHING;
        };
    FrameSource source = FrameSource.of(Collections.nCopies(50, FRAME));
    try (DetectionStream stream = start(source, network, log, StreamOptions.waiting())) {
      assertThat(stream.await()).isEqualTo(new StreamSummary(50, 0, 0, false, Optional.empty()));
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      expected.add("result " + i);
    }
    expected.add("end");
    assertThat(log.lines).isEqualTo(expected);
  }

  @Test
  void stream_oneFrameFails_goesOn() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    FrameSource source =
        () -> {
          int read = reads.getAndIncrement();
          if (read == 1) {
            throw new ImageReadException("b.jpg", "it is cut off");
          }
          return read < 4
              ? Optional.of(read == 2 ? Pictures.plain(3, 3, 0) : FRAME)
              : Optional.empty();
        };
    Function<Image, Prediction> network =
        frame -> {
          if (frame.width() == 3) {
            throw new IllegalArgumentException("odd");
          }
          return NOTHING;
        };
    Log log = new Log();
    try (DetectionStream stream = start(source, network, log, StreamOptions.waiting())) {
      assertThat(stream.await()).isEqualTo(new StreamSummary(2, 2, 0, false, Optional.empty()));
    }
    assertThat(log.lines)
        .containsExactly(
            "result 0",
            "error 1 cannot read picture b.jpg: it is cut off",
            "error 2 odd",
            "result 3",
            "end");
  }

  @Test
  void stream_sourceIsFaster_dropsTheOldestAndSaysSo() throws Exception {
    CountDownLatch allRead = new CountDownLatch(1);
    AtomicInteger reads = new AtomicInteger();
    FrameSource source =
        () -> {
          if (reads.getAndIncrement() < 20) {
            return Optional.of(FRAME);
          }
          allRead.countDown();
          return Optional.empty();
        };
    Function<Image, Prediction> network =
        frame -> {
          await(allRead);
          return NOTHING;
        };
    Log log = new Log();
    StreamSummary summary;
    try (DetectionStream stream = start(source, network, log, StreamOptions.dropping())) {
      summary = stream.await();
    }
    // At most three in work and two that wait; the last two are never dropped.
    assertThat(summary.results()).isBetween(2L, 5L);
    assertThat(summary.dropped()).isEqualTo(20 - summary.results());
    assertThat(log.lines).hasSize(21).contains("result 18", "result 19");
    assertThat(log.lines.stream().filter(line -> line.startsWith("dropped")))
        .hasSize((int) summary.dropped());
    for (int i = 0; i < 20; i++) {
      assertThat(log.lines.get(i)).endsWith(" " + i);
    }
  }

  @Test
  void stream_sourceMayWait_neverReadsFarAhead() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    FrameSource source =
        () -> {
          most.accumulateAndGet(reads.incrementAndGet() - told.get(), Math::max);
          return reads.get() <= 200 ? Optional.of(FRAME) : Optional.empty();
        };
    StreamListener slow = (index, frame, prediction) -> told.incrementAndGet();
    StreamOptions options = StreamOptions.waiting().withCapacity(2);
    try (DetectionStream stream = start(source, frame -> NOTHING, slow, options)) {
      assertThat(stream.await().results()).isEqualTo(200);
    }
    // Two wait, six are in work or untold, one is in the listener's hands and one is being read.
    assertThat(most.get()).isLessThanOrEqualTo(10);
  }

  @Test
  void close_endlessSource_joinsItsThreadsAndClosesTheSource() throws Exception {
    CountDownLatch some = new CountDownLatch(5);
    AtomicInteger closed = new AtomicInteger();
    FrameSource source =
        new FrameSource() {
          @Override
          public Optional<Image> next() {
            return Optional.of(FRAME);
          }

          @Override
          public void close() {
            closed.incrementAndGet();
          }
        };
    Log log = new Log();
    Function<Image, Prediction> network =
        frame -> {
          some.countDown();
          return NOTHING;
        };
    DetectionStream stream = start(source, network, log, StreamOptions.waiting());
    some.await();
    stream.close();
    stream.close();
    StreamSummary summary = stream.await();
    assertThat(summary.cancelled()).isTrue();
    assertThat(summary.failure()).isEmpty();
    assertThat(closed).hasValue(1);
    assertThat(log.lines).endsWith("end").hasSize((int) summary.results() + 1);
    assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
        .noneMatch(name -> name.startsWith("yolo4j-stream"));
  }

  @Test
  void stream_sourceBreaks_endsWithTheReason() throws Exception {
    FrameSource source =
        () -> {
          throw new IOException("camera 0 gives no more frames");
        };
    Log log = new Log();
    try (DetectionStream stream = start(source, frame -> NOTHING, log, StreamOptions.waiting())) {
      StreamSummary summary = stream.await();
      assertThat(summary.failure())
          .get()
          .extracting(Exception::getMessage)
          .isEqualTo("camera 0 gives no more frames");
      assertThat(summary.cancelled()).isFalse();
    }
    assertThat(log.lines).containsExactly("end");
  }

  @Test
  void stream_listenerThrows_isCancelledWithTheReason() throws Exception {
    IllegalStateException thrown = new IllegalStateException("full");
    StreamListener listener =
        (index, frame, prediction) -> {
          throw thrown;
        };
    FrameSource source = () -> Optional.of(FRAME);
    try (DetectionStream stream =
        start(source, frame -> NOTHING, listener, StreamOptions.waiting())) {
      StreamSummary summary = stream.await();
      assertThat(summary.cancelled()).isTrue();
      assertThat(summary.failure()).containsSame(thrown);
    }
  }
}
