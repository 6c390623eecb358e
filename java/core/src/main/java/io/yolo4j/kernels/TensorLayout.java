package io.yolo4j.kernels;

import io.yolo4j.bindings.global.Yolo4j;

/** The order of a tensor's elements, the last dimension innermost and without gaps. */
public enum TensorLayout {
  /** Images, channels, height, width: PyTorch's contiguous form. */
  NCHW(Yolo4j.YOLO4J_LAYOUT_NCHW),
  /** Images, height, width, channels: PyTorch's "channels last". */
  NHWC(Yolo4j.YOLO4J_LAYOUT_NHWC);

  private final int code;

  TensorLayout(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
