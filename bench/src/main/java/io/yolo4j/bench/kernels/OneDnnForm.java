package io.yolo4j.bench.kernels;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** oneDNN's primitives as a form. */
final class OneDnnForm implements KernelForm {
  private final OneDnn primitives;
  private final Supplier<float[]> read;

  private OneDnnForm(OneDnn primitives, Supplier<float[]> read) {
    this.primitives = primitives;
    this.read = read;
  }

  /**
   * Makes a form.
   *
   * @param build adds the primitives
   * @param read gives the output of the first copy
   */
  static OneDnnForm of(Consumer<OneDnn> build, Supplier<float[]> read) {
    return of(
        primitives -> {
          build.accept(primitives);
          return read;
        });
  }

  /**
   * Makes a form.
   *
   * @param build adds the primitives and returns what gives the output of the first copy
   */
  static OneDnnForm of(Function<OneDnn, Supplier<float[]>> build) {
    OneDnn primitives = new OneDnn();
    try {
      return new OneDnnForm(primitives, build.apply(primitives));
    } catch (RuntimeException e) {
      primitives.close();
      throw e;
    }
  }

  @Override
  public void run(int copy) {
    primitives.run(copy);
  }

  @Override
  public float[] result() {
    primitives.run(0);
    return read.get();
  }

  @Override
  public void close() {
    primitives.close();
  }
}
