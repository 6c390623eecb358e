package io.yolo4j.bench.kernels;

/** One way to compute a layer, on buffers that exist already. */
interface KernelForm extends AutoCloseable {
  /** Computes once, on this copy of the buffers. */
  void run(int copy);

  /** Computes once on the first copy; returns the result in the order that all forms share. */
  float[] result();

  /** Frees what the form holds, but not the buffers. */
  @Override
  void close();
}
