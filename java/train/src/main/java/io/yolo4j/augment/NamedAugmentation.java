package io.yolo4j.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One change of pictures on its own, to look at.
 *
 * @param name the hyper-parameter's name
 * @param strength what it is set to, for people
 * @param options with this change alone
 */
public record NamedAugmentation(String name, String strength, AugmentOptions options) {
  /** Show something where neither the options nor the defaults have any. */
  private static final double DEGREES = 20;

  private static final double SHEAR = 10;
  private static final double PERSPECTIVE = 0.0005;

  /**
   * Returns every change on its own, the untouched picture first, all together last. Those that the
   * options have keep their strength; others have one that can be seen. What happens with a
   * probability happens always.
   */
  public static List<NamedAugmentation> all(AugmentOptions options) {
    AugmentOptions none = AugmentOptions.none();
    AugmentOptions usual = AugmentOptions.defaults();
    double degrees = shown(options.degrees(), DEGREES);
    double translate = shown(options.translate(), usual.translate());
    double scale = shown(options.scale(), usual.scale());
    double shear = shown(options.shear(), SHEAR);
    double perspective = shown(options.perspective(), PERSPECTIVE);
    double hue = shown(options.hsvH(), usual.hsvH());
    double saturation = shown(options.hsvS(), usual.hsvS());
    double value = shown(options.hsvV(), usual.hsvV());
    AugmentOptions mosaic = none.withMosaic(1);
    List<NamedAugmentation> all = new ArrayList<>();
    all.add(new NamedAugmentation("none", "as it is", none));
    all.add(of("hsv_h", hue, none.withHsv(hue, 0, 0)));
    all.add(of("hsv_s", saturation, none.withHsv(0, saturation, 0)));
    all.add(of("hsv_v", value, none.withHsv(0, 0, value)));
    all.add(of("degrees", degrees, none.withGeometry(degrees, 0, 0, 0, 0)));
    all.add(of("translate", translate, none.withGeometry(0, translate, 0, 0, 0)));
    all.add(of("scale", scale, none.withGeometry(0, 0, scale, 0, 0)));
    all.add(of("shear", shear, none.withGeometry(0, 0, 0, shear, 0)));
    all.add(of("perspective", perspective, none.withGeometry(0, 0, 0, 0, perspective)));
    all.add(of("flipud", 1, none.withFlips(1, 0)));
    all.add(of("fliplr", 1, none.withFlips(0, 1)));
    all.add(of("mosaic", 1, mosaic));
    all.add(of("mosaic9", 1, mosaic.withMosaic9(1)));
    all.add(new NamedAugmentation("mixup", "1, in mosaics", mosaic.withMixup(1)));
    all.add(new NamedAugmentation("copy_paste", "1, outlines only", mosaic.withCopyPaste(1)));
    all.add(of("cutout", 1, none.withExtras(1, 0, 0, 0)));
    all.add(of("blur", 1, none.withExtras(0, 1, 0, 0)));
    all.add(of("grey", 1, none.withExtras(0, 0, 1, 0)));
    all.add(of("clahe", 1, none.withExtras(0, 0, 0, 1)));
    all.add(new NamedAugmentation("all", "as in training", options));
    return all;
  }

  private static double shown(double wanted, double otherwise) {
    return wanted > 0 ? wanted : otherwise;
  }

  private static NamedAugmentation of(String name, double value, AugmentOptions options) {
    String text =
        value == Math.rint(value)
            ? String.format(Locale.ROOT, "%.0f", value)
            : Double.toString(value);
    return new NamedAugmentation(name, value < 0.001 ? plain(value) : text, options);
  }

  private static String plain(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
