package io.yolo4j.export;

import java.util.List;

/**
 * A node of an ONNX graph ({@code NodeProto}).
 *
 * @param name unique, the path of the module that it came from
 * @param type ONNX's operator
 * @param inputs names of the values that it reads; empty for one that is left out
 * @param outputs names of the values that it gives
 * @param attributes its attributes
 * @param doc for people: the module's type and the operation
 */
record OnnxNode(
    String name,
    String type,
    List<String> inputs,
    List<String> outputs,
    OnnxAttributes attributes,
    String doc) {
  OnnxNode {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  OnnxNode withOutputs(List<String> changed) {
    return new OnnxNode(name, type, inputs, changed, attributes, doc);
  }

  ProtoMessage toProto() {
    ProtoMessage proto = new ProtoMessage();
    inputs.forEach(input -> proto.text(1, input));
    outputs.forEach(output -> proto.text(2, output));
    proto.text(3, name).text(4, type);
    attributes.messages().forEach(attribute -> proto.message(5, attribute));
    return proto.text(6, doc);
  }
}
