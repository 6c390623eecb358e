package io.yolo4j.eval;

import java.util.List;

/**
 * The twelve figures of the COCO protocol and those of each class; NaN where no object counts.
 *
 * @param ap mean over classes and IoU 0.50, 0.55 … 0.95 of the precision at 101 recalls, up to 100
 *     detections a picture and class
 * @param ap50 at IoU 0.50 alone
 * @param ap75 at IoU 0.75 alone
 * @param apSmall of objects up to 32² pixels
 * @param apMedium of objects from 32² to 96² pixels
 * @param apLarge of objects from 96² pixels on
 * @param ar1 mean over classes and IoUs of the recall with 1 detection a picture and class
 * @param ar10 with up to 10
 * @param ar100 with up to 100
 * @param arSmall with up to 100, of objects up to 32² pixels
 * @param arMedium of objects from 32² to 96² pixels
 * @param arLarge of objects from 96² pixels on
 * @param classes of each class with an object that counts, by rising id
 */
public record CocoResult(
    double ap,
    double ap50,
    double ap75,
    double apSmall,
    double apMedium,
    double apLarge,
    double ar1,
    double ar10,
    double ar100,
    double arSmall,
    double arMedium,
    double arLarge,
    List<ClassFigures> classes) {
  /** Copies the list. */
  public CocoResult {
    classes = List.copyOf(classes);
  }

  /**
   * The figures of one class.
   *
   * @param classId its index
   * @param objects those that count
   * @param ap over IoU 0.50 to 0.95
   * @param ap50 at IoU 0.50
   * @param ap75 at IoU 0.75
   * @param ar100 recall with up to 100 detections a picture
   */
  public record ClassFigures(
      int classId, int objects, double ap, double ap50, double ap75, double ar100) {}
}
