package io.yolo4j.cli;

import io.yolo4j.profile.Roofs;
import java.io.IOException;

/** Where the roofs of what runs a network come from. */
@FunctionalInterface
interface RoofSource {
  /** Returns the roofs for so many threads. */
  Roofs roofs(int threads, Streams streams) throws IOException;
}
