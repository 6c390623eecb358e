package io.yolo4j.data.convert;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which part each picture belongs to, by list files of the user. */
final class SplitLists {
  private final Map<String, Split> parts = new HashMap<>();
  private final Map<Split, Path> lists;
  private final PictureIndex index;
  private final List<DataIssue> issues;

  private SplitLists(Map<Split, Path> lists, PictureIndex index, List<DataIssue> issues) {
    this.lists = new EnumMap<>(Split.class);
    this.lists.putAll(lists);
    this.index = index;
    this.issues = issues;
  }

  /**
   * Returns the part of each picture by its name: the one set for it, or that of the list that
   * names it. Pictures that no list names go to the one of train and val that has no list, train
   * first; where both have one, they have no part.
   *
   * @param issues gets lines that no picture answers to
   * @throws DatasetException if a list cannot be read, none of its lines names a picture, or two
   *     lists name the same
   */
  static Map<String, Split> read(
      Map<Split, Path> lists, List<AnnotatedImage> images, List<DataIssue> issues)
      throws DatasetException {
    SplitLists reading = new SplitLists(lists, PictureIndex.of(images), issues);
    for (AnnotatedImage image : images) {
      if (image.split() != null) {
        reading.parts.put(image.name(), image.split());
      }
    }
    for (Map.Entry<Split, Path> list : reading.lists.entrySet()) {
      reading.add(list.getKey(), list.getValue());
    }
    for (Split rest : List.of(Split.TRAIN, Split.VAL)) {
      if (!lists.containsKey(rest)) {
        reading.index.names().forEach(name -> reading.parts.putIfAbsent(name, rest));
      }
    }
    return reading.parts;
  }

  private void add(Split split, Path list) throws DatasetException {
    List<String> lines;
    try {
      lines = Files.readAllLines(list);
    } catch (IOException e) {
      throw new DatasetException(
          Files.exists(list)
              ? list + ": the list cannot be read (" + e + ")"
              : list + ": there is no such list of pictures",
          e);
    }
    boolean any = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty()) {
        continue;
      }
      List<String> found = index.find(line);
      if (found.size() == 1) {
        put(split, found.get(0), list, i + 1);
        any = true;
      } else {
        String problem =
            found.isEmpty()
                ? "there is no usable picture '" + line + "'"
                : "several pictures are called '" + line + "': " + found;
        issues.add(new DataIssue(DataIssue.Kind.MISSING_IMAGE, list, i + 1, problem));
      }
    }
    if (!any) {
      throw new DatasetException(list + ": no line names a picture of the data set");
    }
  }

  private void put(Split split, String name, Path list, int line) throws DatasetException {
    Split before = parts.putIfAbsent(name, split);
    if (before != null && before != split) {
      throw new DatasetException(
          "%s:%d: '%s' is in part '%s' already; a picture can be in one part only"
              .formatted(list, line, name, before.key()));
    }
  }
}
