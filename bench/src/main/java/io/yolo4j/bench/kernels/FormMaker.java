package io.yolo4j.bench.kernels;

import java.util.function.Function;

/**
 * Makes a form.
 *
 * @param name whose: yolo4j, onednn, libtorch …
 * @param make throws UnsupportedOperationException with the reason where there is none
 */
record FormMaker(String name, Function<CaseBuffers, KernelForm> make) {
  static final String OURS = "yolo4j";
  static final String ONEDNN = "onednn";
  static final String ONEDNN_PREFERRED = "onednn_preferred";
  static final String LIBTORCH = "libtorch";
  static final String JAVA = "java";
  static final String OPENCV = "opencv";
  static final String COPY = "copy_ceiling";
}
