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

  /** Returns name and features, for people: {@code AMD EPYC (sse4_2 avx2 fma f16c)}. */
  @Override
  public String toString() {
    return features.stream()
        .sorted()
        .map(CpuFeature::nativeName)
        .collect(joining(" ", cpu + " (", ")"));
  }
}
