package io.yolo4j.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lists the pictures that a user names: a file, a folder (with all folders below it), or a glob.
 */
public final class PictureSource {
  private PictureSource() {}

  /**
   * Returns the pictures, sorted by path. A file is returned whatever its suffix: decoding it will
   * tell.
   *
   * @param source a file, a folder, or a glob such as {@code images/*.jpg}
   * @throws DatasetException if there is no such file, or no picture in the folder or under the
   *     glob
   */
  public static List<Path> list(String source) throws DatasetException {
    if (source.isBlank()) {
      throw new DatasetException("a source of pictures must name a file, a folder or a glob");
    }
    Path path = path(source);
    if (path != null && Files.isRegularFile(path)) {
      return List.of(path);
    }
    List<Path> found;
    if (path != null && Files.isDirectory(path)) {
      found = walk(path, file -> isPicture(file.toString()));
    } else if (source.matches(".*[*?\\[{].*")) {
      found = glob(source);
    } else {
      throw new DatasetException(source + ": there is no such file or folder");
    }
    if (found.isEmpty()) {
      throw new DatasetException(
          source + ": no picture found (suffixes: " + ImageFiles.suffixes() + ")");
    }
    return found;
  }

  /** Returns whether the name has a suffix of pictures. */
  public static boolean isPicture(String name) {
    return ImageFiles.isImage(name);
  }

  private static List<Path> glob(String source) throws DatasetException {
    String pattern = source.startsWith("./") ? source.substring(2) : source;
    int wildcard = pattern.replaceFirst("[*?\\[{].*", "").lastIndexOf('/');
    Path base = Path.of(wildcard < 0 ? "" : wildcard == 0 ? "/" : pattern.substring(0, wildcard));
    if (!Files.isDirectory(base)) {
      throw new DatasetException(source + ": there is no folder " + base);
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    return walk(base, file -> matcher.matches(file) && isPicture(file.toString()));
  }

  private static List<Path> walk(Path folder, Predicate<Path> wanted) throws DatasetException {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(Files::isRegularFile).filter(wanted).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException(folder + ": the folder cannot be walked (" + e + ")", e);
    }
  }

  private static @Nullable Path path(String source) {
    try {
      return Path.of(source);
    } catch (InvalidPathException e) {
      // On some platforms a glob is no path.
      return null;
    }
  }
}
