// Included inside the anonymous namespace of each instruction set's file, after its vectors.

inline bench::PeakRun peak_run(int64_t rounds) {
  Vector sum[bench::kPeakSums];
  // Not constants, or the compiler would know the sums.
  const Vector factor = splat(1.0f / static_cast<float>(rounds));
  for (Vector& s : sum) {
    s = factor;
  }
  for (int64_t round = 0; round < rounds; round++) {
#if defined(__GNUC__)
#pragma GCC unroll 16
#endif
    for (int64_t i = 0; i < bench::kPeakSums; i++) {
      sum[i] = fma(sum[i], factor, factor);
    }
  }
  for (int64_t i = 1; i < bench::kPeakSums; i++) {
    sum[0] = add(sum[0], sum[i]);
  }
  float lanes[kLanes];
  store(lanes, sum[0]);
  return bench::PeakRun{kLanes, lanes[0]};
}
