package io.yolo4j.report;

import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.Calibration;
import io.yolo4j.profile.Category;
import io.yolo4j.profile.ClassRule;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.Forecast;
import io.yolo4j.profile.ForecastCheck;
import io.yolo4j.profile.LayerWork;
import io.yolo4j.profile.Part;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.RoofTime;
import io.yolo4j.profile.Roofs;
import io.yolo4j.profile.Timing;
import io.yolo4j.profile.WorkCount;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Profiles that nobody measured. */
final class SampleProfiles {
  private SampleProfiles() {}

  static final Roofs ROOFS =
      new Roofs(
          "a processor",
          2,
          "avx512",
          135e9,
          Map.of(),
          List.of(
              new Roofs.Level("L1", 96L << 10, 400e9, 200e9, 350e9, 300e9, 340e9),
              new Roofs.Level("L2", 4L << 20, 150e9, 90e9, 120e9, 110e9, 130e9),
              new Roofs.Level("L3", 32L << 20, 50e9, 30e9, 40e9, 45e9, 44e9),
              new Roofs.Level("DRAM", Long.MAX_VALUE, 15e9, 9e9, 12e9, 13e9, 11e9)));

  static final List<ProfiledLayer> LAYERS =
      List.of(
          layer("input", Category.INPUT, 0, 5_000_000, 0.0004),
          layer("model.0", Category.DENSE_CONVOLUTION, 90_000_000, 6_000_000, 0.004),
          layer("model.1", Category.DEPTHWISE_CONVOLUTION, 4_000_000, 3_000_000, 0.002),
          layer("model.2.fc", Category.SQUEEZE_EXCITE, 2_000, 3_000, 0.00002));

  static ProfiledLayer layer(
      String path, Category category, long flops, long bytes, double seconds) {
    LayerWork work =
        new LayerWork(
            path.hashCode(),
            List.of(0),
            path,
            "Conv2d 16→32 3x3 s2",
            category,
            Part.BACKBONE,
            Shape.of(1, 32, 80, 80),
            flops,
            List.of(bytes / 2),
            bytes / 4,
            bytes / 4);
    Timing time = new Timing(0.9 * seconds, seconds, 1.2 * seconds);
    return new ProfiledLayer(work, time, 1e-6, 0.00001, RoofTime.of(work, ROOFS));
  }

  static Profile profile(String model, double endToEnd, double faults) {
    return profile(model, LAYERS, endToEnd, faults);
  }

  static Profile profile(String model, List<ProfiledLayer> layers, double endToEnd, double faults) {
    Timing whole = new Timing(0.9 * endToEnd, endToEnd, 1.1 * endToEnd);
    return new Profile(
        model,
        640,
        480,
        ElementType.F32,
        "cpu",
        ROOFS,
        layers,
        whole,
        whole,
        0.0001,
        0.00001,
        faults,
        30);
  }

  static WorkCount ours(Profile profile) {
    return new WorkCount(
        Convention.OURS, profile.flops(), OptionalLong.of(profile.bytes()), List.of());
  }

  /** A forecast of every layer at this many times what it took, and the calibration behind it. */
  static ForecastCheck check(Profile profile, double factor) {
    List<Double> layers = new ArrayList<>();
    Map<Category, Double> sums = new EnumMap<>(Category.class);
    for (ProfiledLayer layer : profile.layers()) {
      double seconds = factor * layer.time().p50();
      layers.add(seconds);
      sums.merge(layer.work().category(), seconds, Double::sum);
    }
    Map<String, ClassRule> rules =
        Map.of(
            "dense convolution", new ClassRule(1.25, 2, 3e-6, 7),
            "view", new ClassRule(0, 0, 1e-6, 1));
    return new ForecastCheck(
        profile,
        new Forecast(layers, sums, 1e-5),
        new Calibration(Calibration.VERSION, ROOFS, "cpu", 1e-6, rules));
  }
}
