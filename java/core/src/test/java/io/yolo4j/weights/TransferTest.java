package io.yolo4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Shape;
import io.yolo4j.testing.Shared;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferTest {
  private static HostTensor tensor(int... dims) {
    Shape shape = Shape.of(dims);
    return HostTensor.of(new float[(int) shape.elements()], shape);
  }

  private static List<TensorSpec> specs(String model) {
    List<TensorSpec> specs = new ArrayList<>();
    for (JsonNode entry : Shared.json("state_dict_keys.json").get("models").get(model)) {
      List<Integer> dims = new ArrayList<>();
      entry.get(1).forEach(dim -> dims.add(dim.asInt()));
      specs.add(new TensorSpec(entry.get(0).asText(), new Shape(dims)));
    }
    return specs;
  }

  @Test
  void byName_mixedSource_saysWhyNotEach() {
    StateDict source =
        StateDict.builder()
            .put("a", tensor(2, 3))
            .put("b", tensor(4))
            .put("anchors", tensor(1))
            .put("old", tensor(1))
            .build();
    List<TensorSpec> targets =
        List.of(
            new TensorSpec("a", Shape.of(2, 3)),
            new TensorSpec("b", Shape.of(5)),
            new TensorSpec("anchors", Shape.of(1)),
            new TensorSpec("c", Shape.of(1)));

    TransferReport report = Transfer.byName(source, targets, Transfer.ANCHORS);

    assertThat(report.summary()).isEqualTo("Transferred 1/4 items");
    assertThat(report.matched()).containsExactly("a");
    assertThat(report.tensors().get("a")).isSameAs(source.get("a"));
    assertThat(report.extra()).containsExactly("old");
    assertThat(report.details())
        .isEqualTo(
            """
            Transferred 1/4 items
              b: the model has shape [5], the file [4]
              anchors: excluded
              c: not in the file
              old: only in the file""");
    assertThat(report.unmatched().stream().map(TransferReport.Unmatched::reason))
        .containsExactly(
            TransferReport.Reason.SHAPE_DIFFERS,
            TransferReport.Reason.EXCLUDED,
            TransferReport.Reason.MISSING);
  }

  @Test
  void byName_dataParallelPrefix_isDroppedOnlyIfOnAll() {
    List<TensorSpec> targets = List.of(new TensorSpec("a", Shape.of(1)));
    StateDict all = StateDict.builder().put("module.a", tensor(1)).build();
    TransferReport report = Transfer.byName(all, targets, name -> false);
    assertThat(report.matches().get(0).source()).isEqualTo("module.a");
    StateDict some = all.with("other", tensor(1));
    assertThat(Transfer.byName(some, targets, name -> false).matches()).isEmpty();
  }

  @Test
  void byPosition_shapeDiffers_namesBothKeysAndShapes() {
    StateDict source = StateDict.builder().put("x.weight", tensor(2, 3)).build();
    List<TensorSpec> targets = List.of(new TensorSpec("y.weight", Shape.of(3, 2)));
    assertThatThrownBy(() -> Transfer.byPosition(source, targets, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "entry 0 must have one shape in file and model, got x.weight [2,3] and y.weight [3,2]");
    assertThatThrownBy(() -> Transfer.byPosition(source, targets, 2))
        .hasMessage("file and model must have the 2 entries to transfer, they have 1 and 1");
  }

  @Test
  void mobileNetV3Small_otherFile_isRefused() {
    StateDict source = StateDict.builder().put("features.0.0.weight", tensor(1)).build();
    assertThatThrownBy(() -> Transfer.mobileNetV3Small(source, List.of()))
        .hasMessage(
            "a MobileNetV3-small file must start with the 234 entries features.0 to features.11, got 1");
  }

  @Test
  void mobileNetV3Small_torchvisionFile_fills234Entries() throws IOException {
    JsonNode want =
        Shared.json("checkpoints/expected.json")
            .get("files")
            .get("mobilenet_v3_small_zip.pth")
            .get("transfer_to_mobilenetv3small_yolo5s");
    for (String name : List.of("mobilenet_v3_small_zip.pth", "mobilenet_v3_small_legacy.pth")) {
      try (Checkpoint file = Checkpoint.open(Shared.path("fixtures/checkpoints/" + name))) {
        TransferReport report =
            Transfer.mobileNetV3Small(file.state(), specs("mobilenetv3small_yolo5s nc80"));
        assertThat(report.summary()).isEqualTo("Transferred 234/385 items");
        assertThat(report.matches()).hasSize(want.get("count").asInt());
        assertThat(report.extra()).hasSize(10).first().isEqualTo("features.12.0.weight");
        pairsMatch(report.matches().subList(0, 8), want.get("first"));
        pairsMatch(report.matches().subList(231, 234), want.get("last"));
      }
    }
  }

  private static void pairsMatch(List<TransferReport.Match> matches, JsonNode want) {
    assertThat(matches).hasSize(want.size());
    for (int i = 0; i < want.size(); i++) {
      assertThat(matches.get(i).target()).isEqualTo(want.get(i).get(0).asText());
      assertThat(matches.get(i).source()).isEqualTo(want.get(i).get(1).asText());
    }
  }

  @Test
  void byName_cocoWeightsToSixClasses_countsAsReference() throws IOException {
    try (Checkpoint file = Checkpoint.open(Shared.path("weights/yolov5n-coco-v6.0.pt"))) {
      List<TensorSpec> targets = specs("yolov5n nc6");
      TransferReport report = Transfer.byName(file.state(), targets, Transfer.ANCHORS);
      // All but the anchors and weight and bias of the three output convolutions.
      assertThat(report.summary()).isEqualTo("Transferred 342/349 items");
      assertThat(report.extra()).containsExactly("model.24.anchor_grid");
      assertThat(Transfer.byName(file.state(), specs("yolov5n nc80"), name -> false).summary())
          .isEqualTo("Transferred 349/349 items");
    }
  }
}
