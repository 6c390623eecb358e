package io.yolo4j.profile;

import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import java.util.List;

/**
 * The work of one step: a node, with those that are fused into it. Counted in our own convention (2
 * FLOPs a multiply-add; each tensor that crosses the step's border once).
 *
 * @param node the node whose step does the work
 * @param nodes all nodes whose work it does, in order
 * @param path the module's path
 * @param operation what it does, for example {@code Conv2d 16→32 3x3 s2}
 * @param category its category
 * @param part where in the network it stands
 * @param output the shape of what it writes
 * @param flops floating-point operations
 * @param inputBytes bytes of the tensors that it reads, of each the bytes
 * @param weightBytes bytes of parameters
 * @param outputBytes bytes written
 * @param operands type of the numbers that its arithmetic takes
 */
public record LayerWork(
    int node,
    List<Integer> nodes,
    String path,
    String operation,
    Category category,
    Part part,
    Shape output,
    long flops,
    List<Long> inputBytes,
    long weightBytes,
    long outputBytes,
    ElementType operands) {
  /** Copies the lists. */
  public LayerWork {
    nodes = List.copyOf(nodes);
    inputBytes = List.copyOf(inputBytes);
  }

  /** A step whose arithmetic is float32's. */
  public LayerWork(
      int node,
      List<Integer> nodes,
      String path,
      String operation,
      Category category,
      Part part,
      Shape output,
      long flops,
      List<Long> inputBytes,
      long weightBytes,
      long outputBytes) {
    this(
        node,
        nodes,
        path,
        operation,
        category,
        part,
        output,
        flops,
        inputBytes,
        weightBytes,
        outputBytes,
        ElementType.F32);
  }

  /** Returns all bytes moved. */
  public long bytes() {
    return inputBytes.stream().mapToLong(Long::longValue).sum() + weightBytes + outputBytes;
  }

  /** Returns FLOPs a byte; 0 where no byte moves. */
  public double intensity() {
    return bytes() == 0 ? 0 : (double) flops / bytes();
  }
}
