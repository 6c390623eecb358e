// Bits of lanes; included inside the anonymous namespace of each instruction set's file, after its
// lanes.

constexpr uint32_t kAllLanes = (UINT32_C(1) << kLanes) - 1;

/// The number of the lowest bit; there must be one.
inline int32_t lowest_lane(uint32_t bits) {
#if defined(__GNUC__)
  return __builtin_ctz(bits);
#else
  int32_t lane = 0;
  while ((bits >> lane & 1) == 0) {
    lane++;
  }
  return lane;
#endif
}

/// Appends the places that the bits of lanes mean, the first lane being at `place`, and returns how
/// many there are now.
inline int64_t append_lanes(uint32_t bits, int64_t place, int32_t* found, int64_t count) {
  for (; bits != 0; bits &= bits - 1) {
    found[count++] = static_cast<int32_t>(place) + lowest_lane(bits);
  }
  return count;
}
