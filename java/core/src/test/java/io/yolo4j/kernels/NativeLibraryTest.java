package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class NativeLibraryTest {
  @Test
  void load_givesOneLibraryWithItsFile() {
    NativeLibrary library = NativeLibrary.load();

    assertThat(NativeLibrary.load()).isSameAs(library);
    assertThat(NativeLibrary.isAvailable()).isTrue();
    assertThat(Files.isRegularFile(Path.of(library.path()))).isTrue();
    assertThat(library.version()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(library.compiler()).isNotBlank();
    assertThat(library.toString()).contains(library.path(), library.isa().nativeName());
  }

  @Test
  void cpu_hasNameAndTheFeaturesOfItsIsa() {
    NativeLibrary library = NativeLibrary.load();

    assertThat(library.cpu().cpu()).isNotBlank();
    assertThat(library.cpu().features()).isNotEmpty();
    switch (library.isa()) {
      case AVX2 -> assertThat(library.cpu().features()).contains(CpuFeature.AVX2, CpuFeature.FMA);
      case AVX512 -> assertThat(library.cpu().has(CpuFeature.AVX512VL)).isTrue();
      case NEON -> assertThat(library.cpu().has(CpuFeature.NEON)).isTrue();
      case SCALAR -> {
        // Forced, or nothing better: no feature follows from it.
      }
    }
  }

  @Test
  void setThreads_belongsToTheCallingThread() throws InterruptedException {
    NativeLibrary library = NativeLibrary.load();
    int before = library.threads();
    Thread other = new Thread(() -> library.setThreads(1));
    other.start();
    other.join();

    assertThat(library.threads()).isEqualTo(before);
  }

  @Test
  void setThreads_refusesZero() {
    NativeLibrary library = NativeLibrary.load();

    assertThatThrownBy(() -> library.setThreads(0))
        .isInstanceOfSatisfying(
            NativeException.class,
            e -> {
              assertThat(e.operation()).isEqualTo("yolo4j_set_num_threads");
              assertThat(e.status()).isEqualTo(NativeStatus.INVALID_ARGUMENT);
            })
        .hasMessage(
            "yolo4j_set_num_threads failed (invalid_argument): yolo4j_set_num_threads: the number of threads must be at least 1, got 0");
  }
}
