package io.yolo4j.synth;

/**
 * A net of fine cracks: the borders between the cells of scattered points (Worley 1996: "A cellular
 * texture basis function"), bent, of uneven depth, and broken where a landscape is low.
 */
final class CrazingPainter implements DefectPainter {
  @Override
  public Extent extent(Randomness random) {
    return new Extent(random.between(55, 120), random.between(55, 120));
  }

  @Override
  public void paint(Layer layer, Randomness random) {
    Net net = new Net(layer, random);
    Blob field = new Blob(layer, Noise.of(random), 0.3, 2);
    Noise gaps = Noise.of(random);
    double depth = random.between(0.4, 0.72);
    double wide = layer.pixels(16);
    double fine = layer.pixels(4);
    double width = random.between(0.55, 0.85);
    for (int y = 0; y < layer.along(); y++) {
      for (int x = 0; x < layer.across(); x++) {
        double inside = field.inside(x, y);
        if (inside <= 0) {
          continue;
        }
        double there = gaps.at(x / wide, y / wide) + 0.7 * gaps.at(x / fine + 99, y / fine);
        double strength = Noise.rise(-0.6, 0.5, there);
        double halfWidth = layer.pixels(width * (0.5 + 0.5 * strength));
        double crack = 1 - Noise.rise(0.4 * halfWidth, 2 * halfWidth, net.distance(x, y));
        layer.mark(x, y, depth * crack * strength * Noise.rise(0, 0.2, inside));
      }
    }
  }

  /** The cracks as lines without width. */
  private static final class Net {
    private final Noise points;
    private final Noise bend;
    private final double cell;
    private final double stretch;
    private final double wave;

    Net(Layer layer, Randomness random) {
      points = Noise.of(random);
      bend = Noise.of(random);
      cell = layer.pixels(random.between(6.5, 10.5));
      stretch = random.between(1.1, 1.9);
      wave = layer.pixels(6);
    }

    /** Returns about the distance from the nearest crack in pixels. */
    double distance(double x, double y) {
      double bentX = x + 0.45 * cell * bend.rough(x / wave, y / wave);
      double bentY = y + 0.45 * cell * bend.rough(x / wave + 50, y / wave);
      return cell * borderDistance(bentX / (cell * stretch), bentY / cell);
    }

    /** One point in every unit square; a border is as far from the nearest as from the second. */
    private double borderDistance(double x, double y) {
      long column = (long) Math.floor(x);
      long row = (long) Math.floor(y);
      double nearest = Double.MAX_VALUE;
      double second = Double.MAX_VALUE;
      for (long j = row - 1; j <= row + 1; j++) {
        for (long i = column - 1; i <= column + 1; i++) {
          double dx = i + 0.5 + 0.45 * points.point(2 * i, j) - x;
          double dy = j + 0.5 + 0.45 * points.point(2 * i + 1, j) - y;
          double distance = Math.sqrt(dx * dx + dy * dy);
          second = Math.min(second, Math.max(distance, nearest));
          nearest = Math.min(nearest, distance);
        }
      }
      return (second - nearest) / 2;
    }
  }
}
