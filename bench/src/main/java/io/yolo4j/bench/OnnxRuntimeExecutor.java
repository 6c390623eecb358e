package io.yolo4j.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.yolo4j.export.InputShape;
import io.yolo4j.export.OnnxExporter;
import io.yolo4j.export.OnnxOptions;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.NativeArray;
import io.yolo4j.kernels.PixelsInKernel;
import io.yolo4j.kernels.TensorLayout;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.weights.StateDict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network on ONNX Runtime for Java, as it is used: a session with every optimisation, the file
 * that {@link OnnxExporter} writes with raw heads and folded batch norms, input in a direct buffer.
 * Pixels are converted by our own kernel, which is faster than a loop in Java.
 */
final class OnnxRuntimeExecutor implements Executor {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final DetectionHead head;
  private final PixelsInKernel pixelsIn;
  private final ByteBuffer input;
  private final long[] shape;
  private final List<FloatBuffer> outputs = new ArrayList<>();

  OnnxRuntimeExecutor(Graph graph, StateDict state, int images, int side, int threads) {
    head = graph.head().orElseThrow();
    shape = new long[] {images, ImageBatch.CHANNELS, side, side};
    PixelsInKernel.Sides sides = new PixelsInKernel.Sides(side, side);
    pixelsIn =
        new PixelsInKernel(
            ElementType.F32,
            TensorLayout.NCHW,
            sides,
            (long) ImageBatch.CHANNELS * side,
            new PixelsInKernel.Frame(sides, 0, 0, 0),
            false,
            threads);
    input =
        ByteBuffer.allocateDirect(images * ImageBatch.CHANNELS * side * side * Float.BYTES)
            .order(ByteOrder.nativeOrder());
    try {
      session = environment.createSession(export(graph, state, images, side), options(threads));
    } catch (OrtException | IOException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
  }

  private static OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    return options;
  }

  private static byte[] export(Graph graph, StateDict state, int images, int side)
      throws IOException {
    Path file = Files.createTempFile("yolo4j-bench", ".onnx");
    try {
      OnnxOptions options =
          OnnxOptions.defaults()
              .withOutput(OnnxOptions.Output.RAW)
              .withShape(new InputShape(images, side, side, Set.of()));
      new OnnxExporter(options).export(graph, state, Map.of()).write(file);
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public DetectionHead head() {
    return head;
  }

  @Override
  public List<RawHead> run(ImageBatch batch) {
    int picture = ImageBatch.CHANNELS * batch.height() * batch.width();
    for (int image = 0; image < batch.images(); image++) {
      ByteBuffer pixels = batch.pixels().duplicate();
      pixels.limit((image + 1) * picture).position(image * picture);
      ByteBuffer frame = input.duplicate();
      frame.limit((image + 1) * picture * Float.BYTES).position(image * picture * Float.BYTES);
      pixelsIn.run(NativeArray.of(pixels, ElementType.U8), NativeArray.of(frame, ElementType.F32));
    }
    List<RawHead> heads = new ArrayList<>();
    try (OnnxTensor x = OnnxTensor.createTensor(environment, input.asFloatBuffer(), shape);
        OrtSession.Result result = session.run(Map.of(OnnxExporter.INPUT, x))) {
      for (int level = 0; level < result.size(); level++) {
        OnnxTensor y = (OnnxTensor) result.get(level);
        long[] dims = y.getInfo().getShape();
        heads.add(
            new RawHead(
                copy(level, y.getFloatBuffer()),
                (int) dims[0],
                (int) dims[1],
                (int) dims[2],
                (int) dims[3],
                (int) dims[4]));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
    return heads;
  }

  /** A result's memory is gone when it is closed; a direct buffer is what our decoder takes. */
  private FloatBuffer copy(int level, FloatBuffer values) {
    while (outputs.size() <= level) {
      outputs.add(FloatBuffer.allocate(0));
    }
    if (outputs.get(level).capacity() != values.remaining()) {
      outputs.set(
          level,
          ByteBuffer.allocateDirect(values.remaining() * Float.BYTES)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer());
    }
    return outputs.get(level).clear().put(values).flip();
  }

  @Override
  public String describe() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
