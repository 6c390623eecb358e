package io.yolo4j.cli;

import io.yolo4j.graph.Cost;
import io.yolo4j.graph.HeadDecode;
import io.yolo4j.graph.HeadDecode.EagerForm;
import io.yolo4j.graph.HeadDecode.EagerOp;
import io.yolo4j.kernels.ElementType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What decoding a network's heads costs, which a profile's times don't hold; float32. */
final class DecodeText {
  private static final int BYTES = ElementType.F32.bytes();

  private DecodeText() {}

  static String line(HeadDecode decode) {
    Cost cost = decode.cost();
    List<EagerOp> eager = kernels(decode);
    return String.format(
        Locale.ROOT,
        "decoding the heads is not in these times: %,d FLOPs, %,d bytes as one operation, as yolo4j runs it; in eager PyTorch %d operations and %,d bytes",
        cost.flops(),
        BYTES * cost.elements(),
        eager.size(),
        bytes(eager));
  }

  static Map<String, Object> json(HeadDecode decode) {
    Cost cost = decode.cost();
    List<EagerOp> eager = kernels(decode);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("flops", cost.flops());
    json.put("bytes", BYTES * cost.elements());
    json.put("eager_operations", eager.size());
    json.put("eager_bytes", bytes(eager));
    return json;
  }

  private static List<EagerOp> kernels(HeadDecode decode) {
    return decode.eager(EagerForm.EXPANDED).stream().filter(op -> !op.isView()).toList();
  }

  private static long bytes(List<EagerOp> ops) {
    return ops.stream().mapToLong(op -> BYTES * (op.inputElements() + op.outputElements())).sum();
  }
}
