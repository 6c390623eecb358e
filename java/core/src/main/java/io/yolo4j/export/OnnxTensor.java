package io.yolo4j.export;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/**
 * A constant of an ONNX graph ({@code TensorProto}).
 *
 * @param name its name as a value
 * @param type its element type
 * @param dims its dimensions
 * @param bytes its little-endian elements, asked for when the file is written
 */
record OnnxTensor(String name, OnnxType type, List<Integer> dims, Supplier<ByteBuffer> bytes) {
  OnnxTensor {
    dims = List.copyOf(dims);
  }

  OnnxTensor(String name, OnnxType type, List<Integer> dims, ByteBuffer bytes) {
    this(name, type, dims, bytes::duplicate);
  }

  long byteSize() {
    return dims.stream().mapToLong(Integer::longValue).reduce(type.bytes(), (a, b) -> a * b);
  }

  ProtoMessage toProto() {
    ProtoMessage proto = new ProtoMessage();
    dims.forEach(dim -> proto.integer(1, dim));
    return proto.integer(2, type.code()).text(8, name).bytes(9, byteSize(), bytes);
  }
}
