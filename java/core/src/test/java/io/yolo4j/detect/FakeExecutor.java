package io.yolo4j.detect;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.RawHead;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * An executor whose raw heads a test writes: everything starts at logit −20, which is no object
 * anywhere.
 */
public final class FakeExecutor implements Executor {
  private final DetectionHead head;
  private final BiConsumer<ImageBatch, List<RawHead>> network;
  private final List<String> shapes = new ArrayList<>();

  /** Creates an executor; the network gets the batch and writes into the heads. */
  public FakeExecutor(DetectionHead head, BiConsumer<ImageBatch, List<RawHead>> network) {
    this.head = head;
    this.network = network;
  }

  /** Returns a head of these classes with the strides 8, 16, 32 and one square anchor each. */
  public static DetectionHead head(int classes) {
    return new DetectionHead(classes, List.of(level(8, 16), level(16, 32), level(32, 64)));
  }

  private static DetectionHead.Level level(int stride, float anchor) {
    return new DetectionHead.Level(stride, List.of(new DetectionHead.Anchor(anchor, anchor)));
  }

  /**
   * Writes one object with probability 1 − 1e-6 for objectness and class, centred in a cell, as
   * large as the anchor.
   */
  public static void put(RawHead raw, int image, int row, int column, int classId) {
    int at = ((image * raw.anchors() * raw.height() + row) * raw.width() + column) * raw.outputs();
    for (int i = 0; i < 4; i++) {
      raw.values().put(at + i, 0);
    }
    raw.values().put(at + 4, 14);
    raw.values().put(at + 5 + classId, 14);
  }

  /** Returns the shapes of the batches so far, as {@code 1x64x96} (images, height, width). */
  public List<String> shapes() {
    return shapes;
  }

  @Override
  public DetectionHead head() {
    return head;
  }

  @Override
  public List<RawHead> run(ImageBatch batch) {
    shapes.add(batch.images() + "x" + batch.height() + "x" + batch.width());
    List<RawHead> heads = new ArrayList<>();
    for (DetectionHead.Level level : head.levels()) {
      int height = batch.height() / level.stride();
      int width = batch.width() / level.stride();
      int values = batch.images() * level.anchors().size() * height * width * head.outputs();
      FloatBuffer buffer =
          ByteBuffer.allocateDirect(4 * values).order(ByteOrder.nativeOrder()).asFloatBuffer();
      for (int i = 0; i < values; i++) {
        buffer.put(i, -20);
      }
      heads.add(
          new RawHead(
              buffer, batch.images(), level.anchors().size(), height, width, head.outputs()));
    }
    network.accept(batch, heads);
    return heads;
  }

  @Override
  public String describe() {
    return "fake";
  }

  @Override
  public void close() {}
}
