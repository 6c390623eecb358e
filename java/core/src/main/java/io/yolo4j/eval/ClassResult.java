package io.yolo4j.eval;

/**
 * What validation found out about one class that has labels.
 *
 * @param classId its index
 * @param name its name
 * @param images pictures that show it
 * @param labels number of labels
 * @param precision at the confidence of the best mean F1
 * @param recall at that confidence
 * @param ap50 average precision at IoU 0.5
 * @param ap50To95 mean of the average precisions at IoU 0.50, 0.55 … 0.95
 */
public record ClassResult(
    int classId,
    String name,
    int images,
    int labels,
    double precision,
    double recall,
    double ap50,
    double ap50To95) {}
