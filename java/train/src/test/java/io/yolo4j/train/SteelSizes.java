package io.yolo4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.NormalizedBox;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The boxes of the steel defects, read from their annotations as the fixtures counted them. */
final class SteelSizes {
  private static final Pattern OBJECT =
      Pattern.compile(
          "<name>([^<]+)</name>.*?<xmin>(\\d+)</xmin>\\s*<ymin>(\\d+)</ymin>\\s*<xmax>(\\d+)</xmax>\\s*<ymax>(\\d+)</ymax>",
          Pattern.DOTALL);

  private SteelSizes() {}

  /** Returns a part of the data set, without the pictures that the reference leaves out. */
  static Dataset dataset(String split) throws IOException {
    JsonNode expected = Shared.json("val.json").get("neu_det");
    List<String> classes = new ArrayList<>();
    expected.get("classes").forEach(name -> classes.add(name.asText()));
    List<String> dropped = new ArrayList<>();
    expected.get("raw_files").get("dropped_images").forEach(name -> dropped.add(name.asText()));
    List<Sample> samples = new ArrayList<>();
    for (String line : Files.readAllLines(Shared.path("data/neu-det/splits/" + split + ".txt"))) {
      String name = Path.of(line.strip()).getFileName().toString().replaceFirst("\\.\\w+$", "");
      if (!dropped.contains(name)) {
        samples.add(sample(name, classes));
      }
    }
    assertThat(samples).hasSize(expected.get("splits").get(split).get("images").asInt());
    return new Dataset(split, classes, samples, List.of());
  }

  private static Sample sample(String name, List<String> classes) throws IOException {
    String xml = Files.readString(Shared.path("data/neu-det/annotations/" + name + ".xml"));
    List<Label> labels = new ArrayList<>();
    Matcher object = OBJECT.matcher(xml);
    while (object.find()) {
      labels.add(
          new Label(
              classes.indexOf(object.group(1)),
              NormalizedBox.ofCorners(
                  Double.parseDouble(object.group(2)) / 200,
                  Double.parseDouble(object.group(3)) / 200,
                  Double.parseDouble(object.group(4)) / 200,
                  Double.parseDouble(object.group(5)) / 200)));
    }
    return new Sample(Path.of(name + ".jpg"), new ImageSize(200, 200), labels);
  }
}
