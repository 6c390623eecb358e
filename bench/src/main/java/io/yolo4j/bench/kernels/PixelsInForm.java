package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeArray;
import io.yolo4j.kernels.PixelsInKernel;
import java.util.ArrayList;
import java.util.List;

/** Our kernel, picture after picture. */
final class PixelsInForm implements KernelForm {
  private final Pictures pictures;
  private final Variant variant;
  private final CaseBuffers buffers;
  private final PixelsInKernel kernel;
  private final List<NativeArray> from;
  private final List<NativeArray> to;

  PixelsInForm(Pictures pictures, Variant variant, int threads, CaseBuffers buffers) {
    this.pictures = pictures;
    this.variant = variant;
    this.buffers = buffers;
    PixelsInKernel.Sides sides = new PixelsInKernel.Sides(pictures.side(), pictures.side());
    kernel =
        new PixelsInKernel(
            variant.type(),
            variant.layout(),
            sides,
            3L * pictures.side(),
            new PixelsInKernel.Frame(sides, 0, 0, 0),
            false,
            threads);
    from = parts(buffers.input());
    to = parts(buffers.output());
  }

  /* Each picture of each copy. */
  private List<NativeArray> parts(BufferRing ring) {
    long count = ring.count() / pictures.count();
    ElementType type = ring.type();
    List<NativeArray> parts = new ArrayList<>();
    for (int copy = 0; ring.hasCopy(copy); copy++) {
      for (int image = 0; image < pictures.count(); image++) {
        long address = ring.pointer(copy).address() + image * count * type.bytes();
        parts.add(NativeArray.at(address, type, count));
      }
    }
    return parts;
  }

  @Override
  public void run(int copy) {
    int first = copy * pictures.count();
    for (int image = first; image < first + pictures.count(); image++) {
      kernel.run(from.get(image), to.get(image));
    }
  }

  @Override
  public float[] result() {
    run(0);
    return Values.toNchw(buffers.output().read(), pictures.dimensions(), variant.layout());
  }

  @Override
  public void close() {
    from.forEach(NativeArray::close);
    to.forEach(NativeArray::close);
  }
}
