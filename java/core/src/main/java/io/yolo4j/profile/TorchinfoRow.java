package io.yolo4j.profile;

import io.yolo4j.graph.Shape;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A row of a {@link TorchinfoTable}: a call of a module, or a container that is never called.
 *
 * @param depth 0 for the network itself
 * @param index the how manieth row of this depth it is, from 1
 * @param path full path of the module; empty for the root
 * @param type the module's type
 * @param leaf whether the module has no modules below it
 * @param executed whether the module is called at all; a list of modules is not
 * @param recursive whether the module was called before
 * @param input shape of the first input; empty where the module isn't called
 * @param output shape of the output; empty where the module isn't called
 * @param parameters elements of the parameters of the module and of everything below it
 * @param multiplyAdds of a leaf; empty for containers
 */
public record TorchinfoRow(
    int depth,
    int index,
    String path,
    String type,
    boolean leaf,
    boolean executed,
    boolean recursive,
    Optional<Shape> input,
    Optional<Shape> output,
    long parameters,
    OptionalLong multiplyAdds) {

  /** Returns the module's name inside its parent; the type for the root. */
  public String name() {
    return path.isEmpty() ? type : path.substring(path.lastIndexOf('.') + 1);
  }

  /** Returns the bytes of the output in float32. */
  public long outputBytes() {
    return output.map(shape -> Float.BYTES * shape.elements()).orElse(0L);
  }

  /**
   * Returns the bytes that the "forward/backward pass size" counts for the row: twice the output's,
   * "for gradients", of leaves that have parameters, and none of all others.
   */
  public long countedBytes() {
    return leaf && executed && parameters > 0 ? 2 * outputBytes() : 0;
  }
}
