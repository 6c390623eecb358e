package io.yolo4j.loss;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Anchor;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.graph.Shape;
import io.yolo4j.testing.Shared;
import io.yolo4j.testing.TensorFixture;
import io.yolo4j.torch.TensorTransfer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** One file of fixtures/loss: a head, options, and one or more calls. */
final class LossFixture {
  private final TensorFixture tensors;

  LossFixture(String name) {
    tensors = Shared.tensors("loss/" + name);
  }

  DetectionHead head() {
    double[] strides = tensors.get("strides").values();
    double[] anchors = tensors.get("anchors_px").values();
    int perLevel = tensors.get("anchors_px").shape()[1];
    List<Level> levels = new ArrayList<>();
    for (int l = 0; l < strides.length; l++) {
      List<Anchor> list = new ArrayList<>();
      for (int a = l * perLevel; a < (l + 1) * perLevel; a++) {
        list.add(new Anchor((float) anchors[2 * a], (float) anchors[2 * a + 1]));
      }
      levels.add(new Level((int) strides[l], list));
    }
    return new DetectionHead(tensors.metadataJson("nc").asInt(), levels);
  }

  LossOptions options() {
    JsonNode hyp = tensors.metadataJson("hyp_used");
    return LossOptions.defaults()
        .withBox(hyp.get("box").asDouble())
        .withCls(hyp.get("cls").asDouble())
        .withClsPw(hyp.get("cls_pw").asDouble())
        .withObj(hyp.get("obj").asDouble())
        .withObjPw(hyp.get("obj_pw").asDouble())
        .withAnchorT(hyp.get("anchor_t").asDouble())
        .withFlGamma(hyp.get("fl_gamma").asDouble())
        .withLabelSmoothing(hyp.get("label_smoothing").asDouble())
        .withAutobalance(tensors.metadataJson("autobalance").asBoolean());
  }

  List<Double> initialBalance() {
    return doubles(tensors.metadataJson("balance_initial"));
  }

  List<Call> calls() {
    List<Call> calls = new ArrayList<>();
    JsonNode described = tensors.metadataJson("calls");
    for (int i = 0; i < described.size(); i++) {
      String prefix = tensors.has("targets") ? "" : "call" + i + "/";
      calls.add(new Call(tensors, prefix, described.get(i)));
    }
    return calls;
  }

  static List<Double> doubles(JsonNode array) {
    List<Double> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asDouble()));
    return values;
  }

  /** One call of the loss and what it has to give. */
  record Call(TensorFixture tensors, String prefix, JsonNode described) {
    Targets targets() {
      return Targets.of(get("targets").floats());
    }

    int images() {
      return head(0).shape()[0];
    }

    TensorFixture.Entry head(int level) {
      return get("p" + level);
    }

    /** The heads as leaves that require a gradient. */
    List<Tensor> rawHeads(int levels) {
      List<Tensor> heads = new ArrayList<>();
      for (int l = 0; l < levels; l++) {
        Tensor tensor = TensorTransfer.toTorch(head(l).floats(), Shape.of(head(l).shape()));
        heads.add(tensor.requires_grad_(true));
      }
      return heads;
    }

    TensorFixture.Entry get(String name) {
      return tensors.get(prefix + name);
    }

    /** How far float32 and float64 of the reference's gradient lie apart. */
    double gradientPrecision() {
      return described.get("fp32_vs_fp64_grad_max_abs").asDouble();
    }
  }
}
