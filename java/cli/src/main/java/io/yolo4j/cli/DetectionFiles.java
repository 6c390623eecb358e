package io.yolo4j.cli;

import io.yolo4j.detect.Detection;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.image.Drawing;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.NormalizedBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files that detection writes: pictures with boxes, label lines, JSON. */
final class DetectionFiles {
  private final Optional<Path> folder;
  private final Map<Path, String> names = new HashMap<>();

  /**
   * Chooses a name for every picture; pictures of equal names in different folders get a number.
   */
  DetectionFiles(Optional<Path> folder, List<Path> pictures) throws IOException {
    this.folder = folder;
    Set<String> taken = new HashSet<>();
    for (Path picture : pictures) {
      String file = String.valueOf(picture.getFileName());
      String stem = file.contains(".") ? file.substring(0, file.lastIndexOf('.')) : file;
      String name = stem;
      for (int i = 2; !taken.add(name); i++) {
        name = stem + "-" + i;
      }
      names.put(picture, name);
    }
    checkNotASource(pictures);
  }

  /**
   * Neither pictures that a user gave nor the labels beside them are ever written over: a data
   * set's {@code labels} folder has the name of ours.
   */
  private void checkNotASource(List<Path> pictures) throws IOException {
    if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
      return;
    }
    Path target = folder.get().toRealPath();
    for (Path picture : pictures) {
      Path parent = picture.toAbsolutePath().normalize().getParent();
      if (picture.toRealPath().startsWith(target)
          || (parent != null && parent.toRealPath().startsWith(target))) {
        throw new CommandException(
            ExitCode.USAGE,
            "--save-dir %s: holds the source picture %s; choose another folder"
                .formatted(folder.get(), picture));
      }
    }
  }

  /** Returns the first folder 1, 2, 3 … below a folder that does not exist yet. */
  static Path nextFree(Path parent) {
    int number = 1;
    while (Files.exists(parent.resolve(String.valueOf(number)))) {
      number++;
    }
    return parent.resolve(String.valueOf(number));
  }

  Optional<Path> folder() {
    return folder;
  }

  /** Creates the folder; before the work, so that hours of it are not lost to a wrong name. */
  void createFolder() throws IOException {
    if (folder.isEmpty()) {
      return;
    }
    try {
      created("");
    } catch (IOException e) {
      throw new IOException(
          "--save-dir %s: the folder cannot be created (%s)"
              .formatted(folder.get(), ErrorText.of(e)),
          e);
    }
  }

  /** Writes the picture with its boxes: PNG for a PNG, JPEG for all others. */
  void writePicture(Path picture, Image image, List<Detection> detections) throws IOException {
    Drawing drawing = new Drawing(image);
    // The surest last, so that its label lies on top.
    for (int i = detections.size() - 1; i >= 0; i--) {
      Detection detection = detections.get(i);
      drawing.box(detection.box(), detection.label(), detection.classId());
    }
    boolean png = picture.toString().toLowerCase(Locale.ROOT).endsWith(".png");
    Path target = created("").resolve(name(picture) + (png ? ".png" : ".jpg"));
    ImageWriter.write(drawing.image(), target);
  }

  /**
   * Writes lines {@code class cx cy w h conf}, fractions of the picture; an empty file says that
   * nothing was found.
   */
  void writeLabels(Path picture, Image image, List<Detection> detections) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Detection detection : detections) {
      NormalizedBox box = detection.normalized(image.size());
      lines.append(
          String.format(
              Locale.ROOT,
              "%d %.6f %.6f %.6f %.6f %.6f%n",
              detection.classId(),
              box.centreX(),
              box.centreY(),
              box.width(),
              box.height(),
              detection.confidence()));
    }
    AtomicFile.write(created("labels").resolve(name(picture) + ".txt"), lines.toString());
  }

  void writeJson(String json) throws IOException {
    AtomicFile.write(created("").resolve("detections.json"), json);
  }

  static Map<String, Object> json(Detection detection, Image image) {
    NormalizedBox box = detection.normalized(image.size());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("class", detection.classId());
    json.put("name", detection.className());
    json.put("confidence", detection.confidence());
    json.put(
        "xyxy",
        List.of(
            detection.box().x1(),
            detection.box().y1(),
            detection.box().x2(),
            detection.box().y2()));
    json.put("cxcywhn", List.of(box.centreX(), box.centreY(), box.width(), box.height()));
    return json;
  }

  private String name(Path picture) {
    return names.getOrDefault(picture, String.valueOf(picture.getFileName()));
  }

  private Path created(String child) throws IOException {
    return Files.createDirectories(folder.orElseThrow().resolve(child));
  }
}
