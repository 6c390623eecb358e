package io.yolo4j.cli;

import io.yolo4j.data.ScanCache;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether and where commands remember what they read of data sets; never in a user's folder. */
final class CacheOptions {
  @Option(
      names = "--no-cache",
      description =
          "Read all labels anew, and remember nothing. Else what was read is kept in YOLO4J_CACHE, by default ~/.cache/yolo4j.")
  private boolean off;

  ScanCache cache(Map<String, String> environment) {
    return folder(environment).map(ScanCache::in).orElse(ScanCache.none());
  }

  /** As the XDG Base Directory Specification has it: relative paths do not count. */
  Optional<Path> folder(Map<String, String> environment) {
    return off ? Optional.empty() : defaultFolder(environment);
  }

  /** The folder where nobody switched it off. */
  static Optional<Path> defaultFolder(Map<String, String> environment) {
    String own = environment.getOrDefault("YOLO4J_CACHE", "");
    if (!own.isBlank()) {
      return Optional.of(Path.of(own));
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!xdg.isBlank() && Path.of(xdg).isAbsolute()) {
      return Optional.of(Path.of(xdg, "yolo4j"));
    }
    String home = environment.getOrDefault("HOME", "");
    return home.isBlank() ? Optional.empty() : Optional.of(Path.of(home, ".cache", "yolo4j"));
  }
}
