package io.yolo4j.kernels;

import io.yolo4j.bindings.DecodeBuffers;
import io.yolo4j.bindings.DecodeParams;
import io.yolo4j.bindings.global.Yolo4j;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.jspecify.annotations.Nullable;

/**
 * One level of a detection head to candidates: sigmoid, grid and anchors, with the confidence
 * filter before, so that only candidates are written (Ultralytics YOLOv5 release 6.0, the formulas
 * of its Detect layer as published).
 *
 * <p>With s = sigmoid: a cell is a candidate where s(objectness) and the score s(objectness) ·
 * s(class) are greater than the confidence; centre = (2·s(xy) − 0.5 + cell)·stride, size =
 * (2·s(wh))²·anchor, in float32. Order: anchor, row, column, class.
 *
 * <p>Threads: safe. Ownership: all arrays are the caller's.
 *
 * @param grid where the logits stand
 * @param anchors width and height of each, in pixels of the frame
 * @param stride pixels of the frame a cell
 * @param filter which cells become candidates
 */
public record DecodeKernel(Grid grid, List<Anchor> anchors, float stride, Filter filter) {
  /** The most anchors of a level. */
  public static final int MOST_ANCHORS = Yolo4j.YOLO4J_MOST_ANCHORS;

  /** Copies the list and checks its length. */
  public DecodeKernel {
    anchors = List.copyOf(anchors);
    if (anchors.isEmpty() || anchors.size() > MOST_ANCHORS) {
      throw new IllegalArgumentException(
          "a level must have 1 to %d anchors, got %d".formatted(MOST_ANCHORS, anchors.size()));
    }
  }

  /**
   * Where the logits stand: k of anchor a at (row, column) at a · anchorStride + row · rowStride +
   * column · columnStride + k · outputStride elements; x, y, width, height, objectness, classes.
   *
   * @param classes 1 or more
   * @param height rows
   * @param width columns
   * @param strides in elements
   * @param classStrides of the classes' logits where they stand apart, their output stride that
   *     from class to class; null: behind the objectness
   */
  public record Grid(
      long classes, long height, long width, Strides strides, @Nullable Strides classStrides) {
    private static final int BEFORE_CLASSES = 5;

    /** Creates a grid whose classes follow the objectness. */
    public Grid(long classes, long height, long width, Strides strides) {
      this(classes, height, width, strides, null);
    }

    /** Returns a grid as {@code [anchors, height, width, outputs]}. */
    public static Grid raw(long classes, long height, long width) {
      long outputs = classes + BEFORE_CLASSES;
      return new Grid(
          classes,
          height,
          width,
          new Strides(height * width * outputs, width * outputs, outputs, 1));
    }

    /** Returns the number of values of a level with so many anchors, or where the last one ends. */
    long extent(int anchors) {
      return extent(
          anchors, strides, classStrides == null ? classes + BEFORE_CLASSES : BEFORE_CLASSES);
    }

    private long extent(int anchors, Strides steps, long outputs) {
      return (anchors - 1) * steps.anchor()
          + (height - 1) * steps.row()
          + (width - 1) * steps.column()
          + (outputs - 1) * steps.output()
          + 1;
    }

    /** Returns where the last class ends. */
    private long classExtent(int anchors, Strides steps) {
      return extent(anchors, steps, classes);
    }
  }

  /**
   * Steps from one value to the next, in elements.
   *
   * @param anchor from anchor to anchor
   * @param row from row to row
   * @param column from column to column
   * @param output from output to output
   */
  public record Strides(long anchor, long row, long column, long output) {}

  /**
   * Sides of an anchor in pixels of the frame.
   *
   * @param width horizontal
   * @param height vertical
   */
  public record Anchor(float width, float height) {}

  /**
   * Which cells become candidates.
   *
   * @param confidence 0 to 1
   * @param multiLabel every class over the confidence, instead of the best one
   */
  public record Filter(float confidence, boolean multiLabel) {}

