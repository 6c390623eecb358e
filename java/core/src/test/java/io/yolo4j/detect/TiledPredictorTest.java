package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.image.Box;
import io.yolo4j.image.Image;
import io.yolo4j.image.Pictures;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A network that finds what a picture shows: bright pixels, their bounding box as far as the frame
 * shows it.
 */
final class TiledPredictorTest {
  private static final PredictorOptions OPTIONS = PredictorOptions.defaults().withImageSize(128);
  private static final DetectionHead HEAD =
      new DetectionHead(
          4, List.of(new DetectionHead.Level(8, List.of(new DetectionHead.Anchor(64, 64)))));

  /* The objects have levels of grey of their own, 200 + class. */
  private static void findBright(ImageBatch batch, List<RawHead> heads) {
    for (int classId = 0; classId < 4; classId++) {
      int x1 = batch.width();
      int y1 = batch.height();
      int x2 = 0;
      int y2 = 0;
      for (int y = 0; y < batch.height(); y++) {
        for (int x = 0; x < batch.width(); x++) {
          if ((batch.pixels().get((y * batch.width() + x) * 3) & 0xff) == 200 + classId) {
            x1 = Math.min(x1, x);
            y1 = Math.min(y1, y);
            x2 = Math.max(x2, x + 1);
            y2 = Math.max(y2, y + 1);
          }
        }
      }
      if (x2 > x1) {
        write(heads.get(0), classId, new Box(x1, y1, x2, y2));
      }
    }
  }

  private static void write(RawHead raw, int classId, Box box) {
    int column = (int) (box.centreX() / 8);
    int row = (int) (box.centreY() / 8);
    FakeExecutor.put(raw, 0, row, column, classId);
    int at = (row * raw.width() + column) * raw.outputs();
    raw.values().put(at, logit((box.centreX() / 8 + 0.5 - column) / 2));
    raw.values().put(at + 1, logit((box.centreY() / 8 + 0.5 - row) / 2));
    raw.values().put(at + 2, logit(Math.sqrt(box.width() / 64) / 2));
    raw.values().put(at + 3, logit(Math.sqrt(box.height() / 64) / 2));
  }

  private static float logit(double probability) {
    return (float) Math.log(probability / (1 - probability));
  }

  private static Image picture(int width, int height, List<Box> objects) {
    byte[] rgb = Pictures.plain(width, height, 0x202020).rgb().clone();
    for (int i = 0; i < objects.size(); i++) {
      Box box = objects.get(i);
      for (int y = (int) box.y1(); y < box.y2(); y++) {
        for (int x = (int) box.x1(); x < box.x2(); x++) {
          for (int c = 0; c < 3; c++) {
            rgb[(y * width + x) * 3 + c] = (byte) (200 + i);
          }
        }
      }
    }
    return Image.wrap(rgb, width, height);
  }

  private static List<Detection> predict(
      Image picture, PredictorOptions options, List<String> shapes) {
    FakeExecutor executor = new FakeExecutor(HEAD, TiledPredictorTest::findBright);
    List<Detection> found =
        new Predictor(executor, List.of(), options).predict(picture).detections();
    shapes.addAll(executor.shapes());
    return found;
  }

  @Test
  void predict_objectsOnSeams_givesExactlyTheObjects() {
    // Tiles start at 0, 96, 192 either way: seams at 96 to 128 and 192 to 224.
    List<Box> objects =
        List.of(
            new Box(100, 10, 120, 40), // whole in two tiles
            new Box(60, 84, 150, 150), // cut by four tiles
            new Box(20, 170, 30, 180), // in one
            new Box(90, 230, 300, 260)); // through three columns
    List<String> shapes = new ArrayList<>();
    Image picture = picture(320, 320, objects);
    PredictorOptions tiled = OPTIONS.withTiling(TilingOptions.of(128).withOverlap(0.25));
    List<Detection> found = predict(picture, tiled, shapes);
    assertThat(shapes).hasSize(9).containsOnly("1x128x128");
    assertThat(found).hasSize(4);
    for (Detection detection : found) {
      Box expected = objects.get(detection.classId());
      assertThat(detection.box().iou(expected)).as("%s", detection).isGreaterThan(0.999f);
    }
    assertThat(found.stream().map(Detection::classId)).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(predict(picture, tiled, new ArrayList<>())).isEqualTo(found);
  }

  @Test
  void predict_wholeToo_looksOnceMoreAndFindsNoMore() {
    List<Box> objects = List.of(new Box(8, 8, 312, 312));
    List<String> shapes = new ArrayList<>();
    TilingOptions tiling = TilingOptions.of(128).withOverlap(0.25).withWhole(true);
    List<Detection> found = predict(picture(320, 320, objects), OPTIONS.withTiling(tiling), shapes);
    assertThat(shapes).hasSize(10);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).box().iou(objects.get(0))).isGreaterThan(0.98f);
  }

  @Test
  void predict_noLargerThanATile_isTheSameBitForBit() {
    Image picture = picture(120, 90, List.of(new Box(10, 10, 60, 70), new Box(50, 20, 99, 41)));
    List<Detection> plain = predict(picture, OPTIONS, new ArrayList<>());
    assertThat(plain).hasSize(2);
    assertThat(predict(picture, OPTIONS.withTiling(TilingOptions.of(120)), new ArrayList<>()))
        .isEqualTo(plain);
  }
}
