package io.yolo4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final AugmentOptions NONE = AugmentOptions.none();

  private static void assertRejected(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void defaults_areThoseOfHyperParameterFiles() {
    assertThat(AugmentOptions.defaults())
        .isEqualTo(
            new AugmentOptions(0.015, 0.7, 0.4, 0, 0.1, 0.5, 0, 0, 0, 0.5, 1, 0, 0, 0, 0, 0, 0, 0));
    assertThat(AugmentOptions.defaults().any()).isTrue();
    assertThat(NONE.any()).isFalse();
  }

  @Test
  void withers_changeTheirPartOnly() {
    AugmentOptions all =
        NONE.withHsv(0.1, 0.2, 0.3)
            .withGeometry(4, 0.5, 0.6, 7, 0.008)
            .withFlips(0.9, 0.11)
            .withMosaic(0.12)
            .withMixup(0.13)
            .withCopyPaste(0.14)
            .withMosaic9(0.15)
            .withExtras(0.16, 0.17, 0.18, 0.19);
    assertThat(all)
        .isEqualTo(
            new AugmentOptions(
                0.1, 0.2, 0.3, 4, 0.5, 0.6, 7, 0.008, 0.9, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17,
                0.18, 0.19));
  }

  @Test
  void augment_outOfRange_saysNameRangeAndValue() {
    assertRejected(() -> NONE.withMosaic(1.5), "mosaic must lie in 0 to 1, got 1.5");
    assertRejected(() -> NONE.withHsv(0, -0.1, 0), "hsv_s must lie in 0 to 1, got -0.1");
    assertRejected(() -> NONE.withFlips(0, Double.NaN), "fliplr must lie in 0 to 1, got NaN");
    assertRejected(
        () -> NONE.withGeometry(181, 0, 0, 0, 0), "degrees must lie in 0 to 180, got 181.0");
    assertRejected(
        () -> NONE.withGeometry(0, 0, 1, 0, 0), "scale must be at least 0 and below 1, got 1.0");
    assertRejected(
        () -> NONE.withGeometry(0, 0, 0, 90, 0), "shear must be at least 0 and below 90, got 90.0");
    assertRejected(
        () -> NONE.withGeometry(0, 0, 0, 0, 0.02), "perspective must lie in 0 to 0.01, got 0.02");
  }

  @Test
  void loader_outOfRange_saysWhatMustHold() {
    LoaderOptions options = LoaderOptions.of(64, 4);
    assertRejected(
        () -> LoaderOptions.of(230, 4),
        "the image size must be a multiple of the stride 32, got 230");
    assertRejected(() -> options.withStride(0), "a stride must be at least 1, got 0");
    assertRejected(() -> LoaderOptions.of(64, 0), "the batch size must be at least 1, got 0");
    assertRejected(() -> options.withThreads(-1), "loader threads must not be negative, got -1");
    assertRejected(() -> options.withPrefetch(0), "prefetch must be at least 1 batch, got 0");
    assertRejected(
        () -> new LoaderOptions(64, 4, 1, 1, ImageCache.DISK, null, 0, false, 32),
        "a cache on disk needs a folder, got none");
  }

  @Test
  void loader_withers_changeTheirPartOnly() {
    Path folder = Path.of("pixels");
    LoaderOptions options =
        LoaderOptions.of(64, 4)
            .withThreads(3)
            .withPrefetch(5)
            .withSeed(6)
            .withRectangular(true)
            .withStride(16)
            .withDiskCache(folder);
    assertThat(options)
        .isEqualTo(new LoaderOptions(64, 4, 3, 5, ImageCache.DISK, folder, 6, true, 16));
    assertThat(options.withMemoryCache().cache()).isEqualTo(ImageCache.MEMORY);
    assertThat(options.withMemoryCache().diskFolder()).isNull();
  }
}
