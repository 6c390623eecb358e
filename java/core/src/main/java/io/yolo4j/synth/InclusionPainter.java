package io.yolo4j.synth;

/** One to three slivers in a row, tapered, a little crooked. */
final class InclusionPainter implements DefectPainter {
  @Override
  public Extent extent(Randomness random) {
    return new Extent(random.between(13, 22), random.between(34, 100));
  }

  @Override
  public void paint(Layer layer, Randomness random) {
    int slivers = layer.along() < layer.pixels(50) ? 1 : 1 + random.below(3);
    double share = (double) layer.along() / slivers;
    for (int i = 0; i < slivers; i++) {
      double overlap = 0.12 * share;
      double from = Math.max(i * share - overlap, 0);
      double to = Math.min((i + 1) * share + overlap * random.between(-1, 1), layer.along() - 1.0);
      sliver(layer, from, to, random);
    }
  }

  private static void sliver(Layer layer, double from, double to, Randomness random) {
    Noise wobble = Noise.of(random);
    Noise fray = Noise.of(random);
    double depth = random.between(0.34, 0.64);
    double halfWidth = layer.across() * random.between(0.2, 0.34);
    double centre = layer.across() * random.between(0.4, 0.6);
    double thickest = random.between(0.3, 0.7);
    double blur = layer.pixels(random.between(1, 2.5));
    double wave = layer.pixels(20);
    double thread = layer.pixels(1.6);
    double knot = layer.pixels(11);
    for (int y = (int) from; y <= to; y++) {
      double t = (y + 0.5 - from) / (to + 1 - from);
      double rest = t < thickest ? 1 - t / thickest : (t - thickest) / (1 - thickest);
      double width = halfWidth * (1 - rest * rest) * (1 + 0.3 * wobble.at(0.5, y / knot));
      double middle = centre + 0.2 * layer.across() * wobble.at(100.5, y / wave);
      for (int x = 0; x < layer.across(); x++) {
        // Rolling draws the edge out into threads.
        double threads = layer.pixels(1.7) * fray.at(x / thread, y / knot);
        double inside = width + threads * (1 - rest) - Math.abs(x + 0.5 - middle);
        double uneven = 0.85 + 0.2 * fray.at(x / thread + 500, y / knot);
        layer.mark(x, y, depth * uneven * Noise.rise(-blur / 2, blur / 2 + 0.5, inside));
      }
    }
  }
}
