package io.yolo4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.junit.jupiter.api.Test;

class NativeArrayTest {
  private static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Test
  void of_positionAndLimit_boundTheView() {
    FloatBuffer buffer = floats(10).put(0, 1).put(3, 7).put(4, 8);
    FloatBuffer part = buffer.duplicate().position(3).limit(5);
    NativeArray array = NativeArray.of(part);
    assertThat(array.count()).isEqualTo(2);
    assertThat(array.bytes().getFloat(0)).isEqualTo(7);
    assertThat(array.bytes().getFloat(4)).isEqualTo(8);
    assertThat(array.bytes().capacity()).isEqualTo(8);
    array.bytes().putFloat(4, 9);
    assertThat(buffer.get(4)).isEqualTo(9);
  }

  @Test
  void of_integersAndBytes_startAtThePosition() {
    IntBuffer integers =
        ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()).asIntBuffer().put(2, 5);
    assertThat(NativeArray.of(integers.position(2)).bytes().getInt(0)).isEqualTo(5);
    ByteBuffer bytes = ByteBuffer.allocateDirect(8).put(6, (byte) 3);
    bytes.position(6);
    assertThat(NativeArray.of(bytes, ElementType.BF16).bytes().get(0)).isEqualTo((byte) 3);
    assertThat(NativeArray.of(bytes, ElementType.BF16)).hasToString("1 bf16");
  }

  @Test
  void at_address_seesTheMemory() {
    try (NativeArray owner = NativeArray.allocate(ElementType.F32, 4)) {
      owner.bytes().putFloat(8, 2.5f);
      NativeArray view =
          NativeArray.at(owner.as("x", ElementType.F32, 4).address(), ElementType.F32, 4);
      assertThat(view.bytes().getFloat(8)).isEqualTo(2.5f);
      view.close();
      // A view frees nothing.
      assertThat(owner.bytes().getFloat(8)).isEqualTo(2.5f);
    }
  }

  @Test
  void close_thenUse_throws() {
    NativeArray array = NativeArray.allocate(ElementType.F32, 4);
    array.close();
    array.close();
    assertThatThrownBy(array::bytes)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the array of 4 f32 is closed");
    ActivationKernel kernel = new ActivationKernel(ElementType.F32, ActivationFunction.SILU, 4, 1);
    assertThatThrownBy(() -> kernel.forward(array, array))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the array of 4 f32 is closed");
  }

  @Test
  void of_whatKernelsCannotRead_isRefused() {
    assertThatThrownBy(() -> NativeArray.of(FloatBuffer.allocate(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got one on the heap in ");
    assertThatThrownBy(
            () ->
                NativeArray.of(
                    ByteBuffer.allocateDirect(8).order(ByteOrder.BIG_ENDIAN).asFloatBuffer()))
        .hasMessage(
            "a view of f32 needs a direct buffer in native byte order with elements, got a direct one in BIG_ENDIAN with 2");
    assertThatThrownBy(() -> NativeArray.of(ByteBuffer.allocateDirect(7), ElementType.F32))
        .hasMessage("the bytes of a buffer of f32 must be a multiple of 4, got 7");
    assertThatThrownBy(() -> NativeArray.of(floats(0))).hasMessageContaining("with 0");
    assertThatThrownBy(() -> NativeArray.at(0, ElementType.F32, 1))
        .hasMessage("an array must have an address and elements, got address 0, 1 elements");
    assertThatThrownBy(() -> NativeArray.allocate(ElementType.F32, 0))
        .hasMessage("an array must have elements, got 0");
  }

  @Test
  void workspace_closed_throws() {
    KernelWorkspace workspace = new KernelWorkspace();
    workspace.atLeast(10);
    workspace.atLeast(5);
    assertThat(workspace.bytes()).isEqualTo(10);
    workspace.close();
    assertThat(workspace.bytes()).isZero();
    assertThatThrownBy(() -> workspace.atLeast(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the workspace is closed");
  }
}
