package io.yolo4j.kernels;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * What this process may execute: the CPU has it and the operating system lets us use it.
 *
 * @param cpu the CPU's own name
 * @param features in no particular order
 */
public record CpuFeatures(String cpu, Set<CpuFeature> features) {
  /** Copies the set. */
  public CpuFeatures {
    features = Set.copyOf(features);
  }

  /** Returns the features of {@code yolo4j_cpu_features()}. */
  static CpuFeatures of(String cpu, long bits) {
    EnumSet<CpuFeature> features = EnumSet.noneOf(CpuFeature.class);
    Arrays.stream(CpuFeature.values())
        .filter(feature -> (bits >>> feature.code() & 1) != 0)
        .forEach(features::add);
    return new CpuFeatures(cpu, features);
  }

  /** Returns whether the feature is there. */
  public boolean has(CpuFeature feature) {
    return features.contains(feature);
  }

  /**
   * Returns whether the CPU multiplies numbers of a type as they are, without widening them first:
   * float32 always, 16-bit floats and bytes with any of the instructions for them.
   */
  public boolean multiplies(ElementType type) {
    return switch (type) {
      case BF16 -> hasAny(CpuFeature.AVX512_BF16, CpuFeature.AMX_BF16, CpuFeature.BF16);
      case F16 -> hasAny(CpuFeature.AVX512_FP16);
      case U8, I8 -> hasAny(CpuFeature.AVX512_VNNI, CpuFeature.AMX_INT8);
      default -> true;
    };
  }

  private boolean hasAny(CpuFeature... any) {
    return Arrays.stream(any).anyMatch(features::contains);
  }

  /** Returns name and features, for people: {@code AMD EPYC (sse4_2 avx2 fma f16c)}. */
  @Override
  public String toString() {
    return features.stream()
        .sorted()
        .map(CpuFeature::nativeName)
        .collect(joining(" ", cpu + " (", ")"));
  }
}
