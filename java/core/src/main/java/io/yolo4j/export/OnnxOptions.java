package io.yolo4j.export;

/**
 * How a network is written as ONNX.
 *
 * @param opset version of ONNX's operators, {@link #MIN_OPSET} to {@link #MAX_OPSET}
 * @param shape the input's sizes
 * @param input the input's element type
 * @param output what the network gives
 * @param half where float16 takes float32's place
 * @param foldBatchNorms whether batch norms are folded into their convolutions
 * @param thresholds used for {@link Output#SUPPRESSED} alone
 */
public record OnnxOptions(
    int opset,
    InputShape shape,
    Input input,
    Output output,
    Half half,
    boolean foldBatchNorms,
    Thresholds thresholds) {
  /** The oldest set of operators that is written. */
  public static final int MIN_OPSET = 13;

  /** The newest set of operators that is written. */
  public static final int MAX_OPSET = 21;

  /** What is fed. */
  public enum Input {
    /** float32 [N, 3, H, W], RGB in 0 to 1. */
    FLOAT32,
    /** uint8 [N, 3, H, W], RGB in 0 to 255; the network divides. */
    UINT8
  }

  /** What comes out, all float32 unless said. */
  public enum Output {
    /** Per level [N, anchors, H, W, 5 + classes] before the sigmoid: head0, head1 … */
    RAW,
    /**
     * One tensor [N, rows, 5 + classes], named output: centre x, centre y, width, height in pixels
     * of the input, objectness, class probabilities.
     */
    DECODED,
    /**
     * What non-maximum suppression keeps of one picture, by falling score: boxes [K, 4] (x1, y1,
     * x2, y2 in pixels of the input), scores [K], classes [K] (int64).
     */
    SUPPRESSED
  }

  /** Uses of float16. */
  public enum Half {
    /** None. */
    NONE,
    /** Weights are stored in float16 and cast to float32, which computes. */
    WEIGHTS,
    /** The network computes in float16; its input, decoding and outputs stay float32. */
    COMPUTE
  }

  /** Checks the values. */
  public OnnxOptions {
    if (opset < MIN_OPSET || opset > MAX_OPSET) {
      throw new IllegalArgumentException(
          "the opset must lie in %d to %d, got %d".formatted(MIN_OPSET, MAX_OPSET, opset));
    }
    if (output == Output.SUPPRESSED
        && (shape.batch() != 1 || shape.isDynamic(InputShape.Axis.BATCH))) {
      throw new IllegalArgumentException(
          "suppression is written for one picture: the batch must be 1 and fixed, got %s"
              .formatted(shape.isDynamic(InputShape.Axis.BATCH) ? "a dynamic one" : shape.batch()));
    }
  }

  /**
   * Returns the defaults: opset 17, one picture of 640×640 in float32, decoded output, float32,
   * folded.
   */
  public static OnnxOptions defaults() {
    return new OnnxOptions(
        17,
        InputShape.square(640),
        Input.FLOAT32,
        Output.DECODED,
        Half.NONE,
        true,
        Thresholds.detection());
  }

  /** Returns a copy with another set of operators. */
  public OnnxOptions withOpset(int changed) {
    return new OnnxOptions(changed, shape, input, output, half, foldBatchNorms, thresholds);
  }

  /** Returns a copy with other input sizes. */
  public OnnxOptions withShape(InputShape changed) {
    return new OnnxOptions(opset, changed, input, output, half, foldBatchNorms, thresholds);
  }

  /** Returns a copy with another input. */
  public OnnxOptions withInput(Input changed) {
    return new OnnxOptions(opset, shape, changed, output, half, foldBatchNorms, thresholds);
  }

  /** Returns a copy with another output. */
  public OnnxOptions withOutput(Output changed) {
    return new OnnxOptions(opset, shape, input, changed, half, foldBatchNorms, thresholds);
  }

  /** Returns a copy with another use of float16. */
  public OnnxOptions withHalf(Half changed) {
    return new OnnxOptions(opset, shape, input, output, changed, foldBatchNorms, thresholds);
  }

  /** Returns a copy that folds batch norms or doesn't. */
  public OnnxOptions withFoldedBatchNorms(boolean changed) {
    return new OnnxOptions(opset, shape, input, output, half, changed, thresholds);
  }

  /** Returns a copy with other thresholds. */
  public OnnxOptions withThresholds(Thresholds changed) {
    return new OnnxOptions(opset, shape, input, output, half, foldBatchNorms, changed);
  }

  /** The version of the file format that came with the opset. */
  int irVersion() {
    if (opset < 15) {
      return 7;
    }
    if (opset < 19) {
      return 8;
    }
    return opset < 21 ? 9 : 10;
  }
}
