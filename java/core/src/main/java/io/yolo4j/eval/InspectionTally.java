package io.yolo4j.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Adds up what {@link InspectionCurves} hold, picture by picture.
 *
 * <p>Threads: one at a time.
 */
public final class InspectionTally {
  private static final float NONE = -1;

  private final int classes;
  private final int known;
  private final InspectionCounts all = new InspectionCounts();
  private final List<InspectionCounts> byClass = new ArrayList<>();
  private final int[] labels;
  private final int[] defects;
  private int pictures;
  private int defectPictures;
  private int allLabels;

  /**
   * Starts with no picture.
   *
   * @param least the confidence below which detections were dropped before they come here
   */
  public InspectionTally(int classes, float least) {
    this.classes = classes;
    known = InspectionCurves.reached(least);
    labels = new int[classes];
    defects = new int[classes];
    for (int i = 0; i < classes; i++) {
      byClass.add(new InspectionCounts());
    }
  }

  /** Adds a picture's detections as they were matched to its labels. */
  public void add(List<ScoredDetection> detections, List<GroundTruth> truths) {
    float[] highest = new float[classes];
    Arrays.fill(highest, NONE);
    float highestOfAll = NONE;
    for (ScoredDetection one : detections) {
      highest[one.classId()] = Math.max(highest[one.classId()], one.confidence());
      highestOfAll = Math.max(highestOfAll, one.confidence());
      count(byClass.get(one.classId()), one);
      count(all, one);
    }
    int[] shown = new int[classes];
    for (GroundTruth truth : truths) {
      shown[truth.classId()]++;
    }
    for (int c = 0; c < classes; c++) {
      labels[c] += shown[c];
      defects[c] += shown[c] > 0 ? 1 : 0;
      judge(byClass.get(c), shown[c] > 0, highest[c]);
    }
    pictures++;
    allLabels += truths.size();
    defectPictures += truths.isEmpty() ? 0 : 1;
    judge(all, !truths.isEmpty(), highestOfAll);
  }

  private static void count(InspectionCounts counts, ScoredDetection one) {
    int[] of = one.correctAt(0) ? counts.right : counts.wrong;
    of[InspectionCurves.reached(one.confidence())]++;
  }

  private static void judge(InspectionCounts counts, boolean defect, float highest) {
    int[] of = defect ? counts.defects : counts.clean;
    of[InspectionCurves.reached(highest)]++;
  }

  /** Returns the curves of what was added so far. */
  public Inspection result() {
    List<InspectionCurves> curves = new ArrayList<>();
    curves.add(
        new InspectionCurves(
            InspectionCurves.ALL,
            known,
            pictures - defectPictures,
            defectPictures,
            allLabels,
            all));
    for (int c = 0; c < classes; c++) {
      curves.add(
          new InspectionCurves(
              c, known, pictures - defects[c], defects[c], labels[c], byClass.get(c)));
    }
    return new Inspection(curves);
  }
}
