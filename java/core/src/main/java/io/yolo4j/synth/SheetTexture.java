package io.yolo4j.synth;

/**
 * The surface of a sheet without defects: streaks of the brush and bands of the rolls along the
 * rolling direction, soft mottling, grain, uneven light. All amplitudes are fractions of the
 * brightness.
 */
final class SheetTexture {
  private final int side;
  private final double scale;
  private final Noise streaks;
  private final Noise mottling;
  private final Noise grain;
  private final double brightness;
  private final double streakAmplitude;
  private final double bandAmplitude;
  private final double mottlingAmplitude;
  private final double grainAmplitude;
  private final double coarseGrain;
  private final double tilt;
  private final double lightAcross;
  private final double lightAlong;
  private final double vignette;

  /** Chooses a surface for a picture of that side. */
  SheetTexture(int side, Randomness random) {
    this.side = side;
    scale = (double) side / DefectPainter.NOMINAL_SIDE;
    streaks = Noise.of(random);
    mottling = Noise.of(random);
    grain = Noise.of(random);
    brightness = random.between(82, 192);
    // Polished sheets are calm, rough ones busy in every respect.
    double roughness = random.between(0.15, 1);
    streakAmplitude = roughness * random.between(0.03, 0.12);
    bandAmplitude = random.between(0.02, 0.1);
    mottlingAmplitude = random.between(0, 0.09);
    grainAmplitude = roughness * random.between(0.03, 0.13);
    coarseGrain = random.between(0.2, 0.8);
    tilt = random.between(-0.06, 0.06);
    lightAcross = random.between(-0.3, 0.3);
    lightAlong = random.between(-0.3, 0.3);
    vignette = random.between(0, 0.2);
  }

  /** Returns the grey value of a place, unclamped; y is the rolling direction. */
  float grey(int x, int y) {
    double across = (x + tilt * y) / scale;
    double along = y / scale;
    double streak =
        streaks.at(across / 1.7, along / 55) + 0.6 * streaks.at(across / 4, along / 130);
    double band = streaks.rough(across / 30 + 1000, along / 400);
    double mottle = mottling.rough(across / 45, along / 60);
    double fine = grain.normal(x, y);
    double coarse = 1.6 * grain.at(x / 1.9, y / 2.6);
    double factor =
        1
            + streakAmplitude * streak
            + bandAmplitude * band
            + mottlingAmplitude * mottle
            + grainAmplitude * ((1 - coarseGrain) * fine + coarseGrain * coarse);
    return (float) (brightness * factor * light(x, y));
  }

  private double light(int x, int y) {
    double dx = 2.0 * x / side - 1;
    double dy = 2.0 * y / side - 1;
    return 1 + lightAcross * dx + lightAlong * dy - vignette * (dx * dx + dy * dy) / 2;
  }
}
