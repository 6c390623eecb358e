package io.yolo4j.data.merge;

import io.yolo4j.data.convert.ConversionReport;
import java.nio.file.Path;
import java.util.List;

/**
 * What a merge did.
 *
 * @param file the data set file
 * @param written what was written, a part each
 * @param leftOut pictures that were left out
 * @param alike pictures that look the same as an earlier one of their part, and stay
 */
public record MergeReport(Path file, ConversionReport written, List<LeftOut> leftOut, int alike) {
  /** Copies the list. */
  public MergeReport {
    leftOut = List.copyOf(leftOut);
  }

  /** Why a picture is left out. */
  public enum Reason {
    /** One with the same pixels and the same labels stays. */
    REPEATED,
    /** One with the same pixels and other labels stays: somebody should look at both. */
    OTHER_LABELS,
    /** It looks the same as one of a part that is measured on, which stays. */
    LOOKS_THE_SAME
  }

  /**
   * A picture that is left out.
   *
   * @param picture the picture
   * @param kept the one that stays in its place
   */
  public record LeftOut(Path picture, Path kept, Reason reason) {}

  /** Returns how many pictures were left out for a reason. */
  public int count(Reason reason) {
    return (int) leftOut.stream().filter(one -> one.reason() == reason).count();
  }
}
