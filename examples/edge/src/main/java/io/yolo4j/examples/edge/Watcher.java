package io.yolo4j.examples.edge;

import io.yolo4j.detect.Detector;
import io.yolo4j.detect.Prediction;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageDecoder;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageReadException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Detects what is in the pictures of a folder, those that are there and those that arrive.
 *
 * <p>The file system's events only wake it; what there is to do it always learns by looking into
 * the folder. So an event that is lost, or two for one file, do no harm. A picture that somebody is
 * still writing is left alone until its size and time stay the same from one look to the next; one
 * that can't be read then is tried again some times before it is given up, for a writer may pause.
 *
 * <p>Threads: {@link #run} belongs to one, {@link #stop} may be called from any.
 */
final class Watcher {
  /** After so many looks at a picture that doesn't change and can't be read, it is given up. */
  static final int TRIES = 5;

  private static final long LOOK_AGAIN_MILLIS = 200;

  /** Some file systems, those of a network above all, have no events. */
  private static final long LOOK_ANYWAY_MILLIS = 1000;

  /**
   * A picture that isn't done: as it was at the last look, and how often it couldn't be read so.
   */
  private record Attempt(Version version, int failures) {}

  private final Path folder;
  private final Results results;
  private final Detector detector;
  private final ImageDecoder decoder = ImageDecoders.preferred();
  private final PrintStream log;
  private final Map<Path, Attempt> unfinished = new HashMap<>();
  private final Map<Path, Version> done = new HashMap<>();
  private final Map<Path, Version> givenUp = new HashMap<>();
  private volatile boolean stopped;

  /** Creates a watcher; the caller closes the detector after {@link #run} has returned. */
  Watcher(Path folder, Results results, Detector detector, PrintStream log) {
    this.folder = folder;
    this.results = results;
    this.detector = detector;
    this.log = log;
  }

  /** Asks {@link #run} to return after the picture that it is working on. */
  void stop() {
    stopped = true;
  }

  /**
   * Works until {@link #stop}, or with {@code once} until every picture that is there is done or
   * given up.
   *
   * @return how many pictures can't be read
   * @throws IOException if the folder can't be read or results can't be written
   */
  int run(boolean once) throws IOException, InterruptedException {
    try (WatchService events = folder.getFileSystem().newWatchService()) {
      // Registered before the first look: what arrives in between is seen by one or the other.
      folder.register(
          events, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      while (!stopped) {
        look();
        if (once && unfinished.isEmpty()) {
          break;
        }
        await(events);
      }
    }
    return givenUp.size();
  }

  private void await(WatchService events) throws InterruptedException {
    long wait = unfinished.isEmpty() ? LOOK_ANYWAY_MILLIS : LOOK_AGAIN_MILLIS;
    WatchKey key = events.poll(wait, TimeUnit.MILLISECONDS);
    if (key != null) {
      key.pollEvents();
      key.reset();
      // A file that is being written wakes us at each block; its size shall have time to settle.
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  private void look() throws IOException {
    List<Path> pictures = pictures();
    Set<Path> there = Set.copyOf(pictures);
    List.of(unfinished, done, givenUp).forEach(known -> known.keySet().retainAll(there));
    for (Path picture : pictures) {
      if (stopped) {
        return;
      }
      try {
        lookAt(picture, Version.of(picture));
      } catch (NoSuchFileException e) {
        // Deleted since we listed the folder: nothing to do.
        unfinished.remove(picture);
      }
    }
  }

  private void lookAt(Path picture, Version now) throws IOException {
    if (now.equals(done.get(picture)) || now.equals(givenUp.get(picture))) {
      return;
    }
    if (!unfinished.containsKey(picture) && results.isDone(picture, now)) {
      done.put(picture, now);
      return;
    }
    givenUp.remove(picture);
    Attempt before = unfinished.get(picture);
    if (before == null || !before.version.equals(now)) {
      unfinished.put(picture, new Attempt(now, 0));
      return;
    }
    try {
      detect(picture, now);
      unfinished.remove(picture);
      done.put(picture, now);
    } catch (ImageReadException e) {
      failed(picture, new Attempt(now, before.failures + 1), e);
    }
  }

  private void failed(Path picture, Attempt attempt, ImageReadException problem) {
    if (attempt.failures < TRIES) {
      unfinished.put(picture, attempt);
      return;
    }
    unfinished.remove(picture);
    givenUp.put(picture, attempt.version);
    log.printf(
        "%s: given up after %d tries, until the file changes: %s%n",
        picture.getFileName(), TRIES, problem.reason());
  }

  private void detect(Path picture, Version version) throws IOException {
    Image image = decoder.read(picture);
    Prediction prediction = detector.predict(image);
    results.write(picture, version, image, prediction);
    log.printf(
        Locale.ROOT,
        "%s: %d found in %.1f ms%n",
        picture.getFileName(),
        prediction.detections().size(),
        prediction.times().totalNanos() / 1e6);
  }

  /** The pictures in the folder by name; hidden ones are other programs' temporary files. */
  private List<Path> pictures() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Watcher::isPicture).filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".") && name.matches("(?i).*\\.(jpe?g|png|bmp)");
  }
}
