package io.yolo4j.runtime;

import io.yolo4j.bindings.global.Yolo4jPlan;
import java.util.Locale;

/** The kinds of steps, with the codes of {@code enum yolo4j_plan_kind}. */
enum StepKind {
  PIXELS(Yolo4jPlan.YOLO4J_PLAN_PIXELS),
  PIXEL_BLOCKS(Yolo4jPlan.YOLO4J_PLAN_PIXEL_BLOCKS),
  CONVOLUTION(Yolo4jPlan.YOLO4J_PLAN_CONVOLUTION),
  DEPTHWISE(Yolo4jPlan.YOLO4J_PLAN_DEPTHWISE),
  SQUEEZE_EXCITE(Yolo4jPlan.YOLO4J_PLAN_SQUEEZE_EXCITE),
  ACTIVATION(Yolo4jPlan.YOLO4J_PLAN_ACTIVATION),
  MAX_POOL(Yolo4jPlan.YOLO4J_PLAN_MAX_POOL),
  UPSAMPLE(Yolo4jPlan.YOLO4J_PLAN_UPSAMPLE),
  COPY(Yolo4jPlan.YOLO4J_PLAN_COPY),
  ADD(Yolo4jPlan.YOLO4J_PLAN_ADD),
  BLOCKS(Yolo4jPlan.YOLO4J_PLAN_BLOCKS),
  PAD(Yolo4jPlan.YOLO4J_PLAN_PAD),
  SHUFFLE(Yolo4jPlan.YOLO4J_PLAN_SHUFFLE),
  ATTENTION(Yolo4jPlan.YOLO4J_PLAN_ATTENTION),
  CLASS_SCORES(Yolo4jPlan.YOLO4J_PLAN_CLASS_SCORES);

  private final int code;

  StepKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
