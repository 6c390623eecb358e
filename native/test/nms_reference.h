// Suppression by its definition: candidates sorted by comparison, each compared with all kept ones.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace nms_reference {

/// Candidates and what to do with them.
struct Case {
  std::vector<float> boxes;
  std::vector<float> scores;
  std::vector<int32_t> class_ids;
  std::vector<int32_t> keys;  // empty: indices
  bool agnostic = false;
  int64_t present = 0;
  int64_t most_candidates = 30000;
  int64_t most_kept = 300;
  double threshold = 0.45;

  int64_t count() const { return static_cast<int64_t>(scores.size()); }
};

/// Java's order of floats: NaN above all, 0 above -0.
inline bool higher(float a, float b) {
  if (std::isnan(a) || std::isnan(b)) {
    return std::isnan(a) && !std::isnan(b);
  }
  if (a != b) {
    return a > b;
  }
  return !std::signbit(a) && std::signbit(b);
}

/// Java's min and max: NaN when either is.
inline float least(float a, float b) {
  return std::isnan(a) || std::isnan(b) ? std::nanf("") : std::min(a, b);
}
inline float greatest(float a, float b) {
  return std::isnan(a) || std::isnan(b) ? std::nanf("") : std::max(a, b);
}

inline float area(const float* box) {
  float width = box[2] - box[0];
  float height = box[3] - box[1];
  return width * height;
}

/// @param a the candidate, @param b the kept one
inline float iou(const float* a, const float* b) {
  float width = greatest(least(a[2], b[2]) - greatest(a[0], b[0]), 0);
  float height = greatest(least(a[3], b[3]) - greatest(a[1], b[1]), 0);
  float inter = width * height;
  float together = area(a) + area(b);
  return inter / (together - inter);
}

inline std::vector<int32_t> order(const Case& c) {
  std::vector<int32_t> indices(static_cast<std::size_t>(c.present));
  std::iota(indices.begin(), indices.end(), 0);
  auto key = [&](int32_t i) { return c.keys.empty() ? i : c.keys[static_cast<std::size_t>(i)]; };
  std::stable_sort(indices.begin(), indices.end(), [&](int32_t i, int32_t j) {
    float a = c.scores[static_cast<std::size_t>(i)];
    float b = c.scores[static_cast<std::size_t>(j)];
    return higher(a, b) || (!higher(b, a) && key(i) < key(j));
  });
  return indices;
}

inline std::vector<int32_t> kept(const Case& c) {
  std::vector<int32_t> result;
  int64_t left = c.most_candidates;
  for (int32_t i : order(c)) {
    if (left-- == 0 || static_cast<int64_t>(result.size()) == c.most_kept) {
      break;
    }
    bool suppressed = std::any_of(result.begin(), result.end(), [&](int32_t k) {
      bool meets = c.agnostic || c.class_ids[static_cast<std::size_t>(i)] ==
                                     c.class_ids[static_cast<std::size_t>(k)];
      return meets &&
             static_cast<double>(iou(&c.boxes[static_cast<std::size_t>(4 * i)],
                                     &c.boxes[static_cast<std::size_t>(4 * k)])) > c.threshold;
    });
    if (!suppressed) {
      result.push_back(i);
    }
  }
  return result;
}

}  // namespace nms_reference
