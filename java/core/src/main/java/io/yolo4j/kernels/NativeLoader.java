package io.yolo4j.kernels;

import io.yolo4j.bindings.BuildInfo;
import io.yolo4j.bindings.global.Yolo4j;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the native library and checks that it is the one that this code was compiled against. */
final class NativeLoader {
  private static final Logger LOG = LoggerFactory.getLogger(NativeLoader.class);

  /** Codes are compared up to here; the largest is a bit number of a 64-bit set. */
  private static final int CODES = 64;

  private NativeLoader() {}

  static NativeLibrary load() {
    String path = loadFile();
    checkAbi(Yolo4j.YOLO4J_ABI_VERSION, Yolo4j.yolo4j_abi_version(), path);
    checkCodes("status", NativeStatus.values(), Yolo4j::yolo4j_status_name);
    checkCodes("dtype", ElementType.values(), Yolo4j::yolo4j_dtype_name);
    checkCodes("isa", Isa.values(), Yolo4j::yolo4j_isa_name);
    checkCodes("cpu_feature", CpuFeature.values(), Yolo4j::yolo4j_cpu_feature_name);
    CpuFeatures cpu =
        CpuFeatures.of(Yolo4j.yolo4j_cpu_name().getString(), Yolo4j.yolo4j_cpu_features());
    NativeLibrary library =
        new NativeLibrary(
            path, Yolo4j.yolo4j_version().getString(), compiler(), cpu, dispatchedIsa());
    LOG.debug("{}", library);
    return library;
  }

  private static String loadFile() {
    NativeMemory.liftJavaCppLimits();
    try {
      return Loader.load(Yolo4j.class);
    } catch (LinkageError e) {
      // Also when a class is missing: an application may leave JavaCPP out.
      throw new UnsupportedOperationException(LoadFailure.describe(e), e);
    }
  }

  static void checkAbi(int expected, int actual, String path) {
    if (actual != expected) {
      throw new UnsupportedOperationException(
          "the native library's ABI version must be %d, got %d from %s; use the same version of yolo4j and yolo4j-bindings"
              .formatted(expected, actual, path));
    }
  }

  /** Compares both ways: a code that only one side knows is as wrong as two names for one code. */
  static void checkCodes(
      String kind, NativeCode[] codes, IntFunction<@Nullable BytePointer> nativeName) {
    Map<Integer, String> names = new HashMap<>();
    for (NativeCode code : codes) {
      names.put(code.code(), code.nativeName());
    }
    for (int code = 0; code < CODES; code++) {
      BytePointer text = nativeName.apply(code);
      String expected = names.getOrDefault(code, "unknown");
      String actual = text == null ? "unknown" : text.getString();
      if (!expected.equals(actual)) {
        throw new UnsupportedOperationException(
            "%s %d must be %s, got %s from the native library; use the same version of yolo4j and yolo4j-bindings"
                .formatted(kind, code, expected, actual));
      }
    }
  }

  private static Isa dispatchedIsa() {
    int[] code = new int[1];
    NativeLibrary.check("yolo4j_dispatch_isa", Yolo4j.yolo4j_dispatch_isa(code));
    for (Isa isa : Isa.values()) {
      if (isa.code() == code[0]) {
        return isa;
      }
    }
    throw new AssertionError("codes were checked, yet isa " + code[0] + " is unknown");
  }

  private static String compiler() {
    try (BuildInfo info = new BuildInfo()) {
      info.struct_size(info.sizeof());
      NativeLibrary.check("yolo4j_get_build_info", Yolo4j.yolo4j_get_build_info(info));
      return info.compiler().getString() + (info.openmp() == 1 ? ", OpenMP" : ", one thread");
    }
  }
}
