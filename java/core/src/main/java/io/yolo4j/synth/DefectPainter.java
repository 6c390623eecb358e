package io.yolo4j.synth;

/** Draws one kind of defects; stateless. */
interface DefectPainter {
  /** Side of the picture for which painters state their lengths, in pixels. */
  int NOMINAL_SIDE = 200;

  /**
   * The room of a defect, in pixels at {@link #NOMINAL_SIDE}.
   *
   * @param across at right angles to the rolling direction
   * @param along in the rolling direction
   */
  record Extent(double across, double along) {}

  /** Returns the painter of a kind. */
  static DefectPainter of(DefectKind kind) {
    return switch (kind) {
      case CRAZING -> new CrazingPainter();
      case INCLUSION -> new InclusionPainter();
      case PATCHES -> new PatchPainter();
      case PITTED_SURFACE -> new PitPainter();
      case ROLLED_IN_SCALE -> new ScalePainter();
      case SCRATCHES -> new ScratchPainter();
    };
  }

  /** Chooses the room of one defect. */
  Extent extent(Randomness random);

  /** Draws one defect that fills the layer. */
  void paint(Layer layer, Randomness random);
}
