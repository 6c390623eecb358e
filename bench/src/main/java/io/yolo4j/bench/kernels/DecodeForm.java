package io.yolo4j.bench.kernels;

import io.yolo4j.detect.CandidateFilter;
import io.yolo4j.detect.Candidates;
import io.yolo4j.detect.HeadDecoder;
import io.yolo4j.image.Box;
import io.yolo4j.runtime.RawHead;
import java.util.ArrayList;
import java.util.List;

/** The decoder, which takes the kernel for direct buffers and its Java code for others. */
final class DecodeForm implements KernelForm {
  private final HeadDecoder decoder;
  private final CandidateFilter filter;
  private final List<List<RawHead>> copies;
  private final List<Candidates> found = new ArrayList<>();

  private DecodeForm(RawHeads heads, DecodeTask task, List<List<RawHead>> copies) {
    decoder = new HeadDecoder(heads.head());
    filter = task.filter();
    this.copies = copies;
    for (int image = 0; image < heads.images(); image++) {
      found.add(new Candidates());
    }
  }

  static DecodeForm onKernels(RawHeads heads, DecodeTask task, CaseBuffers buffers) {
    List<List<RawHead>> copies = new ArrayList<>();
    for (int copy = 0; copy < buffers.copies(); copy++) {
      copies.add(heads.in(buffers, copy));
    }
    return new DecodeForm(heads, task, copies);
  }

  static DecodeForm inJava(RawHeads heads, DecodeTask task, int count) {
    List<List<RawHead>> copies = new ArrayList<>();
    for (int copy = 0; copy < count; copy++) {
      copies.add(heads.onHeap());
    }
    return new DecodeForm(heads, task, copies);
  }

  @Override
  public void run(int copy) {
    for (int image = 0; image < found.size(); image++) {
      Candidates candidates = found.get(image);
      candidates.clear();
      decoder.decode(copies.get(copy), image, filter, candidates);
    }
  }

  /** Returns the candidates of each picture after the first run of the first copy. */
  List<Candidates> candidates() {
    run(0);
    return found;
  }

  /** Returns corners, score and class of each candidate, picture after picture. */
  @Override
  public float[] result() {
    List<Candidates> all = candidates();
    float[] values = new float[6 * all.stream().mapToInt(Candidates::size).sum()];
    int at = 0;
    for (Candidates candidates : all) {
      for (int i = 0; i < candidates.size(); i++) {
        Box box = candidates.box(i);
        values[at++] = box.x1();
        values[at++] = box.y1();
        values[at++] = box.x2();
        values[at++] = box.y2();
        values[at++] = candidates.score(i);
        values[at++] = candidates.classId(i);
      }
    }
    return values;
  }

  @Override
  public void close() {
    // The buffers are the case's or the JVM's.
  }
}
