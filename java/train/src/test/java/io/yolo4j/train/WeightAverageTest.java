package io.yolo4j.train;

import static io.yolo4j.testing.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.graph.Shape;
import io.yolo4j.testing.NativePointers;
import io.yolo4j.testing.Shared;
import io.yolo4j.torch.TorchNetwork;
import io.yolo4j.torch.TorchOptions;
import io.yolo4j.weights.HostTensor;
import io.yolo4j.weights.StateDict;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class WeightAverageTest {
  @Test
  void decay_updates_areTheReferences() {
    JsonNode rows = Shared.json("training.json").get("ema_decay").get("rows");
    assertThat(rows.size()).isEqualTo(14);
    for (JsonNode row : rows) {
      assertClose(
          "decay of " + row,
          new double[] {WeightAverage.decay(row.get(0).asLong())},
          new double[] {row.get(1).asDouble()},
          1e-9,
          1e-12);
    }
  }

  @Test
  void update_movesWeightsAndStatisticsButNoIntegers() {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        WeightAverage average = WeightAverage.of(network)) {
      StateDict first = network.stateDict();
      assertEqual(average.state(), first);
      StateDict second = SmallNetwork.state(99).with("bn.num_batches_tracked", count(12));
      network.load(second);
      average.update(network);
      average.update(network);
      StateDict averaged = average.state();
      assertThat(average.updates()).isEqualTo(2);
      assertThat(averaged.names()).isEqualTo(first.names());
      assertThat(averaged.get("bn.num_batches_tracked").toDoubles()).containsExactly(3);
      double kept = WeightAverage.decay(1) * WeightAverage.decay(2);
      for (String name : first.names()) {
        if (!name.equals("bn.num_batches_tracked")) {
          double[] expected = first.get(name).toDoubles();
          double[] live = second.get(name).toDoubles();
          for (int i = 0; i < expected.length; i++) {
            expected[i] = kept * expected[i] + (1 - kept) * live[i];
          }
          assertClose(name, averaged.get(name).toFloats(), expected, 1e-6, 1e-7);
        }
      }
      assertEqual(network.stateDict(), second);
    }
  }

  @Test
  void load_state_goesOnBitByBit() {
    StateDict state;
    StateDict expected;
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        WeightAverage average = WeightAverage.of(network)) {
      network.load(SmallNetwork.state(11));
      average.update(network);
      state = average.state();
      network.load(SmallNetwork.state(12));
      average.update(network);
      expected = average.state();
    }
    try (TorchNetwork network =
            TorchNetwork.trainable(
                SmallNetwork.GRAPH, SmallNetwork.state(12), TorchOptions.defaults());
        WeightAverage average = WeightAverage.of(network)) {
      average.load(state, 1);
      average.update(network);
      assertThat(average.updates()).isEqualTo(2);
      assertEqual(average.state(), expected);
    }
  }

  @Test
  void load_wrongState_isRefusedAndChangesNothing() {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        WeightAverage average = WeightAverage.of(network)) {
      StateDict before = average.state();
      StateDict wrong =
          SmallNetwork.state(5).with("bn.bias", HostTensor.of(new float[3], Shape.of(3)));
      assertThatThrownBy(() -> average.load(wrong, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the averaged weights do not fit: 1 of 8 tensors are wrong, the first: bn.bias must have shape [4], got [3]");
      assertThatThrownBy(() -> average.load(before, -1))
          .hasMessage("updates must not be negative, got -1");
      assertEqual(average.state(), before);
      assertThat(average.updates()).isZero();
    }
  }

  @Test
  void update_50Times_leaksNoPointer() {
    long outside = NativePointers.settled();
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults());
        WeightAverage average = WeightAverage.of(network)) {
      average.update(network);
      long pointers = NativePointers.settled();
      for (int i = 0; i < 50; i++) {
        average.update(network);
        average.load(average.state(), average.updates());
      }
      assertThat(Pointer.totalCount()).isEqualTo(pointers);
    }
    assertThat(Pointer.totalCount()).isEqualTo(outside);
  }

  @Test
  void use_afterClose_isRefused() {
    try (TorchNetwork network = SmallNetwork.network(TorchOptions.defaults())) {
      WeightAverage average = WeightAverage.of(network);
      average.close();
      average.close();
      assertThatThrownBy(() -> average.update(network))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the average of weights is closed");
      assertThatThrownBy(average::state).hasMessage("the average of weights is closed");
    }
  }

  private static HostTensor count(long value) {
    return HostTensor.of(new long[] {value}, Shape.of());
  }

  private static void assertEqual(StateDict actual, StateDict expected) {
    assertThat(actual.names()).isEqualTo(expected.names());
    expected.forEach(
        (name, tensor) -> assertThat(actual.get(name).data()).as(name).isEqualTo(tensor.data()));
  }
}
