package io.yolo4j.cli;

import io.yolo4j.kernels.NativeLibrary;
import io.yolo4j.profile.RoofCache;
import io.yolo4j.profile.Roofs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Roofs as if they had been measured: measuring them takes up to a minute. */
final class KeptRoofs {
  private KeptRoofs() {}

  /** Keeps roofs of this processor, of every number of threads, in a folder. */
  static void in(Path cache) throws IOException {
    NativeLibrary library = NativeLibrary.load();
    Roofs.Level memory = new Roofs.Level("DRAM", Long.MAX_VALUE, 20e9, 20e9, 20e9, 20e9, 20e9);
    for (int threads = 1; threads <= Runtime.getRuntime().availableProcessors(); threads++) {
      new RoofCache(cache)
          .keep(
              new Roofs(
                  library.cpu().cpu(),
                  threads,
                  library.isa().nativeName(),
                  100e9 * threads,
                  Map.of(),
                  List.of(memory)));
    }
  }
}
