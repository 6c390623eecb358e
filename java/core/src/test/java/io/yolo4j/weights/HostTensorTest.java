package io.yolo4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class HostTensorTest {
  @Test
  void data_isReadOnlyLittleEndianAtZero() {
    HostTensor tensor = HostTensor.of(new float[] {1, 2}, Shape.of(2));
    ByteBuffer data = tensor.data();
    assertThat(data.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(data.getFloat()).isEqualTo(1f);
    assertThat(tensor.data().position()).isZero();
    assertThatThrownBy(() -> tensor.data().put(0, (byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void wrap_wrongSize_saysBoth() {
    assertThatThrownBy(() -> HostTensor.wrap(DType.F16, Shape.of(3), ByteBuffer.allocate(7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a F16 tensor of shape [3] must have 6 bytes, got 7");
    assertThatThrownBy(() -> HostTensor.of(new float[3], Shape.of(2)))
        .hasMessage("shape [2] must have as many elements as values are given, got 3");
  }

  @Test
  void to_integer_isRefused() {
    HostTensor longs = HostTensor.of(new long[] {1L << 62, -1}, Shape.of(2));
    assertThat(longs.toFloats()).containsExactly(0x1p62f, -1f);
    assertThatThrownBy(() -> longs.to(DType.F32))
        .hasMessage("only floating-point types can be converted, got I64 to F32 (shape [2])");
  }

  @Test
  void half_allBitPatterns_surviveTheRoundTrip() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float half = HalfFloats.fromHalf((short) bits);
      float bfloat = HalfFloats.fromBfloat((short) bits);
      if (!Float.isNaN(half)) {
        assertThat(HalfFloats.toHalf(half)).isEqualTo((short) bits);
      } else {
        assertThat(HalfFloats.fromHalf(HalfFloats.toHalf(half))).isNaN();
      }
      if (!Float.isNaN(bfloat)) {
        assertThat(HalfFloats.toBfloat(bfloat)).isEqualTo((short) bits);
      } else {
        assertThat(HalfFloats.fromBfloat(HalfFloats.toBfloat(bfloat))).isNaN();
      }
    }
  }

  @Test
  void toHalf_edges_roundToEvenOverflowAndKeepSigns() {
    assertThat(HalfFloats.toHalf(65504.0)).isEqualTo((short) 0x7bff);
    assertThat(HalfFloats.toHalf(65519.9)).isEqualTo((short) 0x7bff);
    assertThat(HalfFloats.toHalf(65520.0)).isEqualTo((short) 0x7c00);
    assertThat(HalfFloats.toHalf(-1e300)).isEqualTo((short) 0xfc00);
    assertThat(HalfFloats.toHalf(-0.0)).isEqualTo((short) 0x8000);
    assertThat(HalfFloats.toHalf(0x1p-25)).isEqualTo((short) 0); // half way to the smallest: even
    assertThat(HalfFloats.toHalf(0x1.8p-24)).isEqualTo((short) 2); // half way between 1 and 2
    assertThat(HalfFloats.toHalf(1 + 0x1p-11)).isEqualTo((short) 0x3c00);
    assertThat(HalfFloats.toHalf(1 + 0x3p-11)).isEqualTo((short) 0x3c02);
    assertThat(HalfFloats.toBfloat(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
    assertThat(HalfFloats.toBfloat(1 + 0x1p-8)).isEqualTo((short) 0x3f80);
  }

  @Property(tries = 500, seed = "1")
  void toBfloat_anyFloat_isNearest(@ForAll @FloatRange(min = 0.01f, max = 1e30f) float value) {
    int bits = HalfFloats.toBfloat(value);
    float error = Math.abs(HalfFloats.fromBfloat((short) bits) - value);
    for (int neighbour : new int[] {bits - 1, bits + 1}) {
      assertThat(error)
          .isLessThanOrEqualTo(Math.abs(HalfFloats.fromBfloat((short) neighbour) - value));
    }
    assertThat(HalfFloats.toBfloat(-value)).isEqualTo((short) (bits | 0x8000));
  }

  @Test
  void stateDict_get_suggestsTheMostSimilar() {
    StateDict state =
        StateDict.builder()
            .put("model.0.conv.weight", HostTensor.of(new float[1], Shape.of()))
            .put("other", HostTensor.of(new float[1], Shape.of(1)))
            .build();
    assertThatThrownBy(() -> state.get("model.0.conv.bias"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no tensor is named 'model.0.conv.bias' among 2; the most similar is 'model.0.conv.weight'");
    HostTensor changed = HostTensor.of(new float[2], Shape.of(2));
    assertThat(state.with("model.0.conv.weight", changed).names()).isEqualTo(state.names());
    assertThat(state.get("other").shape()).hasToString("[1]");
    assertThatThrownBy(() -> StateDict.builder().put("a", changed).put("a", changed))
        .hasMessage("tensor names must be unique, got 'a' twice: F32[2] and F32[2]");
  }
}
