package io.yolo4j.bench.kernels;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Numbers that are computed when they are first asked for. */
final class Once implements Supplier<float[]> {
  private final Supplier<float[]> compute;
  private float @Nullable [] values;

  Once(Supplier<float[]> compute) {
    this.compute = compute;
  }

  @Override
  public float[] get() {
    float[] known = values;
    if (known == null) {
      known = compute.get();
      values = known;
    }
    return known;
  }
}
