package io.yolo4j.profile;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolo4j.kernels.ElementType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * GPUs as their vendor specifies them, for targets that are not at hand. An entry whose page wasn't
 * checked says so.
 *
 * @param note what the figures mean
 * @param devices the entries
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DeviceTable(
    @JsonProperty("note") String note, @JsonProperty("devices") List<Device> devices) {
  /**
   * A GPU.
   *
   * @param name its name, for example {@code RTX 3090}
   * @param chip the chip
   * @param cores float32 lanes
   * @param boostMhz boost clock, MHz
   * @param float32 TFLOP/s at that clock
   * @param tensorFloat16 TFLOP/s of the tensor cores in float16 with float32 sums, dense; null
   *     where it has none
   * @param tensorTf32 the same in TF32, which float32 convolutions run in; null where it has none
   * @param float16 TFLOP/s of the lanes in float16
   * @param gigabytes bandwidth of its memory, GB/s
   * @param cacheMib L2, MiB
   * @param memoryGigabytes size of its memory as the vendor names it, GB
   * @param memoryChecked where that size was looked up; null where it wasn't
   * @param source the document
   * @param checked where the figures were looked up; null where they weren't
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Device(
      @JsonProperty("name") String name,
      @JsonProperty("chip") String chip,
      @JsonProperty("cores") int cores,
      @JsonProperty("boost_mhz") int boostMhz,
      @JsonProperty("fp32") double float32,
      @JsonProperty("tensor_fp16") @Nullable Double tensorFloat16,
      @JsonProperty("tensor_tf32") @Nullable Double tensorTf32,
      @JsonProperty("fp16_vec") double float16,
      @JsonProperty("gbs") double gigabytes,
      @JsonProperty("l2_mib") double cacheMib,
      @JsonProperty("memory_gb") double memoryGigabytes,
      @JsonProperty("memory_checked") @Nullable String memoryChecked,
      @JsonProperty("source") String source,
      @JsonProperty("checked") @Nullable String checked) {
    /** Returns float32 FLOPs a second at a clock: a multiply-add a lane and cycle. */
    public double flops(double megahertz) {
      return 2.0 * cores * megahertz * 1e6;
    }

    /**
     * Returns the bytes of its memory, a GB being 10⁹: where the vendor means 2³⁰ the rest goes to
     * the driver and to workspaces.
     */
    public long memoryBytes() {
      return Math.round(memoryGigabytes * 1e9);
    }

    /** Returns the roofs at the boost clock. */
    public Roofs roofs() {
      return roofs(boostMhz);
    }

    /**
     * Returns the roofs at a clock as the vendor specifies them: the lanes, the tensor cores, and
     * the memory, of which every access gets all. Tensor cores multiply bfloat16 as fast as float16
     * from Ampere on, which are those that have TF32.
     */
    public Roofs roofs(double megahertz) {
      double bytes = gigabytes * 1e9;
      // 1 at the boost clock, so that figures stay as the table has them.
      double scale = megahertz / boostMhz;
      Map<String, Double> peaks = new TreeMap<>();
      peaks.put(ElementType.F16.nativeName(), float16 * 1e12 * scale);
      if (tensorFloat16 != null) {
        peaks.put(ElementType.F16.nativeName() + Roofs.TENSOR, tensorFloat16 * 1e12 * scale);
      }
      if (tensorTf32 != null) {
        peaks.put(ElementType.F32.nativeName() + Roofs.TENSOR, tensorTf32 * 1e12 * scale);
        if (tensorFloat16 != null) {
          peaks.put(ElementType.BF16.nativeName() + Roofs.TENSOR, tensorFloat16 * 1e12 * scale);
        }
      }
      return new Roofs(
          name,
          1,
          "specified",
          flops(megahertz),
          peaks,
          List.of(new Roofs.Level("DRAM", Long.MAX_VALUE, bytes, bytes, bytes, bytes, bytes)));
    }

    /** Returns the FLOPs a byte from which on arithmetic decides, at a clock. */
    public double ridge(double megahertz) {
      return flops(megahertz) / (gigabytes * 1e9);
    }
  }

  /** So many names are offered where none fits. */
  private static final int NEAREST = 3;

  /** Copies the list. */
  public DeviceTable {
    devices = List.copyOf(devices);
  }

  /** Returns the table that travels with the library. */
  public static DeviceTable load() {
    try (InputStream in = DeviceTable.class.getResourceAsStream("devices.json")) {
      if (in == null) {
        throw new IllegalStateException("the library lacks its file devices.json");
      }
      return new ObjectMapper().readValue(in, DeviceTable.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a device by its name without regard of case, spaces and signs: {@code rtx3090}.
   *
   * @throws IllegalArgumentException if there is none, naming the nearest, or several fit, naming
   *     them
   */
  public Device device(String name) {
    String wanted = plain(name);
    List<Device> exact = devices.stream().filter(d -> plain(d.name()).equals(wanted)).toList();
    List<Device> found =
        exact.isEmpty()
            ? devices.stream().filter(d -> plain(d.name()).contains(wanted)).toList()
            : exact;
    if (found.isEmpty() || wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "no single device is named '%s'; the nearest names are %s"
              .formatted(name, String.join(", ", nearest(wanted))));
    }
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "no single device is named '%s'; there are %s"
              .formatted(name, String.join(", ", found.stream().map(Device::name).toList())));
    }
    return found.get(0);
  }

  private List<String> nearest(String wanted) {
    return devices.stream()
        .map(Device::name)
        .sorted(Comparator.comparingInt(name -> edits(wanted, plain(name))))
        .limit(NEAREST)
        .toList();
  }

  /** How many letters must be put in, taken out or exchanged (Levenshtein, 1965). */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int exchanged = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(exchanged, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }
}
