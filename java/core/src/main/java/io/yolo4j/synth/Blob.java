package io.yolo4j.synth;

/**
 * An irregular area that fills a layer, in one piece: the shape of blotches and of fields.
 *
 * @param layer what it fills
 * @param edge the landscape that bends its edge
 * @param wobble how far, as a fraction of its size, 0 to 0.5
 * @param detail how many bends
 */
record Blob(Layer layer, Noise edge, double wobble, double detail) {
  /** Returns 1 in the middle, 0 on the edge, less outside. */
  double inside(double x, double y) {
    double dx = 2 * (x + 0.5) / layer.across() - 1;
    double dy = 2 * (y + 0.5) / layer.along() - 1;
    // Between ellipse and rectangle, as fields are.
    double distance =
        Math.sqrt(Math.sqrt(dx * dx * dx * dx + dy * dy * dy * dy + dx * dx * dy * dy));
    // Mostly one bend a direction: what lies behind another part, seen from the middle, would be an
    // island. A landscape rarely comes near its bounds, and no bend may leave the layer.
    double reach = Math.max(Math.sqrt(dx * dx + dy * dy), 1e-9);
    double coarse = edge.at(dx / reach * detail, dy / reach * detail);
    double fine = edge.rough(2.3 * dx + 10, 2.3 * dy);
    double height = 1.2 * coarse + 0.6 * fine;
    double bend = wobble * Math.min(Math.max(height, -1), 1);
    return 1 - distance * (1 + bend) / (1 - wobble);
  }
}
