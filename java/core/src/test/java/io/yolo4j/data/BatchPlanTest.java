package io.yolo4j.data;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.image.ImageDecoders;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.ImageWriter;
import io.yolo4j.image.NormalizedBox;
import io.yolo4j.image.Pictures;
import io.yolo4j.image.Sizing;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchPlanTest {
  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(ints = {640, 320})
  void rectangular_coco128_matches(int imageSize) throws IOException {
    JsonNode expected =
        Shared.json("geometry.json").get("rect_batches_coco128").get(Integer.toString(imageSize));
    List<BatchPlan> plans = coco128(imageSize);
    assertThat(plans).hasSize(16);
    for (int b = 0; b < plans.size(); b++) {
      JsonNode shape = expected.get("batch_shapes_hw").get(b);
      assertThat(plans.get(b).frame())
          .isEqualTo(new ImageSize(shape.get(1).asInt(), shape.get(0).asInt()));
    }
    Map<String, JsonNode> images = new HashMap<>();
    expected.get("images").forEach(i -> images.put(i.get(0).asText(), i));
    for (BatchPlan plan : plans) {
      for (Sample sample : plan.samples()) {
        String name = sample.image().getFileName().toString();
        JsonNode image = Objects.requireNonNull(images.get(name), name);
        assertThat(sample.size())
            .isEqualTo(new ImageSize(image.get(1).get(0).asInt(), image.get(1).get(1).asInt()));
        assertThat(Sizing.loaded(sample.size(), imageSize))
            .isEqualTo(new ImageSize(image.get(3).get(1).asInt(), image.get(3).get(0).asInt()));
      }
    }
  }

  @Test
  void rectangular_coco128_firstBatchesHaveTheFixturesTargets() throws IOException {
    JsonNode batches =
        Shared.json("geometry.json")
            .get("rect_batches_coco128")
            .get("640")
            .get("first_two_batches");
    Map<String, List<Double>> expected = new HashMap<>();
    for (JsonNode batch : batches) {
      for (JsonNode target : batch.get("targets_img_cls_xywhn")) {
        String name = batch.get("images").get(target.get(0).asInt()).asText();
        List<Double> values = expected.computeIfAbsent(name, n -> new ArrayList<>());
        for (int i = 1; i < 6; i++) {
          values.add(target.get(i).asDouble());
        }
      }
    }
    List<BatchPlan> plans = coco128(640).subList(0, 2);
    int compared = 0;
    try (BatchReader reader = new BatchReader(plans, 640, ImageDecoders.preferred())) {
      for (BatchPlan plan : plans) {
        for (LoadedImage image : reader.next().images()) {
          // Pictures of equal ratio may have changed places with one of the third batch.
          String name = image.sample().image().getFileName().toString();
          List<Double> values = expected.get(name);
          if (values != null) {
            double[] targets = values.stream().mapToDouble(v -> v).toArray();
            assertClose(name, targets(image, plan.frame()), targets, 1e-6, 1e-6);
            assertThat(image.original()).isEqualTo(image.sample().size());
            assertThat(image.letterbox().frame()).isEqualTo(plan.frame());
            assertThat(image.letterbox().ratioX()).isEqualTo(1);
            compared++;
          }
        }
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(expected.size() - 2);
  }

  /* Class and box in fractions of the frame, as the network's targets are. */
  private static double[] targets(LoadedImage image, ImageSize frame) {
    List<Double> targets = new ArrayList<>();
    for (Label label : image.sample().labels()) {
      NormalizedBox box =
          label
              .box()
              .toPixels(
                  image.letterbox().resized(), image.letterbox().padX(), image.letterbox().padY())
              .normalized(frame);
      targets.addAll(
          List.of(
              (double) label.classId(), box.centreX(), box.centreY(), box.width(), box.height()));
    }
    return targets.stream().mapToDouble(v -> v).toArray();
  }

  private static List<BatchPlan> coco128(int imageSize) throws IOException {
    DatasetConfig config = DatasetConfig.read(Shared.path("data/coco128/coco128.yaml"));
    Dataset dataset = Dataset.scan(config, Split.VAL, ScanOptions.defaults());
    return BatchPlan.rectangular(dataset.samples(), new BatchPlan.Options(imageSize, 8, 32, 0.5));
  }

  @Test
  void rectangular_equalRatios_keepTheirOrder() {
    List<Sample> samples =
        List.of(sample("c", 20, 20), sample("a", 40, 40), sample("b", 40, 20), sample("d", 30, 30));
    List<BatchPlan> plans = BatchPlan.rectangular(samples, new BatchPlan.Options(64, 2, 32, 0.5));
    assertThat(plans).hasSize(2);
    assertThat(plans.get(0).samples()).containsExactly(samples.get(2), samples.get(0));
    assertThat(plans.get(1).samples()).containsExactly(samples.get(1), samples.get(3));
    assertThat(plans.get(0).frame()).isEqualTo(new ImageSize(96, 96));
  }

  @Test
  void square_anyPictures_keepsTheOrder() {
    List<Sample> samples = List.of(sample("a", 20, 40), sample("b", 40, 20), sample("c", 20, 20));
    List<BatchPlan> plans = BatchPlan.square(samples, new BatchPlan.Options(65, 2, 32, 0));
    assertThat(plans.stream().map(p -> p.samples().size())).containsExactly(2, 1);
    assertThat(plans.get(0).frame()).isEqualTo(new ImageSize(96, 96));
  }

  @Test
  void options_badValues_throw() {
    assertThatThrownBy(() -> new BatchPlan.Options(640, 0, 32, 0.5))
        .hasMessage(
            "image size, batch size and stride must be at least 1 and pad at least 0, got 640, 0,"
                + " 32 and 0.5");
  }

  @Test
  void next_unreadablePicture_isReportedAndItsSlotIsGrey() throws IOException {
    Path good = folder.resolve("a.png");
    ImageWriter.write(Pictures.plain(32, 16, 0x102030), good);
    Path bad = Files.writeString(folder.resolve("b.png"), "no");
    ImageSize size = new ImageSize(32, 16);
    List<Sample> samples =
        List.of(
            new Sample(bad, size, List.of()),
            new Sample(good, size, List.of()),
            new Sample(good, size, List.of()));
    List<BatchPlan> plans = BatchPlan.rectangular(samples, new BatchPlan.Options(32, 2, 32, 0));
    BatchReader reader = new BatchReader(plans, 32, ImageDecoders.imageIo());
    LoadedBatch batch = reader.next();
    assertThat(batch.slots()).isEqualTo(2);
    assertThat(batch.images()).hasSize(1);
    assertThat(batch.images().get(0).slot()).isEqualTo(1);
    assertThat(batch.issues().get(0).message()).startsWith("cannot read picture: ");
    int slotBytes = 32 * 32 * 3;
    for (int i = 0; i < slotBytes; i++) {
      assertThat(batch.pixels().get(i)).isEqualTo((byte) 114);
    }
    // 32x16 in a frame of 32x32: 8 rows of border.
    assertThat(batch.pixels().get(slotBytes + 7 * 96)).isEqualTo((byte) 114);
    assertThat(batch.pixels().get(slotBytes + 8 * 96)).isEqualTo((byte) 0x10);
    assertThat(batch.loadNanos()).isPositive();
    LoadedBatch second = reader.next();
    assertThat(second.pixels()).isNotSameAs(batch.pixels());
    assertThatThrownBy(reader::next)
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("all 2 batches were taken");
    reader.close();
    assertThatThrownBy(reader::next).hasMessage("the batch reader is closed");
  }

  private static Sample sample(String name, int width, int height) {
    return new Sample(Path.of(name), new ImageSize(width, height), List.of());
  }
}
