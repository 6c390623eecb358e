package io.yolo4j.kernels;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;

/** Turns a failed load of the native library into what a user can act on. */
final class LoadFailure {
  private static final String BINDINGS = "/io/yolo4j/bindings/";

  /** The Linux loader's text: {@code /a/libb.so: libc.so.1: cannot open shared object file: …}. */
  private static final Pattern MISSING_DEPENDENCY =
      Pattern.compile("(\\S+): (lib\\S+): cannot open shared object file");

  private LoadFailure() {}

  static String describe(LinkageError failure) {
    if (String.valueOf(failure.getMessage()).startsWith("org/bytedeco/javacpp")) {
      return "the native kernels need org.bytedeco:javacpp on the class path, class %s is missing"
          .formatted(failure.getMessage());
    }
    String platform = Loader.getPlatform();
    String file = BINDINGS + platform + "/" + System.mapLibraryName("jniYolo4j");
    if (LoadFailure.class.getResource(file) == null) {
      return noNatives(platform);
    }
    return missingDependency(failure)
        .orElseGet(() -> "%s does not load: %s".formatted(file, deepest(failure).getMessage()));
  }

  static String noNatives(String platform) {
    return "there are no native kernels for %s on the class path; add the jar io.yolo4j:yolo4j-bindings with the classifier %s, or build it on that platform: mvn -pl java/bindings -am package"
        .formatted(platform, platform);
  }

  /** Looks along the causes: JavaCPP hides the loader's text behind its own. */
  static Optional<String> missingDependency(Throwable failure) {
    Optional<String> found = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Matcher matcher = MISSING_DEPENDENCY.matcher(String.valueOf(cause.getMessage()));
      if (matcher.find()) {
        found =
            Optional.of(
                "%s does not load: it needs %s, which this system lacks; install the package that holds it"
                    .formatted(matcher.group(1), matcher.group(2)));
      }
    }
    return found;
  }

  private static Throwable deepest(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest;
  }
}
