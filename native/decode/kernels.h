// The comparison in terms of vectors. Included inside the anonymous namespace of each instruction
// set's file, after its vectors and lanes.

inline float widened(float x) { return x; }
inline float widened(uint16_t x) {
  uint32_t bits = static_cast<uint32_t>(x) << 16;
  float wide;
  std::memcpy(&wide, &bits, sizeof wide);
  return wide;
}

/// How many logits ahead memory is asked for, where each stands in a cache line of its own.
constexpr int64_t kAhead = 32;

inline void prefetch(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#else
  (void)address;
#endif
}

/// Logits that lie apart: a register of them would have to be put together from as many loads.
template <typename Element>
int64_t above_apart(const Element* x, int64_t count, int64_t stride, float threshold,
                    int32_t* found) {
  int64_t n = 0;
  for (int64_t i = 0; i < count; i++) {
    prefetch(x + (i + kAhead < count ? i + kAhead : i) * stride);
    if (widened(x[i * stride]) > threshold) {
      found[n++] = static_cast<int32_t>(i);
    }
  }
  return n;
}

template <typename Element>
int64_t above(const void* logits, int64_t count, int64_t stride, float threshold, int32_t* found) {
  const Element* x = static_cast<const Element*>(logits);
  if (stride != 1) {
    return above_apart(x, count, stride, threshold, found);
  }
  const Vector limit = splat(threshold);
  int64_t n = 0;
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    n = append_lanes(greater_lanes(load(x + i), limit), i, found, n);
  }
  if (i < count) {
    uint32_t there = (UINT32_C(1) << (count - i)) - 1;
    n = append_lanes(greater_lanes(load_first(x + i, count - i), limit) & there, i, found, n);
  }
  return n;
}
