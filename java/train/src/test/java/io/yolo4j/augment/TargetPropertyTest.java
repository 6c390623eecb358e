package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.image.Box;
import io.yolo4j.image.ImageSize;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for objects whatever the numbers drawn. */
class TargetPropertyTest {
  private static final AugmentOptions STRONG =
      AugmentOptions.none().withGeometry(180, 0.5, 0.9, 30, 0.001).withFlips(0.5, 0.5);

  private record Scene(ImageSize canvas, ImageSize frame, Target target, SampleRandom random) {
    static Scene draw(long seed, int width, int height, boolean outlined) {
      SampleRandom random = SampleRandom.of(seed, 0, 0);
      ImageSize canvas = new ImageSize(width, height);
      ImageSize frame = new ImageSize(16 + random.nextInt(700), 16 + random.nextInt(700));
      float x = (float) random.uniform(0, width * 0.8);
      float y = (float) random.uniform(0, height * 0.8);
      float right = (float) random.uniform(x, width);
      float bottom = (float) random.uniform(y, height);
      Outline outline = outlined ? Outline.of(x, y, right, y, (x + right) / 2, bottom) : null;
      return new Scene(canvas, frame, new Target(3, new Box(x, y, right, bottom), outline), random);
    }
  }

  @Property
  void transformed_anyDraw_liesInTheFrameAndKeepsTheCandidatesRule(
      @ForAll long seed,
      @ForAll @IntRange(min = 16, max = 1400) int width,
      @ForAll @IntRange(min = 16, max = 1400) int height,
      @ForAll boolean outlined) {
    Scene scene = Scene.draw(seed, width, height, outlined);
    PerspectiveParameters parameters = PerspectiveParameters.draw(scene.random(), STRONG);
    Homography map = parameters.matrix(scene.canvas(), scene.frame());
    Optional<Target> kept = scene.target().transformed(map, parameters.scale(), scene.frame());
    kept.ifPresent(
        target -> {
          Box box = target.box();
          assertThat(target.classId()).isEqualTo(3);
          assertInside(box, scene.frame());
          assertThat(box.width()).isGreaterThan(2);
          assertThat(box.height()).isGreaterThan(2);
          assertThat(Math.max(box.width() / box.height(), box.height() / box.width()))
              .isLessThan(20.01f);
          double before = scene.target().box().area() * parameters.scale() * parameters.scale();
          assertThat((double) box.area()).isGreaterThan(before * (outlined ? 0.0099 : 0.099));
        });
  }

  private static void assertInside(Box box, ImageSize frame) {
    assertThat(box.x1()).isGreaterThanOrEqualTo(0);
    assertThat(box.y1()).isGreaterThanOrEqualTo(0);
    assertThat(box.x2()).isLessThanOrEqualTo(frame.width());
    assertThat(box.y2()).isLessThanOrEqualTo(frame.height());
  }

  @Property
  void boxAfter_insideTheFrame_holdsTheMappedCentre(
      @ForAll long seed, @ForAll @IntRange(min = 16, max = 1400) int width) {
    Scene scene = Scene.draw(seed, width, width, false);
    PerspectiveParameters parameters = PerspectiveParameters.draw(scene.random(), STRONG);
    Homography map = parameters.matrix(scene.canvas(), scene.frame());
    Box before = scene.target().box();
    Box after = scene.target().boxAfter(map, scene.frame());
    assertInside(after, scene.frame());
    double x = map.x(before.centreX(), before.centreY());
    double y = map.y(before.centreX(), before.centreY());
    boolean visible = x >= 0 && y >= 0 && x <= scene.frame().width() && y <= scene.frame().height();
    if (visible && after.area() > 0) {
      assertThat(x).isBetween(after.x1() - 1e-2, after.x2() + 1e-2);
      assertThat(y).isBetween(after.y1() - 1e-2, after.y2() + 1e-2);
    }
  }

  @Property
  void flipped_twice_isTheSame(
      @ForAll long seed, @ForAll boolean upDown, @ForAll boolean leftRight) {
    Scene scene = Scene.draw(seed, 300, 200, false);
    Flips flips = new Flips(upDown, leftRight);
    Target once = scene.target().flipped(flips, scene.canvas());
    assertInside(once.box(), scene.canvas());
    assertThat(once.box().area()).isCloseTo(scene.target().box().area(), within(0.5f));
    Box twice = once.flipped(flips, scene.canvas()).box();
    assertThat(twice.x1()).isCloseTo(scene.target().box().x1(), within(1e-3f));
    assertThat(twice.y2()).isCloseTo(scene.target().box().y2(), within(1e-3f));
  }

  @Property
  void write_anyBox_isStrictlyInsideTheUnitSquare(@ForAll long seed) {
    Scene scene = Scene.draw(seed, 300, 200, false);
    float[] rows = new float[12];
    scene.target().write(7, scene.canvas(), rows, 1);
    assertThat(rows[5]).isZero();
    assertThat(rows[6]).isEqualTo(7);
    assertThat(rows[7]).isEqualTo(3);
    assertThat(rows[8]).isBetween(0f, Math.nextDown(1f));
    assertThat(rows[9]).isBetween(0f, Math.nextDown(1f));
    assertThat(rows[8] + rows[10] / 2).isLessThan(1);
    assertThat(rows[9] + rows[11] / 2).isLessThan(1);
  }

  @Property
  void inverse_anyDraw_undoesTheMap(@ForAll long seed) {
    Scene scene = Scene.draw(seed, 500, 400, false);
    Homography map =
        PerspectiveParameters.draw(scene.random(), STRONG).matrix(scene.canvas(), scene.frame());
    Homography both = map.inverse().after(map);
    double w = both.at(2, 2);
    for (int i = 0; i < 9; i++) {
      double expected = i % 4 == 0 ? 1 : 0;
      // The last column is in pixels, the last row in their inverse.
      assertThat(both.at(i / 3, i % 3) / w).isCloseTo(expected, within(1e-6));
    }
  }
}
