package io.yolo4j.data.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.data.DataIssue;
import io.yolo4j.data.Dataset;
import io.yolo4j.data.DatasetConfig;
import io.yolo4j.data.Label;
import io.yolo4j.data.Sample;
import io.yolo4j.data.ScanOptions;
import io.yolo4j.data.Split;
import io.yolo4j.image.NormalizedBox;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of NEU-DET, against the figures of {@code fixtures/val.json}. */
class NeuDetConversionTest {
  @TempDir Path out = Path.of("");

  @Test
  void convert_neuDet_hasTheBoxesOfTheReference() throws IOException {
    Path neu = Shared.path("data/neu-det");
    AnnotationSet set =
        VocReader.read(
            neu.resolve("annotations"), neu.resolve("images"), AnnotationOptions.defaults());
    assertThat(set.images()).hasSize(1800);
    assertThat(set.difficult()).isEqualTo(81);
    assertThat(
            set.images().stream()
                .mapToLong(
                    image ->
                        image.annotations().stream()
                            .filter(a -> !image.name().startsWith(a.className()))
                            .count())
                .sum())
        .as("boxes of another class than the file's prefix")
        .isEqualTo(188);

    ConversionReport report =
        DatasetWriter.write(
            set,
            out,
            ConversionOptions.defaults()
                .withSplits(
                    Map.of(
                        Split.TRAIN, neu.resolve("splits/train.txt"),
                        Split.VAL, neu.resolve("splits/val.txt"))),
            (done, total) -> {});
    JsonNode expected = Shared.json("val.json").get("neu_det");
    assertThat(report.classNames()).isEqualTo(texts(expected.get("classes")));
    assertThat(report.boxes()).isEqualTo(4189);
    assertThat(IntStream.range(0, 6).map(report::boxes).boxed())
        .containsExactly(689, 1011, 881, 432, 628, 548);
    assertThat(report.parts().values().stream().mapToInt(ConversionReport.Part::mixed).sum())
        .isEqualTo(123);
    assertThat(report.issues().stream().map(DataIssue::kind))
        .containsOnly(DataIssue.Kind.DUPLICATE)
        .hasSize(3);
    assertThat(report.issues().stream().map(issue -> String.valueOf(issue.file().getFileName())))
        .containsExactly("crazing_120.xml", "inclusion_62.xml", "patches_198.xml");
    assertReadAsTheReference(DatasetConfig.read(report.file()), expected.get("splits"));
  }

  private static void assertReadAsTheReference(DatasetConfig config, JsonNode expected)
      throws IOException {
    Dataset val = Dataset.scan(config, Split.VAL, ScanOptions.defaults());
    assertThat(val.samples()).hasSize(180);
    assertThat(val.issues()).isEmpty();
    JsonNode valFigures = expected.get("val");
    assertThat(imagesPerClass(val.samples(), config.classes()))
        .isEqualTo(numbers(valFigures.get("images_per_class")));
    assertMeans(val.samples(), valFigures.get("mean_wh_normalized"));

    Dataset train = Dataset.scan(config, Split.TRAIN, ScanOptions.defaults());
    assertThat(train.samples()).hasSize(1620);
    assertThat(train.labels()).isEqualTo(3774 - 3);
    // The reference drops the three pictures with a repeated row.
    List<Sample> counted =
        train.samples().stream()
            .filter(
                s -> !s.image().toString().matches(".*/(crazing_120|inclusion_62|patches_198).jpg"))
            .toList();
    assertThat(imagesPerClass(counted, config.classes()))
        .isEqualTo(numbers(expected.at("/train/images_per_class")));
    assertMeans(counted, expected.at("/train/mean_wh_normalized"));
  }

  /* Decides between the readings of the corners: one pixel more would be 0.005. */
  private static void assertMeans(List<Sample> samples, JsonNode expected) {
    List<NormalizedBox> boxes =
        samples.stream().flatMap(s -> s.labels().stream()).map(Label::box).toList();
    double width = boxes.stream().mapToDouble(NormalizedBox::width).average().orElse(0);
    double height = boxes.stream().mapToDouble(NormalizedBox::height).average().orElse(0);
    assertThat(width).isCloseTo(expected.get(0).asDouble(), within(1e-5));
    assertThat(height).isCloseTo(expected.get(1).asDouble(), within(1e-5));
  }

  private static List<Integer> imagesPerClass(List<Sample> samples, int classes) {
    return IntStream.range(0, classes)
        .map(
            id ->
                (int)
                    samples.stream()
                        .filter(s -> s.labels().stream().anyMatch(l -> l.classId() == id))
                        .count())
        .boxed()
        .toList();
  }

  private static List<String> texts(JsonNode list) {
    return Stream.of(list).flatMap(JsonNode::valueStream).map(JsonNode::asText).toList();
  }

  private static List<Integer> numbers(JsonNode list) {
    return Stream.of(list).flatMap(JsonNode::valueStream).map(JsonNode::asInt).toList();
  }
}
