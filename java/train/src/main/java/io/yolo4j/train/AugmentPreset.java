package io.yolo4j.train;

import io.yolo4j.files.Nearest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A named set of augmentation, for comparisons.
 *
 * @param name as commands have it
 * @param text what it does, for people
 * @param values hyper-parameters of the augmentation, by their names in files; others of it have
 *     their defaults
 * @param epochFactor how many times the epochs it is trained for
 */
public record AugmentPreset(String name, String text, Map<String, Double> values, int epochFactor) {
  /** The hyper-parameters that presets set. */
  private static final List<String> KEYS =
      List.of(
          "hsv_h",
          "hsv_s",
          "hsv_v",
          "degrees",
          "translate",
          "scale",
          "shear",
          "perspective",
          "flipud",
          "fliplr",
          "mosaic",
          "mixup",
          "copy_paste",
          "mosaic9",
          "cutout",
          "blur",
          "grey",
          "clahe");

  private static final Map<String, Double> OFF =
      Map.of(
          "hsv_h",
          0.,
          "hsv_s",
          0.,
          "hsv_v",
          0.,
          "translate",
          0.,
          "scale",
          0.,
          "fliplr",
          0.,
          "mosaic",
          0.);

  private static final Map<String, Double> AUG6 = Map.of("flipud", 0.5, "copy_paste", 0.5);

  private static final List<AugmentPreset> ALL =
      List.of(
          of("none", "pictures as they are", OFF),
          of(
              "light",
              "left-right flips, small shifts, a little brightness; no mosaic",
              Map.of(
                  "hsv_h",
                  0.,
                  "hsv_s",
                  0.2,
                  "hsv_v",
                  0.2,
                  "translate",
                  0.05,
                  "scale",
                  0.1,
                  "mosaic",
                  0.)),
          of("default", "YOLOv5's: mosaic, scale, shifts, colour, left-right flips", Map.of()),
          of(
              "aug2",
              "every picture flipped both ways, no scale",
              Map.of("flipud", 1., "fliplr", 1., "scale", 0.)),
          of("aug3", "every picture upside down", Map.of("flipud", 1.)),
          of("aug5", "half of the pictures upside down", Map.of("flipud", 0.5)),
          of("aug6", "aug5 and copy-paste 0.5", AUG6),
          of("aug7", "aug5 and mixup 0.5", Map.of("flipud", 0.5, "mixup", 0.5)),
          new AugmentPreset("aug8", "aug6 for twice the epochs", AUG6, 2),
          new AugmentPreset("aug9", "aug5 for twice the epochs", Map.of("flipud", 0.5), 2));

  /** Checks the names and copies the map. */
  public AugmentPreset {
    Map<String, Double> sorted = new LinkedHashMap<>();
    for (String key : KEYS) {
      Double value = values.get(key);
      if (value != null) {
        sorted.put(key, value);
      }
    }
    if (sorted.size() != values.size() || epochFactor < 1) {
      throw new IllegalArgumentException(
          "a preset sets hyper-parameters of the augmentation and at least 1 times the epochs, got %s and %d"
              .formatted(values.keySet(), epochFactor));
    }
    values = Collections.unmodifiableMap(sorted);
  }

  private static AugmentPreset of(String name, String text, Map<String, Double> values) {
    return new AugmentPreset(name, text, values, 1);
  }

  /** Returns all presets. */
  public static List<AugmentPreset> all() {
    return ALL;
  }

  /**
   * Returns the preset of a name.
   *
   * @throws IllegalArgumentException if there is none; the message names the nearest
   */
  public static AugmentPreset named(String name) {
    List<String> names = ALL.stream().map(AugmentPreset::name).toList();
    return ALL.stream()
        .filter(preset -> preset.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no augmentation '%s'; the nearest are %s"
                        .formatted(name, String.join(", ", Nearest.of(name, names, 3)))));
  }

  /** Returns hyper-parameters whose augmentation is this one; rates and gains stay. */
  public Hyperparameters over(Hyperparameters given) {
    Hyperparameters changed = given;
    for (String key : KEYS) {
      Double value = values.get(key);
      changed = changed.with(key, value == null ? Hyperparameters.defaults().get(key) : value);
    }
    return changed;
  }

  /** Returns options of a run with this augmentation and its epochs. */
  public TrainOptions over(TrainOptions given) {
    return given.with(
        builder ->
            builder
                .hyperparameters(over(given.hyperparameters()))
                .epochs(given.epochs() * epochFactor));
  }
}
