package io.yolo4j.loss;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.DetectionHead.Level;
import io.yolo4j.testing.Shared;
import io.yolo4j.torch.TensorTransfer;
import io.yolo4j.torch.TorchScope;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every file of fixtures/loss: positives exact, loss and gradients to the stated precision. */
class LossFixtureTest {
  @Test
  void fixtures_areAllThere() {
    assertThat(Shared.path("fixtures/loss")).isDirectory();
    assertThat(names()).hasSize(19);
  }

  @TestFactory
  Stream<DynamicTest> assignment_ofTheFixture_isExact() {
    return names().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> checkAssignment(new LossFixture(name))));
  }

  @TestFactory
  Stream<DynamicTest> compute_theFixture_givesLossItemsAndGradients() {
    return names().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> checkLoss(new LossFixture(name))));
  }

  private static List<String> names() {
    return Shared.fixtureNames("loss", "nc");
  }

  private static void checkAssignment(LossFixture fixture) {
    DetectionHead head = fixture.head();
    for (LossFixture.Call call : fixture.calls()) {
      for (int l = 0; l < head.levels().size(); l++) {
        int[] shape = call.head(l).shape();
        List<Match> matches =
            Assignment.matches(
                call.targets(),
                head.levels().get(l),
                shape[2],
                shape[3],
                fixture.options().anchorT());
        checkMatches(call, "level" + l + "/", head.levels().get(l), matches);
      }
    }
  }

  private static void checkMatches(
      LossFixture.Call call, String level, Level anchors, List<Match> matches) {
    checkColumn(call, level + "b", matches, Match::image);
    checkColumn(call, level + "a", matches, Match::anchor);
    checkColumn(call, level + "gj", matches, Match::row);
    checkColumn(call, level + "gi", matches, Match::column);
    checkColumn(call, level + "tcls", matches, Match::classId);
    double[] boxes =
        matches.stream()
            .map(Match::box)
            .flatMap(b -> Stream.of(b.x(), b.y(), b.width(), b.height()))
            .mapToDouble(Float::doubleValue)
            .toArray();
    assertThat(boxes).as(level + "tbox").isEqualTo(call.get(level + "tbox").values());
    List<CenterBox> inCells = Assignment.inCells(anchors);
    double[] sizes =
        matches.stream()
            .map(match -> inCells.get(match.anchor()))
            .flatMap(b -> Stream.of(b.width(), b.height()))
            .mapToDouble(Float::doubleValue)
            .toArray();
    assertThat(sizes).as(level + "anch").isEqualTo(call.get(level + "anch").values());
  }

  private static void checkColumn(
      LossFixture.Call call, String name, List<Match> matches, ToIntFunction<Match> column) {
    assertThat(matches.stream().mapToInt(column).asDoubleStream().toArray())
        .as(name)
        .isEqualTo(call.get(name).values());
  }

  private static void checkLoss(LossFixture fixture) {
    DetectionHead head = fixture.head();
    try (DetectionLoss loss = new DetectionLoss(head, fixture.options())) {
      assertThat(loss.balance()).isEqualTo(fixture.initialBalance());
      for (LossFixture.Call call : fixture.calls()) {
        checkCall(loss, call, head.levels().size());
        assertClose(
            "balance",
            loss.balance().stream().mapToDouble(Double::doubleValue).toArray(),
            balance(call.described()),
            1e-7,
            0);
      }
    }
  }

  private static double[] balance(JsonNode described) {
    return LossFixture.doubles(described.get("balance_after")).stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  private static void checkCall(DetectionLoss loss, LossFixture.Call call, int levels) {
    try (TorchScope scope = TorchScope.open()) {
      List<Tensor> heads = call.rawHeads(levels);
      try (LossValue value = loss.compute(heads, call.targets())) {
        double[] total = {value.total().item_double()};
        assertClose("loss", total, call.get("loss").values(), 1e-4, 0);
        LossItems items = value.items();
        double[] parts = {items.box(), items.objectness(), items.classification()};
        assertClose("items", parts, call.get("loss_items").values(), 1e-4, 0);
        value.total().backward();
      }
      for (int l = 0; l < levels; l++) {
        assertClose(
            call.prefix() + "grad_p" + l,
            TensorTransfer.toHost(heads.get(l).grad()).toFloats(),
            call.get("grad_p" + l).values(),
            1e-4,
            1e-7);
      }
    }
  }
}
