package io.yolo4j.synth;

/** A field of small round pits, each dark with a brighter rim on the side away from the light. */
final class PitPainter implements DefectPainter {
  @Override
  public Extent extent(Randomness random) {
    return new Extent(random.between(48, 105), random.between(48, 105));
  }

  @Override
  public void paint(Layer layer, Randomness random) {
    Blob field = new Blob(layer, Noise.of(random), 0.3, 2);
    Noise places = Noise.of(random);
    double spacing = layer.pixels(random.between(5.5, 9));
    double radius = layer.pixels(random.between(1.5, 2.5));
    double depth = random.between(0.3, 0.6);
    double rim = random.between(0, 0.2);
    int columns = (int) (layer.across() / spacing);
    int rows = (int) (layer.along() / spacing);
    for (int row = 0; row <= rows; row++) {
      for (int column = 0; column <= columns; column++) {
        double x = (column + 0.5 + 0.42 * places.point(column, row)) * spacing;
        double y = (row + 0.5 + 0.42 * places.point(column, row + 1000)) * spacing;
        // Most pits are small.
        double share = 0.5 + 0.5 * places.point(column + 1000, row);
        double size = radius * (0.5 + 0.9 * share * share);
        boolean there = places.point(column + 1000, row + 1000) < 0.6;
        if (there && field.inside(x, y) > 0.05) {
          double strength = 0.8 + 0.4 * places.point(column + 2000, row);
          pit(layer, x, y, size, depth * strength, rim);
        }
      }
    }
  }

  private static void pit(
      Layer layer, double centreX, double centreY, double radius, double depth, double rim) {
    int reach = (int) Math.ceil(radius * 2);
    for (int y = (int) centreY - reach; y <= centreY + reach; y++) {
      for (int x = (int) centreX - reach; x <= centreX + reach; x++) {
        double dx = (x + 0.5 - centreX) / radius;
        // The roll draws pits out a little.
        double dy = (y + 0.5 - centreY) / (1.25 * radius);
        double distance = Math.sqrt(dx * dx + dy * dy);
        double dark = depth * (1 - Noise.rise(0.55, 1.25, distance));
        double ring = 1 - Math.min(Math.abs(distance - 1.3) / 0.45, 1);
        double bright = rim * ring * Math.max(dx + dy, 0) / 2;
        layer.mark(x, y, dark > bright ? dark : -bright);
      }
    }
  }
}
