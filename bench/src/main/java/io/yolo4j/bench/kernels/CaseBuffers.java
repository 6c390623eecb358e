package io.yolo4j.bench.kernels;

import java.util.List;

/**
 * The buffers of a case in several copies; all forms read the same inputs, and those that don't
 * make a fresh output write the same one.
 *
 * @param inputs what is read
 * @param output what is written
 * @param copies of each
 */
record CaseBuffers(List<BufferRing> inputs, BufferRing output, int copies)
    implements AutoCloseable {
  static CaseBuffers open(List<BufferPlan> inputs, BufferPlan output, int copies) {
    return new CaseBuffers(
        inputs.stream().map(plan -> new BufferRing(plan, copies)).toList(),
        new BufferRing(output, copies),
        copies);
  }

  /** Returns the first of the inputs. */
  BufferRing input() {
    return inputs.get(0);
  }

  /** Returns the last of the inputs. */
  BufferRing lastInput() {
    return inputs.get(inputs.size() - 1);
  }

  @Override
  public void close() {
    inputs.forEach(BufferRing::close);
    output.close();
  }
}
