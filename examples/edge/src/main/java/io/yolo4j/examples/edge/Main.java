package io.yolo4j.examples.edge;

import io.yolo4j.detect.Detector;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Watches a folder and detects what is in the pictures that arrive. Exit codes: 0 done, 1 failed or
 * some picture can't be read, 2 wrong usage.
 */
public final class Main {
  private static final long END_SECONDS = 30;

  private Main() {}

  /** Runs until Ctrl-C, or with {@code --once} until what is there is done. */
  public static void main(String[] arguments) {
    Settings settings;
    try {
      settings = Settings.of(arguments);
      check(settings);
    } catch (IllegalArgumentException e) {
      System.err.println("edge-watcher: " + e.getMessage());
      System.err.println(Settings.USAGE);
      System.exit(2);
      return;
    }
    CountDownLatch ended = new CountDownLatch(1);
    int code = 1;
    try {
      code = run(settings, System.out, ended);
    } catch (IOException | RuntimeException e) {
      System.err.println("edge-watcher: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
    System.exit(code);
  }

  /** Results in the watched folder would be pictures to detect in, for ever. */
  private static void check(Settings settings) {
    if (!Files.isDirectory(settings.folder())) {
      throw new IllegalArgumentException("--folder must be a folder, got " + settings.folder());
    }
    if (settings.out().equals(settings.folder())) {
      throw new IllegalArgumentException(
          "--out must be another folder than --folder, both are " + settings.out());
    }
  }

  /**
   * Does what the settings say.
   *
   * @param ended counted down by the caller when the process may end; Ctrl-C waits for it
   * @return the exit code
   */
  static int run(Settings settings, PrintStream log, CountDownLatch ended)
      throws IOException, InterruptedException {
    Results results = new Results(settings.out());
    try (Detector detector = Detector.load(settings.model(), settings.options())) {
      log.println(detector.describe());
      Watcher watcher = new Watcher(settings.folder(), results, detector, log);
      // Ctrl-C and a polite kill: the JVM ends when this hook has returned, which waits until the
      // picture at work is written and the detector is closed.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(watcher, ended), "ending"));
      return watcher.run(settings.once()) == 0 ? 0 : 1;
    }
  }

  private static void end(Watcher watcher, CountDownLatch ended) {
    watcher.stop();
    try {
      if (!ended.await(END_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("edge-watcher: the picture takes too long; ending without its results");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
