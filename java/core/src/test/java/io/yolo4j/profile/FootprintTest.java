package io.yolo4j.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.graph.Activation;
import io.yolo4j.graph.Add;
import io.yolo4j.graph.Concat;
import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.GraphBuilder;
import io.yolo4j.graph.ModuleScope;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import io.yolo4j.graph.Value;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FootprintTest {
  private static final int FLOAT = 4;

  private final GraphBuilder builder = new GraphBuilder("Net");
  private final ModuleScope root = builder.root();
  private int count;

  private Value op(Op op, Value... inputs) {
    ModuleScope scope = root.child("m" + count++, op.getClass().getSimpleName());
    return scope.emit(op, List.of(inputs), scope.declare(op));
  }

  private Graph graph(Value... outputs) {
    return builder.build(List.of(outputs), null);
  }

  @Test
  void of_chain_holdsWhatIsReadAndWhatIsWritten() {
    Value x = builder.input(Shape.of(1, 3, 8, 8));
    x = op(Conv2d.of(3, 16, 3), x);
    x = op(Conv2d.of(16, 4, 3), x);
    x = op(Conv2d.of(4, 4, 3), x);
    Footprint footprint = Footprint.of(graph(x), FLOAT);
    assertThat(footprint.mapBytes()).isEqualTo(FLOAT * (16 + 4) * 64);
    assertThat(footprint.weightBytes()).isEqualTo(FLOAT * 9 * (3 * 16 + 16 * 4 + 4 * 4));
    assertThat(footprint.bytes()).isEqualTo(footprint.mapBytes() + footprint.weightBytes());
  }

  @Test
  void of_shortcut_livesUntilItsLastReader() {
    Value input = builder.input(Shape.of(1, 4, 8, 8));
    Value wide = op(Conv2d.of(4, 8, 1), input);
    Value y = op(Conv2d.of(8, 8, 1), wide);
    y = op(Conv2d.of(8, 8, 1), y);
    y = op(new Add(), wide, y);
    // At the second of the narrow convolutions: the shortcut, what it reads, what it writes.
    assertThat(Footprint.of(graph(y), FLOAT).mapBytes()).isEqualTo(FLOAT * 3 * 8 * 64);
  }

  @Test
  void of_views_liveInWhatTheyView() {
    Value x = op(Conv2d.of(4, 8, 1), builder.input(Shape.of(1, 4, 8, 8)));
    Value same = op(new Activation(Activation.Kind.IDENTITY), x);
    Value y = op(new Activation(Activation.Kind.RELU), same);
    y = op(new Concat(1), same, y);
    assertThat(Footprint.of(graph(y), FLOAT).mapBytes()).isEqualTo(FLOAT * (8 + 8 + 16) * 64);
  }

  @Test
  void of_outputs_stay() {
    Value first = op(Conv2d.of(4, 8, 1), builder.input(Shape.of(1, 4, 8, 8)));
    Value second = op(Conv2d.of(8, 2, 1), first);
    Value third = op(Conv2d.of(2, 2, 1), second);
    assertThat(Footprint.of(graph(first, third), FLOAT).mapBytes())
        .isEqualTo(FLOAT * (8 + 2 + 2) * 64);
  }

  @Test
  void of_batchAndType_scaleMapsWithBothAndWeightsWithTheType() {
    Model model = Model.of(Zoo.find("yolov5s").orElseThrow());
    Footprint one = Footprint.of(model.graphFor(1, 640, 640), FLOAT);
    Footprint eight = Footprint.of(model.graphFor(8, 640, 640), 2);
    assertThat(eight).isEqualTo(Footprint.of(model.graphFor(1, 640, 640), 2).withBatch(8));
    assertThat(eight.mapBytes()).isEqualTo(4 * one.mapBytes());
    assertThat(eight.weightBytes()).isEqualTo(one.weightBytes() / 2);
    assertThat(one.weightBytes()).isGreaterThan(FLOAT * model.graph().root().trainableElements());
    assertThat(one.bytes()).isLessThan(200_000_000L);
  }
}
