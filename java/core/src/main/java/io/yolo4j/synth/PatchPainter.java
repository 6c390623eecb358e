package io.yolo4j.synth;

/** A large blotch, darker in places, with a blurred and ragged edge. */
final class PatchPainter implements DefectPainter {
  @Override
  public Extent extent(Randomness random) {
    double size = random.between(42, 90);
    double slimness = random.between(0.75, 1.6);
    return new Extent(size / Math.sqrt(slimness), size * Math.sqrt(slimness));
  }

  @Override
  public void paint(Layer layer, Randomness random) {
    Blob blob =
        new Blob(layer, Noise.of(random), random.between(0.3, 0.48), random.between(0.9, 1.4));
    Noise shade = Noise.of(random);
    Noise fray = Noise.of(random);
    double depth = random.between(0.32, 0.68);
    double blur = random.between(0.1, 0.4);
    double wide = layer.pixels(22);
    double fine = layer.pixels(3);
    for (int y = 0; y < layer.along(); y++) {
      for (int x = 0; x < layer.across(); x++) {
        double inside = blob.inside(x, y) + 0.06 * fray.at(x / fine, y / fine);
        double uneven = 0.82 + 0.4 * shade.rough(x / wide, y / wide);
        layer.mark(x, y, depth * uneven * Noise.rise(0, blur, inside));
      }
    }
  }
}
