package io.yolo4j.train;

import io.yolo4j.augment.ImageCache;
import io.yolo4j.augment.LoaderOptions;
import io.yolo4j.augment.TrainingLoader;
import java.nio.file.Path;

/** Opens the loader of a run. */
final class RunLoader {
  private RunLoader() {}

  static TrainingLoader open(Run.Parts parts) {
    TrainOptions options = parts.options();
    LoaderOptions loading =
        LoaderOptions.of(options.imageSize(), options.batchSize())
            .withStride(parts.model().model().head().maxStride())
            .withThreads(options.loaderThreads())
            .withSeed(options.seed())
            .withRectangular(options.rectangular());
    if (options.cache() == ImageCache.MEMORY) {
      loading = loading.withMemoryCache();
    } else if (options.cache() == ImageCache.DISK) {
      loading = loading.withDiskCache(pictureFolder(parts));
    }
    return new TrainingLoader(
        parts.data().training(), loading, options.hyperparameters().augmentation());
  }

  private static Path pictureFolder(Run.Parts parts) {
    Path cache = parts.options().cacheFolder();
    return cache == null ? parts.folder().folder().resolve("cache") : cache.resolve("pictures");
  }
}
