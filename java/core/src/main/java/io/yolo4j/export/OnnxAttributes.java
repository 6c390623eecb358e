package io.yolo4j.export;

import java.util.ArrayList;
import java.util.List;

/** The attributes of an ONNX node ({@code AttributeProto}). Immutable. */
final class OnnxAttributes {
  /** No attributes. */
  static final OnnxAttributes NONE = new OnnxAttributes(List.of());

  private static final int NAME = 1;
  private static final int TYPE = 20;
  private static final int FLOAT = 1;
  private static final int INT = 2;
  private static final int STRING = 3;
  private static final int INTS = 7;

  private final List<ProtoMessage> messages;

  private OnnxAttributes(List<ProtoMessage> messages) {
    this.messages = List.copyOf(messages);
  }

  OnnxAttributes integer(String name, long value) {
    return with(start(name, INT).integer(3, value));
  }

  OnnxAttributes real(String name, double value) {
    return with(start(name, FLOAT).real(2, (float) value));
  }

  OnnxAttributes text(String name, String value) {
    return with(start(name, STRING).text(4, value));
  }

  OnnxAttributes integers(String name, long... values) {
    ProtoMessage attribute = start(name, INTS);
    for (long value : values) {
      attribute.integer(8, value);
    }
    return with(attribute);
  }

  List<ProtoMessage> messages() {
    return messages;
  }

  private static ProtoMessage start(String name, int type) {
    return new ProtoMessage().text(NAME, name).integer(TYPE, type);
  }

  private OnnxAttributes with(ProtoMessage attribute) {
    List<ProtoMessage> more = new ArrayList<>(messages);
    more.add(attribute);
    return new OnnxAttributes(more);
  }
}
