package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LoadFailureTest {
  @Test
  void missingDependency_isNamedWithTheFile() {
    UnsatisfiedLinkError failure =
        new UnsatisfiedLinkError("no jniYolo4j in java.library.path: /usr/lib");
    failure.initCause(
        new UnsatisfiedLinkError(
            "/c/libyolo4j.so: libgomp.so.1: cannot open shared object file: No such file or directory"));

    assertThat(LoadFailure.describe(failure))
        .isEqualTo(
            "/c/libyolo4j.so does not load: it needs libgomp.so.1, which this system lacks; install the package that holds it");
  }

  @Test
  void otherFailure_keepsTheLoadersText() {
    UnsatisfiedLinkError failure =
        new UnsatisfiedLinkError("version `GLIBC_9' not found (required by /c/libyolo4j.so)");

    assertThat(LoadFailure.describe(failure))
        .startsWith("/io/yolo4j/bindings/")
        .endsWith("does not load: version `GLIBC_9' not found (required by /c/libyolo4j.so)");
  }

  @Test
  void missingJavaCpp_isNamed() {
    assertThat(LoadFailure.describe(new NoClassDefFoundError("org/bytedeco/javacpp/Loader")))
        .isEqualTo(
            "the native kernels need org.bytedeco:javacpp on the class path, class org/bytedeco/javacpp/Loader is missing");
  }

  @Test
  void noNatives_namesTheJar() {
    assertThat(LoadFailure.noNatives("linux-riscv64"))
        .isEqualTo(
            "there are no native kernels for linux-riscv64 on the class path; add the jar io.yolo4j:yolo4j-bindings with the classifier linux-riscv64, or build it on that platform: mvn -pl java/bindings -am package");
  }
}
