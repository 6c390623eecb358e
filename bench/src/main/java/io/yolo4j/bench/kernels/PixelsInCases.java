package io.yolo4j.bench.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** 8-bit pixels to the network's input, divided by 255, in both types and layouts. */
final class PixelsInCases {
  private PixelsInCases() {}

  static List<KernelCase> of(Setting setting) {
    Pictures pictures = new Pictures(setting.batch(), setting.size());
    Supplier<float[]> expected = new Once(pictures::expected);
    List<KernelCase> cases = new ArrayList<>();
    for (Variant variant : Variant.ALL) {
      cases.add(one(pictures, variant, setting, expected));
    }
    return cases;
  }

  private static KernelCase one(
      Pictures pictures, Variant variant, Setting setting, Supplier<float[]> expected) {
    long values = pictures.dimensions().elements();
    int threads = setting.threads();
    return new KernelCase(
        "%d %dx%d".formatted(pictures.count(), pictures.side(), pictures.side()),
        variant.name(),
        new Work(values, values * variant.type().bytes(), values),
        List.of(pictures.plan()),
        BufferPlan.output(variant.type(), values),
        List.of(
            new FormMaker(
                FormMaker.OURS, buffers -> new PixelsInForm(pictures, variant, threads, buffers)),
            new FormMaker(
                FormMaker.OPENCV,
                buffers -> PixelsInOpenCv.form(pictures, variant, threads, buffers)),
            new FormMaker(
                FormMaker.ONEDNN, buffers -> PixelsInOneDnn.form(pictures, variant, buffers)),
            new FormMaker(
                FormMaker.LIBTORCH, buffers -> new PixelsInTorch(pictures, variant, buffers)),
            CopyCeiling.maker(threads, expected)),
        expected,
        variant.tolerance());
  }
}
