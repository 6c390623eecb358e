package io.yolo4j.torch;

import io.yolo4j.runtime.IssueListener;
import io.yolo4j.runtime.StepListener;

/** No clock: it tells when each step is issued, for those who count instead. */
final class IssueClock implements StepClock {
  private final IssueListener listener;

  IssueClock(IssueListener listener) {
    this.listener = listener;
  }

  @Override
  public void begin(StepListener told) {}

  @Override
  public void before(int node) {
    listener.issuing(node);
  }

  @Override
  public void after(int node) {
    listener.issued(node);
  }

  @Override
  public void end() {}

  @Override
  public void close() {}
}
