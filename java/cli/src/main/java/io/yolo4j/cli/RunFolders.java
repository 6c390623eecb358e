package io.yolo4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Names the folders of runs. */
final class RunFolders {
  private RunFolders() {}

  /** Returns the first of the name itself, the name with 2, with 3 … that does not exist. */
  static Path next(Path parent, String name) {
    Path folder = parent.resolve(name);
    for (int i = 2; Files.exists(folder); i++) {
      folder = parent.resolve(name + i);
    }
    return folder;
  }
}
