// Random cases for suppression: ties, special values, every limit.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "nms_reference.h"

namespace nms_cases {

using nms_reference::Case;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Whole numbers that look random.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  int64_t below(int64_t limit) {
    state_ = state_ * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return static_cast<int64_t>((state_ >> 33) % static_cast<uint64_t>(limit));
  }
  bool one_in(int64_t n) { return below(n) == 0; }
  float unit() { return static_cast<float>(below(1 << 24)) / static_cast<float>(1 << 24); }

 private:
  uint64_t state_;
};

inline float some_score(Dice& dice, int64_t levels, bool special) {
  if (special && dice.one_in(12)) {
    const float values[] = {kNan, -kNan, kInf, -kInf, 0.0f, -0.0f, -0.5f, 1e-40f};
    return values[dice.below(8)];
  }
  return levels == 0 ? dice.unit() : static_cast<float>(1 + dice.below(levels)) * 0.125f;
}

/// On a grid equal overlaps are common, and thresholds are met exactly.
inline void some_box(Dice& dice, bool grid, bool special, float* box) {
  float centre[2];
  float size[2];
  for (int i = 0; i < 2; i++) {
    centre[i] = grid ? static_cast<float>(dice.below(12)) : 100 * dice.unit();
    size[i] = grid ? static_cast<float>(1 + dice.below(6)) : 5 + 40 * dice.unit();
    size[i] = special && dice.one_in(8) ? 0 : special && dice.one_in(8) ? -size[i] : size[i];
  }
  for (int i = 0; i < 2; i++) {
    box[i] = centre[i] - size[i] / 2;
    box[i + 2] = centre[i] + size[i] / 2;
  }
  if (special && dice.one_in(8)) {
    const float values[] = {kNan, kInf, -kInf, 3e38f, -3e38f};
    box[dice.below(4)] = values[dice.below(5)];
  }
}

inline void fill_keys(Dice& dice, Case& c) {
  // All different: multiples of an odd number, modulo 2^32, below 0 too.
  uint32_t step = static_cast<uint32_t>(2 * dice.below(1000000) + 1);
  for (int64_t i = 0; i < c.count(); i++) {
    c.keys.push_back(static_cast<int32_t>(static_cast<uint32_t>(i) * step));
  }
}

inline Case some_case(Dice& dice, int64_t count) {
  Case c;
  const int64_t level_choice[] = {1, 3, 8, 0};
  int64_t levels = level_choice[dice.below(4)];
  bool special = dice.one_in(2);
  bool grid = dice.one_in(2);
  int64_t classes = 1 + dice.below(dice.one_in(2) ? 3 : 90);
  int64_t step = dice.one_in(3) ? INT32_MAX / classes : 1;
  c.boxes.resize(static_cast<std::size_t>(4 * count));
  for (int64_t i = 0; i < count; i++) {
    c.scores.push_back(some_score(dice, levels, special));
    c.class_ids.push_back(static_cast<int32_t>(step * dice.below(classes)));
    some_box(dice, grid, special, &c.boxes[static_cast<std::size_t>(4 * i)]);
  }
  if (dice.one_in(2)) {
    fill_keys(dice, c);
  }
  c.agnostic = dice.one_in(3);
  c.present = dice.one_in(2) ? count : dice.below(count + 1);
  c.most_candidates = dice.one_in(2) ? 30000 : 1 + dice.below(count + 2);
  c.most_kept = dice.one_in(2) ? 1 + dice.below(20) : 1 + dice.below(2 * count + 1);
  const double thresholds[] = {0, 0.25, 1.0 / 3, 0.45, 0.5, 0.6, 1};
  c.threshold = thresholds[dice.below(7)];
  return c;
}

}  // namespace nms_cases
