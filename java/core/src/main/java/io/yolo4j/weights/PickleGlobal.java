package io.yolo4j.weights;

/**
 * The name of a class or function that a pickle refers to. Only a name: nothing of it is loaded.
 *
 * @param module for example {@code models.common}
 * @param name for example {@code Conv}
 */
public record PickleGlobal(String module, String name) {
  /** Returns module and name joined by a dot. */
  public String qualifiedName() {
    return module + "." + name;
  }

  @Override
  public String toString() {
    return qualifiedName();
  }
}
