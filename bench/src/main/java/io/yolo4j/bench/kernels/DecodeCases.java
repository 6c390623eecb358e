package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Raw heads to candidates: our kernel, the decoder's Java code, and LibTorch's operations as
 * PyTorch's YOLOv5 calls them. oneDNN has nothing for it. The bytes are those of all logits; a form
 * that looks at the objectness first reads fewer, so that a copy of all isn't its ceiling.
 */
final class DecodeCases {
  private static final int CANDIDATE_FLOATS = 6;

  private DecodeCases() {}

  static List<KernelCase> of(Setting setting) {
    RawHeads heads = RawHeads.of(setting);
    List<KernelCase> cases = new ArrayList<>();
    for (DecodeTask task : DecodeTask.values()) {
      cases.add(one(heads, task, setting));
    }
    return cases;
  }

  private static KernelCase one(RawHeads heads, DecodeTask task, Setting setting) {
    Supplier<float[]> expected = new Once(() -> DecodeForm.inJava(heads, task, 1).result());
    long written = Math.max(expected.get().length, CANDIDATE_FLOATS);
    Work work = new Work(heads.elements() * Float.BYTES, written * Float.BYTES, heads.elements());
    return new KernelCase(
        "%d cells, %d found".formatted(heads.rows(), written / CANDIDATE_FLOATS),
        task.name().toLowerCase(Locale.ROOT),
        work,
        heads.plans(),
        BufferPlan.output(ElementType.F32, written),
        List.of(
            new FormMaker(FormMaker.OURS, buffers -> DecodeForm.onKernels(heads, task, buffers)),
            new FormMaker(
                FormMaker.JAVA, buffers -> DecodeForm.inJava(heads, task, buffers.copies())),
            new FormMaker(FormMaker.LIBTORCH, buffers -> new DecodeTorch(heads, task, buffers)),
            CopyCeiling.maker(setting.threads(), expected)),
        expected,
        Variant.tolerance(ElementType.F32));
  }
}
