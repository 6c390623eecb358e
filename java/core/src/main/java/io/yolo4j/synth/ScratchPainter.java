package io.yolo4j.synth;

/** One to four parallel bright lines from corner to corner of the layer, slightly bowed. */
final class ScratchPainter implements DefectPainter {
  @Override
  public Extent extent(Randomness random) {
    if (random.chance(0.55)) {
      return new Extent(random.between(14, 32), random.between(70, 165));
    }
    return new Extent(random.between(40, 120), random.between(40, 120));
  }

  @Override
  public void paint(Layer layer, Randomness random) {
    boolean mirrored = random.chance(0.5);
    double spread = layer.pixels(random.between(4, 9));
    int lines = 1 + random.below(4);
    double bow = random.between(-1, 1);
    Direction direction = Direction.of(layer, spread, mirrored);
    for (int i = 0; i < lines; i++) {
      double offset = lines == 1 ? 0 : spread * random.between(-0.8, 0.8);
      line(layer, direction, offset, bow, random);
    }
  }

  /** The middle line of the bundle. */
  private record Direction(double x, double y, double unitX, double unitY, double length) {
    static Direction of(Layer layer, double margin, boolean mirrored) {
      double left = Math.min(margin, layer.across() / 2.0 - 1);
      double right = layer.across() - left;
      double dx = mirrored ? left - right : right - left;
      double dy = layer.along();
      double length = Math.sqrt(dx * dx + dy * dy);
      return new Direction(mirrored ? right : left, 0, dx / length, dy / length, length);
    }
  }

  private static void line(
      Layer layer, Direction direction, double offset, double bow, Randomness random) {
    Noise pressure = Noise.of(random);
    double strength = random.between(0.3, 0.9);
    double halfWidth = layer.pixels(random.between(0.6, 1.7));
    double start = random.between(-0.02, 0.3);
    double end = random.between(0.7, 1.02);
    double bend = layer.pixels(3) * bow;
    double wave = layer.pixels(14);
    for (int y = 0; y < layer.along(); y++) {
      for (int x = 0; x < layer.across(); x++) {
        double dx = x + 0.5 - direction.x();
        double dy = y + 0.5 - direction.y();
        double along = dx * direction.unitX() + dy * direction.unitY();
        double t = along / direction.length();
        double aside = dx * direction.unitY() - dy * direction.unitX();
        double distance = Math.abs(aside - offset - bend * 4 * t * (1 - t));
        double bright = 1 - Noise.rise(0.4 * halfWidth, 1.5 * halfWidth, distance);
        double taper = Noise.rise(start, start + 0.08, t) * (1 - Noise.rise(end - 0.08, end, t));
        double press = 0.75 + 0.5 * pressure.rough(along / wave, offset);
        layer.mark(x, y, -strength * bright * taper * press);
      }
    }
  }
}
