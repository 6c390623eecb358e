package io.yolo4j.bench.kernels;

import io.yolo4j.kernels.Dimensions;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.kernels.TensorLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;

/**
 * oneDNN's primitives in sequence, with their arguments built before: one native call each. They
 * use as many threads as LibTorch was told to before they were made, since both ask OpenMP.
 */
final class OneDnn implements AutoCloseable {
  private final NativeResources resources = new NativeResources();
  private final engine cpu = keep(new engine(engine.kind.cpu, 0));
  private final stream queue = keep(new stream(cpu));
  private final dnnl_stream rawStream = keep(queue.get());
  private final List<Step> steps = new ArrayList<>();

  /** A primitive and its arguments for each copy of the buffers, or the same ones for all. */
  private record Step(dnnl_primitive primitive, int count, List<dnnl_exec_arg_t> arguments) {}

  /**
   * Makes a primitive's description.
   *
   * @throws UnsupportedOperationException if oneDNN has none
   */
  static <T> T supported(Supplier<T> make) {
    try {
      return make.get();
    } catch (RuntimeException e) {
      throw new UnsupportedOperationException(
          "oneDNN has none on this CPU (%s)"
              .formatted(String.valueOf(e.getMessage()).split("\\. ", 2)[0]),
          e);
    }
  }

  /**
   * Keeps a description, but refuses one that stands for reference code: nobody would run that.
   *
   * @throws UnsupportedOperationException if it does
   */
  <T extends primitive_desc_base> T fast(T description) {
    keep(description);
    String name = implementation(description);
    if (name.contains("ref") || name.equals("simple:any")) {
      throw new UnsupportedOperationException(
          "oneDNN has reference code only (%s)".formatted(name));
    }
    return description;
  }

  private static String implementation(primitive_desc_base description) {
    try (BytePointer text = description.impl_info_str()) {
      return text.getString();
    }
  }

  engine engine() {
    return cpu;
  }

  <T extends org.bytedeco.javacpp.Pointer> T keep(T pointer) {
    return resources.keep(pointer);
  }

  /** Returns a feature map's description. */
  memory.desc featureMap(Dimensions dims, ElementType type, TensorLayout layout) {
    return describe(
        type,
        layout == TensorLayout.NCHW ? memory.format_tag.nchw : memory.format_tag.nhwc,
        dims.images(),
        dims.channels(),
        dims.height(),
        dims.width());
  }

  memory.desc describe(ElementType type, memory.format_tag tag, long... sizes) {
    return keep(new memory.desc(sizes, dataType(type), tag));
  }

  static memory.data_type dataType(ElementType type) {
    return switch (type) {
      case F32 -> memory.data_type.f32;
      case BF16 -> memory.data_type.bf16;
      case U8 -> memory.data_type.u8;
      default -> throw new UnsupportedOperationException("oneDNN and " + type.nativeName());
    };
  }

  /** Returns attributes with one function behind the primitive. */
  primitive_attr followedBy(dnnl.algorithm function, float alpha, float beta) {
    post_ops behind = keep(new post_ops());
    behind.append_eltwise(function, alpha, beta);
    primitive_attr attributes = keep(new primitive_attr());
    attributes.set_post_ops(behind);
    return attributes;
  }

  /** Returns the copies of a ring as oneDNN sees them. */
  List<memory> over(BufferRing ring, memory.desc description) {
    List<memory> all = new ArrayList<>();
    for (int copy = 0; ring.hasCopy(copy); copy++) {
      all.add(keep(new memory(description, cpu, ring.pointer(copy))));
    }
    return all;
  }

  /** Returns as many memories of oneDNN's own, in its own format, with the same numbers. */
  List<memory> converted(List<memory> plain, memory.desc wanted) {
    List<memory> all = new ArrayList<>();
    for (memory from : plain) {
      memory to = own(wanted);
      copy(from, to);
      all.add(to);
    }
    return all;
  }

  /** Returns memory of oneDNN's own. */
  memory own(memory.desc description) {
    return keep(new memory(description, cpu));
  }

  /** Returns weights in the form that a primitive asks for. */
  memory packed(float[] values, memory.desc plain, ElementType type, memory.desc wanted) {
    try (BufferRing ring = new BufferRing(new BufferPlan(type, values.length, () -> values), 1)) {
      memory from = keep(new memory(plain, cpu, ring.pointer(0)));
      memory to = own(keep(wanted));
      copy(from, to);
      return to;
    }
  }

  /** Copies once, now, from one form to another. */
  void copy(memory from, memory to) {
    reorder move = keep(new reorder(from, to));
    move.execute(queue, from, to);
    queue._wait();
  }

  /** Adds a primitive; its arguments are lists of one memory or of one for each copy. */
  void add(primitive made, Map<Integer, List<memory>> arguments) {
    keep(made);
    int copies = arguments.values().stream().mapToInt(List::size).max().orElse(1);
    List<dnnl_exec_arg_t> all = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      dnnl_exec_arg_t row = keep(new dnnl_exec_arg_t(arguments.size()));
      int place = 0;
      for (Map.Entry<Integer, List<memory>> entry : new TreeMap<>(arguments).entrySet()) {
        memory chosen = entry.getValue().get(copy % entry.getValue().size());
        row.getPointer(place++).arg(entry.getKey()).memory(keep(chosen.get()));
      }
      all.add(row);
    }
    steps.add(new Step(keep(made.get()), arguments.size(), all));
  }

  /** Runs all primitives on a copy of the buffers. */
  void run(int copy) {
    for (Step step : steps) {
      dnnl_exec_arg_t arguments = step.arguments().get(copy % step.arguments().size());
      int status =
          dnnl.dnnl_primitive_execute(step.primitive(), rawStream, step.count(), arguments);
      if (status != 0) {
        throw new IllegalStateException("oneDNN gives status " + status);
      }
    }
    dnnl.dnnl_stream_wait(rawStream);
  }

  @Override
  public void close() {
    resources.close();
  }
}
