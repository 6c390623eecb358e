package io.yolo4j.bench.kernels;

import io.yolo4j.detect.Candidates;
import io.yolo4j.kernels.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Non-maximum suppression of what the decoder finds: our kernel and the Java code. Neither LibTorch
 * nor oneDNN has such an operation: torchvision's is a library of its own.
 */
final class SuppressionCases {
  /* Corners, score and class. */
  private static final int CANDIDATE_BYTES = 24;

  private SuppressionCases() {}

  static List<KernelCase> of(Setting setting) {
    RawHeads heads = RawHeads.of(setting);
    List<KernelCase> cases = new ArrayList<>();
    for (DecodeTask task : DecodeTask.values()) {
      cases.add(one(heads, task, setting));
    }
    return cases;
  }

  private static KernelCase one(RawHeads heads, DecodeTask task, Setting setting) {
    List<Candidates> pictures = DecodeForm.inJava(heads, task, 1).candidates();
    Supplier<float[]> expected = new Once(() -> SuppressionForm.inJava(pictures, task, 1).result());
    long count = pictures.stream().mapToLong(Candidates::size).sum();
    long read = Math.max(count, 1) * CANDIDATE_BYTES;
    long kept = Math.max(expected.get().length, 1);
    return new KernelCase(
        "%d boxes, %d kept".formatted(count, kept),
        task.name().toLowerCase(Locale.ROOT),
        new Work(read, kept * Integer.BYTES, 0),
        List.of(BufferPlan.output(ElementType.U8, read)),
        BufferPlan.output(ElementType.F32, kept),
        List.of(
            new FormMaker(
                FormMaker.OURS,
                buffers -> SuppressionForm.onKernels(pictures, task, buffers.copies())),
            new FormMaker(
                FormMaker.JAVA,
                buffers -> SuppressionForm.inJava(pictures, task, buffers.copies())),
            CopyCeiling.maker(setting.threads(), expected)),
        expected,
        0);
  }
}
