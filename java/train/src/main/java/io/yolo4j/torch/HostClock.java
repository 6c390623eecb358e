package io.yolo4j.torch;

import io.yolo4j.runtime.StepListener;
import org.jspecify.annotations.Nullable;

/** The clock of the thread that runs: right where a step has been done when its call returns. */
final class HostClock implements StepClock {
  private @Nullable StepListener listener;
  private long started;

  @Override
  public void begin(StepListener told) {
    listener = told;
  }

  @Override
  public void before(int node) {
    started = System.nanoTime();
  }

  @Override
  public void after(int node) {
    long ended = System.nanoTime();
    if (listener != null) {
      listener.ran(node, started, ended);
    }
  }

  @Override
  public void end() {
    listener = null;
  }

  @Override
  public void close() {}
}
