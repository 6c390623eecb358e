package io.yolo4j.bench.kernels;

import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.runtime.RawHead;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network could give for pictures with objects: squares of three by three cells, every
 * twenty cells, where the objectness may be high; elsewhere it is low.
 *
 * @param head how to read them
 * @param shapes [N, anchors, H, W, outputs] of each level
 */
record RawHeads(DetectionHead head, List<Shape> shapes) {
  private static final int OBJECTNESS = 4;
  private static final float LOW = -9;
  private static final float NEAR = 0.1f;
  private static final int DISTANCE = 20;
  private static final int SIDE = 3;

  static RawHeads of(Setting setting) {
    Graph graph = NetworkLayers.graph(setting);
    return new RawHeads(
        graph.head().orElseThrow(),
        graph.outputs().stream().map(id -> graph.node(id).shape()).toList());
  }

  int images() {
    return shapes.get(0).dim(0);
  }

  long elements() {
    return shapes.stream().mapToLong(Shape::elements).sum();
  }

  /** Returns rows of all levels, each of so many outputs. */
  long rows() {
    return elements() / head.outputs();
  }

  List<BufferPlan> plans() {
    List<BufferPlan> plans = new ArrayList<>();
    for (int level = 0; level < shapes.size(); level++) {
      int place = level;
      plans.add(new BufferPlan(ElementType.F32, shapes.get(level).elements(), () -> values(place)));
    }
    return plans;
  }

  /** Returns a level's logits. */
  float[] values(int level) {
    Shape shape = shapes.get(level);
    float[] values = Values.fineNoise(shape.elements(), level + 1, -8, 2);
    int outputs = shape.dim(4);
    for (int cell = 0; cell < values.length / outputs; cell++) {
      int column = cell % shape.dim(3);
      int row = cell / shape.dim(3) % shape.dim(2);
      for (int k = 0; k < OBJECTNESS; k++) {
        values[cell * outputs + k] *= NEAR; // the boxes of neighbours overlap
      }
      if (column % DISTANCE >= SIDE || row % DISTANCE >= SIDE) {
        values[cell * outputs + OBJECTNESS] = LOW;
      } else {
        values[cell * outputs + OBJECTNESS] += SIDE;
      }
    }
    return values;
  }

  /** Returns the raw heads on the heap, where the decoder's Java code reads them. */
  List<RawHead> onHeap() {
    List<RawHead> heads = new ArrayList<>();
    for (int level = 0; level < shapes.size(); level++) {
      heads.add(raw(FloatBuffer.wrap(values(level)), shapes.get(level)));
    }
    return heads;
  }

  /** Returns the raw heads in a copy of the buffers, where the decoder's kernel reads them. */
  List<RawHead> in(CaseBuffers buffers, int copy) {
    List<RawHead> heads = new ArrayList<>();
    for (int level = 0; level < shapes.size(); level++) {
      FloatBuffer values = buffers.inputs().get(level).array(copy).bytes().asFloatBuffer();
      heads.add(raw(values, shapes.get(level)));
    }
    return heads;
  }

  private static RawHead raw(FloatBuffer values, Shape shape) {
    return new RawHead(
        values, shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3), shape.dim(4));
  }
}
