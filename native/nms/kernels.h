// The kernels in terms of vectors. Included inside the anonymous namespace of each instruction
// set's file, after its vectors and lanes.

/// A candidate in every lane.
struct SpreadBox {
  explicit SpreadBox(const Box& box)
      : x1(splat(box.x1)),
        y1(splat(box.y1)),
        x2(splat(box.x2)),
        y2(splat(box.y2)),
        area(multiply(subtract(x2, x1), subtract(y2, y1))) {}

  Vector x1, y1, x2, y2, area;
};

/// Lanes of the boxes from `from` on whose IoU is greater. Products and sums stay apart, as in the
/// scalar version: a fused one would round differently.
inline uint32_t overlapping(const Block& block, int64_t from, const SpreadBox& box,
                            Vector threshold) {
  Vector left = greatest(box.x1, load(block.x1 + from));
  Vector top = greatest(box.y1, load(block.y1 + from));
  Vector right = least(box.x2, load(block.x2 + from));
  Vector bottom = least(box.y2, load(block.y2 + from));
  Vector width = greatest(subtract(right, left), splat(0));
  Vector height = greatest(subtract(bottom, top), splat(0));
  Vector inter = multiply(width, height);
  // Most boxes are apart: no quotient is above 0 then, and the division is saved.
  if (greater_lanes(inter, splat(0)) == 0) {
    return 0;
  }
  Vector together = subtract(add(box.area, load(block.area + from)), inter);
  return greater_lanes(divide(inter, together), threshold);
}

bool suppressed(const Block* blocks, int32_t newest, const Box& box, float threshold) {
  const SpreadBox spread(box);
  const Vector limit = splat(threshold);
  for (int32_t b = newest; b >= 0; b = blocks[b].older) {
    for (int64_t from = 0; from < blocks[b].size; from += kLanes) {
      if (overlapping(blocks[b], from, spread, limit) != 0) {
        return true;
      }
    }
  }
  return false;
}

inline uint32_t lanes_between(Vector scores, Vector low, Vector high) {
  return kAllLanes & ~(greater_lanes(low, scores) | greater_lanes(scores, high));
}

int64_t between(const float* scores, int64_t count, float low, float high, int32_t* found) {
  const Vector lowest = splat(low);
  const Vector highest = splat(high);
  int64_t n = 0;
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    n = append_lanes(lanes_between(load(scores + i), lowest, highest), i, found, n);
  }
  if (i < count) {
    uint32_t there = (UINT32_C(1) << (count - i)) - 1;
    Vector last = load_first(scores + i, count - i);
    n = append_lanes(lanes_between(last, lowest, highest) & there, i, found, n);
  }
  return n;
}