  /**
   * Where candidates go.
   *
   * @param boxes float32 [capacity, 4]: x1, y1, x2, y2 in pixels of the frame
   * @param scores float32 [capacity]
   * @param classIds 32-bit [capacity]
   * @param count of candidates that stand there already
   */
  public record Sink(NativeArray boxes, NativeArray scores, NativeArray classIds, long count) {
    /** Returns how many candidates there is room for. */
    public long capacity() {
      return Math.min(Math.min(boxes.count() / 4, scores.count()), classIds.count());
    }
  }

  /**
   * A level's logits, float32 or bfloat16, laid out as the grid says.
   *
   * @param values all outputs, or those before the classes
   * @param classes of the same type, where the grid has strides for them; read where the objectness
   *     passes only
   */
  public record Logits(NativeArray values, @Nullable NativeArray classes) {}

  /** As {@link #run(Logits, NativeArray, Sink)}, with all outputs in one array. */
  public long run(NativeArray logits, @Nullable NativeArray kept, Sink sink) {
    return run(new Logits(logits, null), kept, sink);
  }

  /**
   * Appends the level's candidates.
   *
   * @param logits as the grid says
   * @param kept one byte a class, 0 for a class that is not wanted; null: all are
   * @return how many candidates there are now; more than the sink's capacity where it was too
   *     small: then only that many were written
   * @throws IllegalArgumentException if an array is too small or of another type
   * @throws IllegalStateException if an array is closed
   * @throws NativeException if a value is out of range
   */
  public long run(Logits logits, @Nullable NativeArray kept, Sink sink) {
    Strides classStrides = grid.classStrides();
    NativeArray classes = logits.classes();
    if ((classes == null) != (classStrides == null)) {
      throw new IllegalArgumentException(
          "logits of the classes and their strides must both be given or both not, got strides "
              + classStrides);
    }
    NativeLibrary.load();
    ElementType type = logits.values().type();
    long[] count = {sink.count()};
    try (DecodeParams params = new DecodeParams();
        DecodeBuffers buffers = new DecodeBuffers();
        LongPointer total = new LongPointer(count)) {
      fill(params, type);
      long capacity = sink.capacity();
      buffers
          .struct_size(buffers.sizeof())
          .logits(logits.values().as("logits", type, grid.extent(anchors.size())))
          .class_logits(
              classes == null || classStrides == null
                  ? null
                  : classes.as(
                      "class logits", type, grid.classExtent(anchors.size(), classStrides)))
          .keep(
              kept == null
                  ? null
                  : new BytePointer(kept.as("kept", ElementType.U8, grid.classes())))
          .boxes(sink.boxes().floats("boxes", 4 * capacity))
          .scores(sink.scores().floats("scores", capacity))
          .class_ids(sink.classIds().integers("class ids", capacity))
          ._capacity(capacity)
          .count(total);
      int status =
          NativeArray.during(
              () -> Yolo4j.yolo4j_decode_level(params, buffers),
              logits.values(),
              classes,
              kept,
              sink.boxes(),
              sink.scores(),
              sink.classIds());
      if (status != NativeStatus.OUT_OF_MEMORY.code()) {
        NativeLibrary.check("yolo4j_decode_level", status);
      }
      return total.get();
    }
  }

  private void fill(DecodeParams params, ElementType type) {
    params
        .struct_size(params.sizeof())
        .dtype(type.code())
        .multi_label(filter.multiLabel() ? 1 : 0)
        .anchors(anchors.size())
        .classes(grid.classes())
        .height(grid.height())
        .width(grid.width())
        .anchor_stride(grid.strides().anchor())
        .row_stride(grid.strides().row())
        .column_stride(grid.strides().column())
        .output_stride(grid.strides().output())
        .first_key(0)
        .confidence(filter.confidence())
        .stride(stride);
    Strides classStrides = grid.classStrides();
    if (classStrides != null) {
      params
          .class_anchor_stride(classStrides.anchor())
          .class_row_stride(classStrides.row())
          .class_column_stride(classStrides.column())
          .class_output_stride(classStrides.output());
    }
    for (int a = 0; a < anchors.size(); a++) {
      params.anchor_sizes(2 * a, anchors.get(a).width());
      params.anchor_sizes(2 * a + 1, anchors.get(a).height());
    }
  }
}
