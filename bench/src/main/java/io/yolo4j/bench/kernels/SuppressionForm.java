package io.yolo4j.bench.kernels;

import io.yolo4j.detect.Candidates;
import io.yolo4j.detect.NmsOptions;
import io.yolo4j.detect.NonMaxSuppression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The suppression of each picture's candidates, by the kernel or by the Java code. */
final class SuppressionForm implements KernelForm {
  /* Each has a workspace of some hundred kilobytes, so that no cache holds so many. */
  private static final int MOST_LISTS = 1000;

  private final NonMaxSuppression suppression;
  private final List<List<Candidates>> copies = new ArrayList<>();
  private final int[][] kept;

  private SuppressionForm(List<Candidates> pictures, NmsOptions options, int count) {
    suppression = new NonMaxSuppression(options);
    kept = new int[pictures.size()][];
    int enough = Math.min(count, MOST_LISTS / pictures.size() + 1);
    for (int copy = 0; copy < enough; copy++) {
      copies.add(pictures.stream().map(SuppressionForm::copy).toList());
    }
  }

  static SuppressionForm onKernels(List<Candidates> pictures, DecodeTask task, int count) {
    SuppressionForm form = new SuppressionForm(pictures, task.suppression(), count);
    for (int copy = 0; copy < form.copies.size(); copy++) {
      form.run(copy); // each list's workspace grows once
    }
    return form;
  }

  static SuppressionForm inJava(List<Candidates> pictures, DecodeTask task, int count) {
    return new SuppressionForm(
        pictures, task.suppression().withMode(NmsOptions.Mode.COMPATIBLE), count);
  }

  private static Candidates copy(Candidates from) {
    Candidates to = new Candidates();
    for (int i = 0; i < from.size(); i++) {
      to.add(from.box(i), from.score(i), from.classId(i));
    }
    return to;
  }

  @Override
  public void run(int copy) {
    List<Candidates> pictures = copies.get(copy % copies.size());
    for (int image = 0; image < kept.length; image++) {
      kept[image] = suppression.keep(pictures.get(image));
    }
  }

  /** Returns the indices that are kept, picture after picture. */
  @Override
  public float[] result() {
    run(0);
    int[] all = Arrays.stream(kept).flatMapToInt(IntStream::of).toArray();
    float[] values = new float[all.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = all[i];
    }
    return values;
  }

  @Override
  public void close() {
    // The candidates are the JVM's.
  }
}
