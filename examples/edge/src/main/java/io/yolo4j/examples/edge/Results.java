package io.yolo4j.examples.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.detect.Detection;
import io.yolo4j.detect.Prediction;
import io.yolo4j.files.AtomicFile;
import io.yolo4j.image.Box;
import io.yolo4j.image.Drawing;
import io.yolo4j.image.Image;
import io.yolo4j.image.ImageWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that tell what was found: for {@code a.jpg} there are {@code a.jpg.json} and {@code
 * a.jpg.boxes.jpg}.
 *
 * <p>Both are written under a temporary name and moved into place, so that who reads them never
 * sees half a file. The JSON file comes last: where it is, the picture is done. It holds the
 * picture's size and time, by which a watcher that starts again knows what it needn't do again.
 */
final class Results {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /** Creates the folder where it is missing. */
  Results(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /** Returns whether the results of this very version of the picture are there. */
  boolean isDone(Path picture, Version version) {
    try {
      JsonNode json = JSON.readTree(file(picture, ".json").toFile());
      return json.path("bytes").asLong(-1) == version.bytes()
          && json.path("modified").asText().equals(version.modified().toString());
    } catch (IOException e) {
      // None there, or not ours: it is written anew.
      return false;
    }
  }

  /** Writes both files of a picture. */
  void write(Path picture, Version version, Image image, Prediction prediction) throws IOException {
    Drawing drawing = new Drawing(image);
    for (Detection detection : prediction.detections()) {
      drawing.box(detection.box(), detection.label(), detection.classId());
    }
    ImageWriter.write(drawing.image(), file(picture, ".boxes.jpg"));
    AtomicFile.write(
        file(picture, ".json"),
        JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(description(picture, version, image, prediction))
            + "\n");
  }

  private Path file(Path picture, String suffix) {
    return folder.resolve(picture.getFileName() + suffix);
  }

  private static Map<String, Object> description(
      Path picture, Version version, Image image, Prediction prediction) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("picture", picture.getFileName().toString());
    description.put("bytes", version.bytes());
    description.put("modified", version.modified().toString());
    description.put("width", image.width());
    description.put("height", image.height());
    description.put("milliseconds", Math.round(prediction.times().totalNanos() / 1e4) / 1e2);
    description.put("detections", prediction.detections().stream().map(Results::found).toList());
    return description;
  }

  private static Map<String, Object> found(Detection detection) {
    Box box = detection.box();
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("class", detection.classId());
    found.put("name", detection.className());
    found.put("confidence", detection.confidence());
    found.put("box", List.of(box.x1(), box.y1(), box.x2(), box.y2()));
    return found;
  }
}
