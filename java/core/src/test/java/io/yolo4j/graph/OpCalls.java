package io.yolo4j.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Short forms for tests of single operations. */
final class OpCalls {
  private OpCalls() {}

  static Shape shape(Op op, Shape... inputs) {
    return op.outputShape(List.of(inputs));
  }

  static Cost cost(Op op, Shape... inputs) {
    return op.cost(List.of(inputs), op.outputShape(List.of(inputs)));
  }

  static AbstractThrowableAssert<?, ?> assertError(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }
}
