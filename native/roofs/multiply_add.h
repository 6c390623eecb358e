// The loop that does nothing but multiply and add. Included in a namespace of its own for each
// instruction, after its kSums, kProducts (of a register), Vector, Factor, splat, start, next, add
// and first, and YOLO4J_TARGET for what the file's flags don't allow.

YOLO4J_TARGET inline int64_t multiply_add(int64_t rounds, float* kept) {
  Vector sum[kSums];
  // Not constants, or the compiler would know the sums; and all different, or it could see that one
  // sum is as good as all.
  const float step = 1.0f / static_cast<float>(rounds);
  const Factor factor = splat(step);
#if defined(__GNUC__)
#pragma GCC unroll 32
#endif
  for (int64_t i = 0; i < kSums; i++) {
    sum[i] = start(step * static_cast<float>(i + 1));
  }
  for (int64_t round = 0; round < rounds; round++) {
#if defined(__GNUC__)
#pragma GCC unroll 32
#endif
    for (int64_t i = 0; i < kSums; i++) {
      sum[i] = next(sum[i], factor);
    }
  }
#if defined(__GNUC__)
#pragma GCC unroll 32
#endif
  for (int64_t i = 1; i < kSums; i++) {
    sum[0] = add(sum[0], sum[i]);
  }
  *kept = first(sum[0]);
  return 2 * kSums * kProducts * rounds;
}
