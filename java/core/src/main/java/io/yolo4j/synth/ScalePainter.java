package io.yolo4j.synth;

/** Flakes of scale pressed into a roughened sheet: ragged, dark, across the rolling direction. */
final class ScalePainter implements DefectPainter {
  @Override
  public Extent extent(Randomness random) {
    return new Extent(random.between(55, 120), random.between(45, 105));
  }

  @Override
  public void paint(Layer layer, Randomness random) {
    Blob field = new Blob(layer, Noise.of(random), 0.3, 2);
    Noise places = Noise.of(random);
    double spacing = layer.pixels(random.between(11, 16));
    double depth = random.between(0.34, 0.6);
    roughen(layer, field, random);
    int columns = (int) (layer.across() / (1.3 * spacing));
    int rows = (int) (layer.along() / (0.7 * spacing));
    for (int row = 0; row <= rows; row++) {
      for (int column = 0; column <= columns; column++) {
        double x = (column + 0.5 + 0.6 * places.point(column, row)) * 1.3 * spacing;
        double y = (row + 0.5 + 0.5 * places.point(column, row + 1000)) * 0.7 * spacing;
        boolean there = places.point(column + 1000, row + 1000) < 0.3;
        if (there && field.inside(x, y) > 0.12) {
          flake(layer, x, y, depth, random);
        }
      }
    }
  }

  /** Faint dark and bright ripples across the rolling direction. */
  private static void roughen(Layer layer, Blob field, Randomness random) {
    Noise ripples = Noise.of(random);
    double amplitude = random.between(0.08, 0.2);
    double across = layer.pixels(13);
    double along = layer.pixels(4);
    for (int y = 0; y < layer.along(); y++) {
      for (int x = 0; x < layer.across(); x++) {
        double inside = Noise.rise(0, 0.3, field.inside(x, y));
        layer.mark(x, y, amplitude * inside * ripples.rough(x / across, y / along));
      }
    }
  }

  private static void flake(
      Layer layer, double centreX, double centreY, double depth, Randomness random) {
    Noise rag = Noise.of(random);
    double size = random.between(0.5, 1.1) * random.between(0.7, 1.1);
    double halfLength = layer.pixels(size * random.between(7, 13));
    double halfHeight = layer.pixels(size * random.between(2.4, 5));
    double strength = depth * random.between(0.6, 1.1);
    double slope = random.between(-0.3, 0.3);
    double fine = layer.pixels(4);
    double glint = random.between(0.05, 0.25);
    int reach = (int) Math.ceil(halfLength * 1.5);
    for (int y = (int) centreY - reach; y <= centreY + reach; y++) {
      for (int x = (int) centreX - reach; x <= centreX + reach; x++) {
        double dx = (x + 0.5 - centreX) / halfLength;
        double dy = (y + 0.5 - centreY - slope * (x + 0.5 - centreX)) / halfHeight;
        double distance = Math.sqrt(dx * dx + dy * dy) + 0.7 * rag.rough(x / fine, y / fine);
        double dark = strength * (1 - Noise.rise(0.55, 1.1, distance));
        double edge = 1 - Math.min(Math.abs(distance - 1.2) / 0.35, 1);
        double bright = dy > 0 ? glint * edge : 0;
        layer.mark(x, y, dark > bright ? dark : -bright);
      }
    }
  }
}
