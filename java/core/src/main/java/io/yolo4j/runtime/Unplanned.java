package io.yolo4j.runtime;

/** What plans don't know, in one sentence that names the way out. */
final class Unplanned {
  private Unplanned() {}

  /**
   * Returns the exception.
   *
   * @param what they don't know, or know in one place only
   * @param module where it stands
   */
  static UnsupportedOperationException exception(String what, String module) {
    return new UnsupportedOperationException(
        "plans %s (module %s); run this network on LibTorch".formatted(what, module));
  }
}
