package io.yolo4j.train;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;

/**
 * How evolution changes a hyper-parameter: by a normally distributed step of a width of its own,
 * within a range narrower than what is allowed. Steps of an even scale are shares of the range;
 * those of a logarithmic scale are factors, so that a learning rate gets half as large as easily as
 * twice as large.
 *
 * <table>
 * <caption>Widths and ranges</caption>
 * <tr><th>hyper-parameters</th><th>scale</th><th>range</th><th>width</th></tr>
 * <tr><td>lr0</td><td>log</td><td>1e-5 to 0.1</td><td>0.3</td></tr>
 * <tr><td>lrf</td><td>log</td><td>0.01 to 1</td><td>0.3</td></tr>
 * <tr><td>momentum</td><td>even</td><td>0.6 to 0.98</td><td>0.1</td></tr>
 * <tr><td>weight_decay</td><td>log</td><td>1e-6 to 0.01</td><td>0.3</td></tr>
 * <tr><td>warmup_epochs</td><td>even</td><td>0 to 5</td><td>0.1</td></tr>
 * <tr><td>warmup_momentum</td><td>even</td><td>0 to 0.95</td><td>0.1</td></tr>
 * <tr><td>warmup_bias_lr</td><td>even</td><td>0 to 0.2</td><td>0.1</td></tr>
 * <tr><td>box</td><td>log</td><td>0.01 to 0.3</td><td>0.25</td></tr>
 * <tr><td>cls, obj</td><td>log</td><td>0.1 to 5</td><td>0.25</td></tr>
 * <tr><td>cls_pw, obj_pw</td><td>log</td><td>0.5 to 2</td><td>0.15</td></tr>
 * <tr><td>anchor_t</td><td>even</td><td>2 to 8</td><td>0.1</td></tr>
 * <tr><td>fl_gamma</td><td>even</td><td>0 to 2</td><td>0.05</td></tr>
 * <tr><td>hsv_h</td><td>even</td><td>0 to 0.1</td><td>0.1</td></tr>
 * <tr><td>hsv_s, hsv_v, scale</td><td>even</td><td>0 to 0.9</td><td>0.1</td></tr>
 * <tr><td>degrees</td><td>even</td><td>0 to 45</td><td>0.1</td></tr>
 * <tr><td>translate</td><td>even</td><td>0 to 0.9</td><td>0.1</td></tr>
 * <tr><td>shear</td><td>even</td><td>0 to 10</td><td>0.1</td></tr>
 * <tr><td>perspective</td><td>even</td><td>0 to 0.001</td><td>0.1</td></tr>
 * <tr><td>flipud, fliplr, mosaic, mixup, copy_paste</td><td>even</td><td>0 to 1</td><td>0.1</td></tr>
 * </table>
 *
 * <p>{@code iou_t}, which nothing reads, is not changed, nor are the transforms that YOLOv5's files
 * lack: {@code mosaic9}, {@code cutout}, {@code blur}, {@code grey}, {@code clahe}.
 *
 * @param least end of the range
 * @param greatest end of the range
 * @param width standard deviation of a step
 * @param logarithmic whether steps are factors
 */
public record MutationRange(double least, double greatest, double width, boolean logarithmic) {
  private static final Map<Hyperparameter, MutationRange> TABLE = table();

  /** Checks the values. */
  public MutationRange {
    if (!(least >= 0 && greatest > least && width > 0) || (logarithmic && least == 0)) {
      throw new IllegalArgumentException(
          "a range of mutation must have growing ends, above 0 where steps are factors, and a width above 0, got %s to %s, %s"
              .formatted(least, greatest, width));
    }
  }

  /** Returns the ranges of all hyper-parameters that evolution changes, in the order of files. */
  public static Map<Hyperparameter, MutationRange> all() {
    return new EnumMap<>(TABLE);
  }

  /** Returns the value after a random step. */
  double mutate(double value, Random random) {
    double step = width * random.nextGaussian();
    double moved =
        logarithmic
            ? Math.max(value, least) * StrictMath.exp(step)
            : value + step * (greatest - least);
    return Math.min(Math.max(moved, least), greatest);
  }

  private static Map<Hyperparameter, MutationRange> table() {
    Map<Hyperparameter, MutationRange> table = new EnumMap<>(Hyperparameter.class);
    table.put(Hyperparameter.LR0, factors(1e-5, 0.1, 0.3));
    table.put(Hyperparameter.LRF, factors(0.01, 1, 0.3));
    table.put(Hyperparameter.MOMENTUM, steps(0.6, 0.98));
    table.put(Hyperparameter.WEIGHT_DECAY, factors(1e-6, 0.01, 0.3));
    table.put(Hyperparameter.WARMUP_EPOCHS, steps(0, 5));
    table.put(Hyperparameter.WARMUP_MOMENTUM, steps(0, 0.95));
    table.put(Hyperparameter.WARMUP_BIAS_LR, steps(0, 0.2));
    table.put(Hyperparameter.BOX, factors(0.01, 0.3, 0.25));
    table.put(Hyperparameter.CLS, factors(0.1, 5, 0.25));
    table.put(Hyperparameter.CLS_PW, factors(0.5, 2, 0.15));
    table.put(Hyperparameter.OBJ, factors(0.1, 5, 0.25));
    table.put(Hyperparameter.OBJ_PW, factors(0.5, 2, 0.15));
    table.put(Hyperparameter.ANCHOR_T, steps(2, 8));
    table.put(Hyperparameter.FL_GAMMA, new MutationRange(0, 2, 0.05, false));
    table.put(Hyperparameter.HSV_H, steps(0, 0.1));
    table.put(Hyperparameter.HSV_S, steps(0, 0.9));
    table.put(Hyperparameter.HSV_V, steps(0, 0.9));
    table.put(Hyperparameter.DEGREES, steps(0, 45));
    table.put(Hyperparameter.TRANSLATE, steps(0, 0.9));
    table.put(Hyperparameter.SCALE, steps(0, 0.9));
    table.put(Hyperparameter.SHEAR, steps(0, 10));
    table.put(Hyperparameter.PERSPECTIVE, steps(0, 0.001));
    table.put(Hyperparameter.FLIPUD, steps(0, 1));
    table.put(Hyperparameter.FLIPLR, steps(0, 1));
    table.put(Hyperparameter.MOSAIC, steps(0, 1));
    table.put(Hyperparameter.MIXUP, steps(0, 1));
    table.put(Hyperparameter.COPY_PASTE, steps(0, 1));
    return table;
  }

  private static MutationRange factors(double least, double greatest, double width) {
    return new MutationRange(least, greatest, width, true);
  }

  private static MutationRange steps(double least, double greatest) {
    return new MutationRange(least, greatest, 0.1, false);
  }
}
