package io.yolo4j.cli;

import io.yolo4j.detect.StreamOptions;
import io.yolo4j.image.FrameSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A source of frames, where {@code --source} names one: a camera's number, an address, a video
 * file.
 *
 * @param text as it was given
 * @param kind which of them it is
 */
record FrameInput(String text, Kind kind) {
  private static final Set<String> VIDEOS =
      Set.of("mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg", "ts", "mts", "wmv", "flv");

  /** Where frames come from. */
  enum Kind {
    /** A camera of this machine. */
    CAMERA,
    /** A network stream. */
    ADDRESS,
    /** A video file. */
    FILE
  }

  /** Returns the source of frames, or nothing where the text names pictures. */
  static Optional<FrameInput> of(String source) {
    if (FrameSource.isAddress(source)) {
      return Optional.of(new FrameInput(source, Kind.ADDRESS));
    }
    if (source.matches("[0-9]{1,3}") && !Files.exists(Path.of(source))) {
      return Optional.of(new FrameInput(source, Kind.CAMERA));
    }
    String suffix = source.substring(source.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return VIDEOS.contains(suffix) && !source.matches(".*[*?\\[{].*")
        ? Optional.of(new FrameInput(source, Kind.FILE))
        : Optional.empty();
  }

  /** Opens it; the caller closes it. */
  FrameSource open() throws IOException {
    return kind == Kind.CAMERA
        ? FrameSource.camera(Integer.parseInt(text))
        : FrameSource.video(text);
  }

  /** Returns the files that it reads, which must not be written over. */
  List<Path> files() throws IOException {
    if (kind != Kind.FILE) {
      return List.of();
    }
    Path file = Path.of(text);
    if (!Files.isRegularFile(file)) {
      throw new IOException(text + ": there is no such file");
    }
    return List.of(file);
  }

  /** Every frame of a file; of what comes by itself the latest. */
  StreamOptions streaming() {
    return kind == Kind.FILE ? StreamOptions.waiting() : StreamOptions.dropping();
  }

  /** Returns the frame's name, without a suffix. */
  Path frame(long index) {
    String stem =
        switch (kind) {
          case CAMERA -> "camera" + text;
          case ADDRESS -> "stream";
          case FILE -> fileStem();
        };
    return Path.of("%s-%06d".formatted(stem, index));
  }

  private String fileStem() {
    String name = String.valueOf(Path.of(text).getFileName());
    return name.substring(0, name.lastIndexOf('.'));
  }
}
