package io.yolo4j.profile;

import io.yolo4j.kernels.ElementType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is counted on an NVIDIA chip, and what it means: the metrics of a roofline under the names
 * that the chip's generation has for them.
 *
 * <p>The default set takes two passes: one of bytes, one of the float instructions. Chips that
 * share their memory with the CPU take three, for they count misses of the second cache instead.
 * Floating-point operations are {@code fadd + fmul + 2 · ffma}, counted by thread. Products in
 * tensor cores are not among them; {@link #withTensor} adds those of a type, in one more pass or
 * two.
 *
 * <pre>{@code
 * CounterSet set = CounterSet.of(counters.chip(0));
 * try (GpuCounting counting = counters.begin(0, set.metrics(), 1)) {
 *   Map<Quantity, Figure> figures = set.read(counting.count(() -> executor.run(batch)));
 * }
 * }</pre>
 *
 * <p><b>To be seen on hardware:</b> a packed float16 instruction works on two numbers and is
 * counted once a thread, so {@link Quantity#FLOAT16_FLOPS} may be half of what was done.
 *
 * @param chip NVIDIA's short name, {@code GA102}
 * @param counters what is counted, in order
 */
public record CounterSet(String chip, List<Counter> counters) {
  /** What counters tell of. */
  public enum Quantity {
    /** Seconds between the beginning and the end of the work. */
    GPU_TIME("GPU time"),
    /** Bytes from the chip's memory. */
    MEMORY_READ("DRAM reads"),
    /** Bytes to the chip's memory. */
    MEMORY_WRITTEN("DRAM writes"),
    /** Bytes between the chip and its memory: both of these, or what stands for them. */
    MEMORY_BYTES("DRAM traffic"),
    /** Bytes through the second cache. */
    L2_BYTES("L2 traffic"),
    /** Bytes through the first caches. */
    L1_BYTES("L1 traffic"),
    /** Operations of float32 instructions. */
    FLOAT32_FLOPS("float32 FLOPs"),
    /** Operations of float16 instructions. */
    FLOAT16_FLOPS("float16 FLOPs"),
    /** Operations of the tensor cores in the type that was asked for. */
    TENSOR_OPERATIONS("tensor operations");

    private final String title;

    Quantity(String title) {
      this.title = title;
    }

    /** Returns what it is, for people; what a set counts of memory is {@link CounterSet#title}. */
    public String title() {
      return title;
    }
  }

  /**
   * A metric's part of a quantity.
   *
   * @param metric as CUPTI names it
   * @param quantity what its value is added to
   * @param factor what its value is multiplied by first
   */
  public record Counter(String metric, Quantity quantity, double factor) {}

  /**
   * What was found of a quantity.
   *
   * @param value NaN where it isn't known
   * @param provenance where it comes from
   */
  public record Figure(double value, Provenance provenance) {}

  private static final double NANOS = 1e-9;

  /** Bytes that a miss of the second cache brings: a sector. */
  private static final double SECTOR = 32;

  private static final Pattern KNOWN = Pattern.compile("GV100|TU\\d{3}|(GA|AD|GH|GB)\\d\\d[0-9B]");

  /** Chips that share their memory with the CPU (Orin, Thor) count nothing of it. */
  private static final Pattern SHARED_MEMORY = Pattern.compile("G[AB]\\d\\dB");

  private static final Pattern RENAMED_MEMORY = Pattern.compile("GB20\\d");

  private static final String L2_MISSES = "lts__t_sectors_lookup_miss.sum";

  /** Copies the list. */
  public CounterSet {
    counters = List.copyOf(counters);
  }

  /**
   * Returns the default set of a chip.
   *
   * @throws UnsupportedOperationException if the metrics of such a chip aren't known here
   */
  public static CounterSet of(String chip) {
    if (!KNOWN.matcher(chip).matches()) {
      throw new UnsupportedOperationException(
          "no counters are known for chip %s; they are for Volta (GV100), Turing (TU), Ampere (GA), Ada (AD), Hopper (GH) and Blackwell (GB)"
              .formatted(chip));
    }
    return new CounterSet(
        chip,
        Stream.of(
                Stream.of(new Counter("gpu__time_duration.sum", Quantity.GPU_TIME, NANOS)),
                memory(chip),
                Stream.of(
                    new Counter("lts__t_bytes.sum", Quantity.L2_BYTES, 1),
                    new Counter("l1tex__t_bytes.sum", Quantity.L1_BYTES, 1)),
                operations("f", Quantity.FLOAT32_FLOPS),
                operations("h", Quantity.FLOAT16_FLOPS))
            .flatMap(counters -> counters)
            .toList());
  }

  private static Stream<Counter> memory(String chip) {
    if (SHARED_MEMORY.matcher(chip).matches()) {
      return Stream.of(new Counter(L2_MISSES, Quantity.MEMORY_BYTES, SECTOR));
    }
    String operation = RENAMED_MEMORY.matcher(chip).matches() ? "op_" : "";
    return Stream.of(
        new Counter("dram__bytes_%sread.sum".formatted(operation), Quantity.MEMORY_READ, 1),
        new Counter("dram__bytes_%swrite.sum".formatted(operation), Quantity.MEMORY_WRITTEN, 1));
  }

  private static Stream<Counter> operations(String type, Quantity quantity) {
    return Stream.of("add", "mul", "fma")
        .map(
            operation ->
                new Counter(
                    "smsp__sass_thread_inst_executed_op_%s%s_pred_on.sum"
                        .formatted(type, operation),
                    quantity,
                    operation.equals("fma") ? 2 : 1));
  }

  /**
   * Returns the metrics that count the tensor cores' operations on numbers of a type, together;
   * empty where the chip has none that count all of them. Float32 networks use tensor cores in
   * TF32.
   */
  public List<String> tensorMetrics(ElementType type) {
    String sources =
        switch (type) {
          case F32 -> isOlderThanAmpere() ? "" : "tf32_dst_fp32";
          case BF16 -> isOlderThanAmpere() ? "" : "bf16_dst_fp32";
          case F16 -> float16Sources();
          case I8 -> chip.matches("GV.*|TU11\\d") ? "" : "int8";
          default -> "";
        };
    return Stream.of(sources.split(" ", -1))
        .filter(source -> !source.isEmpty())
        .map("sm__ops_path_tensor_src_%s.sum"::formatted)
        .toList();
  }

  private boolean isOlderThanAmpere() {
    return chip.startsWith("GV") || chip.startsWith("TU");
  }

  private String float16Sources() {
    if (chip.startsWith("TU")) {
      // Turing counts sums in float16 alone, and networks sum in float32.
      return "";
    }
    return chip.startsWith("GH") ? "fp16" : "fp16_dst_fp32 fp16_dst_fp16";
  }

  /**
   * Returns this set with the tensor cores' operations in a type.
   *
   * @throws UnsupportedOperationException if the chip has no metrics that count all of them
   */
  public CounterSet withTensor(ElementType type) {
    List<String> tensor = tensorMetrics(type);
    if (tensor.isEmpty()) {
      throw new UnsupportedOperationException(
          "chip %s has no counter of all tensor operations in %s"
              .formatted(chip, type.nativeName()));
    }
    List<Counter> all = new ArrayList<>(counters);
    tensor.forEach(metric -> all.add(new Counter(metric, Quantity.TENSOR_OPERATIONS, 1)));
    return new CounterSet(chip, all);
  }

  /** Returns this set with the tensor cores' operations in a type, or itself without a counter. */
  CounterSet withTensorIfCounted(ElementType type) {
    return tensorMetrics(type).isEmpty() ? this : withTensor(type);
  }

  /** Returns what has to be counted, for {@code GpuCounters}. */
  public List<String> metrics() {
    return counters.stream().map(Counter::metric).toList();
  }

  /** Returns what a quantity is here, for people: not all chips count their memory's bytes. */
  public String title(Quantity quantity) {
    return quantity == Quantity.MEMORY_BYTES && metrics().contains(L2_MISSES)
        ? "L2 miss traffic"
        : quantity.title();
  }

  /**
   * Returns every quantity; one that isn't counted, or whose metric gave no number, isn't known.
   *
   * @param values by metric, all of {@link #metrics()}
   * @throws IllegalArgumentException if one is missing, naming it
   */
  public Map<Quantity, Figure> read(Map<String, Double> values) {
    Map<Quantity, Figure> figures = new EnumMap<>(Quantity.class);
    for (Quantity quantity : Quantity.values()) {
      figures.put(quantity, figure(quantity, values));
    }
    return figures;
  }

  private Figure figure(Quantity quantity, Map<String, Double> values) {
    List<Counter> parts = counters.stream().filter(c -> isPart(c.quantity(), quantity)).toList();
    double sum = parts.isEmpty() ? Double.NaN : 0;
    for (Counter part : parts) {
      Double value = values.get(part.metric());
      if (value == null) {
        throw new IllegalArgumentException(
            "the values must hold %s, got %s".formatted(part.metric(), values.keySet()));
      }
      sum += part.factor() * value;
    }
    // A metric that couldn't be evaluated is NaN in CUPTI too.
    return Double.isFinite(sum)
        ? new Figure(sum, provenance(quantity))
        : new Figure(Double.NaN, Provenance.UNAVAILABLE);
  }

  private static boolean isPart(Quantity part, Quantity whole) {
    return part == whole
        || (whole == Quantity.MEMORY_BYTES
            && (part == Quantity.MEMORY_READ || part == Quantity.MEMORY_WRITTEN));
  }

  private Provenance provenance(Quantity quantity) {
    return switch (quantity) {
      case GPU_TIME, MEMORY_READ, MEMORY_WRITTEN, L2_BYTES, L1_BYTES, TENSOR_OPERATIONS ->
          Provenance.MEASURED;
      case MEMORY_BYTES -> metrics().contains(L2_MISSES) ? Provenance.DERIVED : Provenance.MEASURED;
      case FLOAT32_FLOPS, FLOAT16_FLOPS -> Provenance.DERIVED;
    };
  }
}
