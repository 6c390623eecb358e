package io.yolo4j.cli;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs exported files on ONNX Runtime: the other reader, which knows nothing of our graph. */
final class OnnxRunner implements AutoCloseable {
  private static final int CHANNELS = 3;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxRunner(Path file) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(2);
      session = environment.createSession(file.toString(), options);
    }
  }

  /** What came out. */
  static final class Output {
    private final long[] shape;
    private final float[] values;

    private Output(OnnxTensor tensor) {
      shape = tensor.getInfo().getShape().clone();
      values = OnnxRunner.values(tensor);
    }

    long[] shape() {
      return shape.clone();
    }

    /** The numbers, whatever their type. */
    float[] values() {
      return values.clone();
    }
  }

  /** Runs pictures, 8-bit RGB [N, H, W, 3], in the type that the network's input has. */
  Map<String, Output> run(byte[] pixels, int images, int height, int width) throws OrtException {
    boolean bytes = String.valueOf(session.getInputInfo().get("images")).contains("UINT8");
    long[] shape = {images, CHANNELS, height, width};
    byte[] planes = planes(pixels, images, height * width);
    try (OnnxTensor input = bytes ? raw(planes, shape) : scaled(planes, shape);
        OrtSession.Result result = session.run(Map.of("images", input))) {
      Map<String, Output> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, ai.onnxruntime.OnnxValue> entry : result) {
        OnnxTensor tensor = (OnnxTensor) entry.getValue();
        outputs.put(entry.getKey(), new Output(tensor));
      }
      return outputs;
    }
  }

  private OnnxTensor raw(byte[] planes, long[] shape) throws OrtException {
    ByteBuffer direct = ByteBuffer.allocateDirect(planes.length).put(planes).flip();
    return OnnxTensor.createTensor(environment, direct, shape, OnnxJavaType.UINT8);
  }

  private OnnxTensor scaled(byte[] planes, long[] shape) throws OrtException {
    FloatBuffer values = FloatBuffer.allocate(planes.length);
    for (byte value : planes) {
      values.put((value & 0xff) / 255f);
    }
    return OnnxTensor.createTensor(environment, values.flip(), shape);
  }

  private static float[] values(OnnxTensor tensor) {
    if (tensor.getInfo().type == OnnxJavaType.INT64) {
      long[] wide = new long[(int) tensor.getInfo().getNumElements()];
      tensor.getLongBuffer().get(wide);
      float[] values = new float[wide.length];
      for (int i = 0; i < wide.length; i++) {
        values[i] = wide[i];
      }
      return values;
    }
    float[] values = new float[(int) tensor.getInfo().getNumElements()];
    tensor.getFloatBuffer().get(values);
    return values;
  }

  /** [N, H·W, 3] → [N, 3, H·W]. */
  private static byte[] planes(byte[] pixels, int images, int cells) {
    byte[] planes = new byte[pixels.length];
    for (int n = 0; n < images; n++) {
      for (int c = 0; c < CHANNELS; c++) {
        for (int i = 0; i < cells; i++) {
          planes[(n * CHANNELS + c) * cells + i] = pixels[(n * cells + i) * CHANNELS + c];
        }
      }
    }
    return planes;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
