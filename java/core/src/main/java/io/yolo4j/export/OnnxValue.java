package io.yolo4j.export;

import java.util.List;

/**
 * An input or output of an exported network.
 *
 * @param name its name
 * @param type its element type
 * @param dims its dimensions, outermost first: a number, or a name where the size may change from
 *     run to run
 */
public record OnnxValue(String name, OnnxType type, List<String> dims) {
  private static final int TENSOR_TYPE = 1;

  /** Copies the list. */
  public OnnxValue {
    dims = List.copyOf(dims);
  }

  /** Returns name, type and shape, for example {@code images float32 [1,3,640,640]}. */
  @Override
  public String toString() {
    return name + " " + type + " [" + String.join(",", dims) + "]";
  }

  /** {@code ValueInfoProto}. */
  ProtoMessage toProto() {
    ProtoMessage shape = new ProtoMessage();
    for (String dim : dims) {
      ProtoMessage one = new ProtoMessage();
      shape.message(
          1, dim.matches("[0-9]+") ? one.integer(1, Long.parseLong(dim)) : one.text(2, dim));
    }
    ProtoMessage tensor = new ProtoMessage().integer(1, type.code()).message(2, shape);
    return new ProtoMessage()
        .text(1, name)
        .message(2, new ProtoMessage().message(TENSOR_TYPE, tensor));
  }
}
