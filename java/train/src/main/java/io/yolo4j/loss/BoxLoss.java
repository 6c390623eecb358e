package io.yolo4j.loss;

/**
 * The similarity q of a predicted box and its target; the box loss is 1 − q, and max(q, 0) is the
 * objectness target. I and U are the areas of intersection and union, C and c area and diagonal of
 * the smallest box around both, ρ the distance of the centres.
 */
public enum BoxLoss {
  /** Intersection over union, I / U. No gradient where the boxes are apart. */
  IOU,
  /** I / U − (C − U) / C (Rezatofighi et al. 2019, "Generalized Intersection over Union"). */
  GIOU,
  /** I / U − ρ² / c² (Zheng et al. 2020, "Distance-IoU Loss"). */
  DIOU,
  /**
   * I / U − ρ² / c² − α·v, with v = 4/π² · (atan(w′/h′) − atan(w/h))² for the aspect ratios and α =
   * v / (1 − I/U + v), which is taken as a constant in the gradient (Zheng et al. 2020).
   */
  CIOU
}
