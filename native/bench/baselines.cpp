#include "baselines.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace bench {
namespace {

constexpr float kClassOffset = 4096;

std::vector<int32_t> sorted_longs(const Candidates& candidates) {
  std::vector<int64_t> keys(candidates.scores.size());
  for (std::size_t i = 0; i < keys.size(); i++) {
    int32_t bits;
    std::memcpy(&bits, &candidates.scores[i], sizeof bits);
    int32_t ascending = bits >= 0 ? bits : ~bits ^ INT32_MIN;
    keys[i] = static_cast<int64_t>(~ascending) * (INT64_C(1) << 32) | static_cast<int64_t>(i);
  }
  std::sort(keys.begin(), keys.end());
  std::vector<int32_t> order(keys.size());
  for (std::size_t i = 0; i < keys.size(); i++) {
    order[i] = static_cast<int32_t>(keys[i]);
  }
  return order;
}

float area(const float* box) { return (box[2] - box[0]) * (box[3] - box[1]); }

float iou(const float* a, const float* b) {
  float width = std::max(std::min(a[2], b[2]) - std::max(a[0], b[0]), 0.0f);
  float height = std::max(std::min(a[3], b[3]) - std::max(a[1], b[1]), 0.0f);
  float inter = width * height;
  return inter / (area(a) + area(b) - inter);
}

float sigmoid(float x) { return static_cast<float>(1 / (1 + std::exp(-static_cast<double>(x)))); }

double logit_below(float probability) {
  if (probability >= 1) {
    return 8;
  }
  double logit =
      std::log(static_cast<double>(probability) / (1 - static_cast<double>(probability)));
  return std::min(logit - 1e-3, 8.0);
}

struct Corners {
  float at[4];
};

Corners decode_box(const Level& level, const float* cell, int64_t row) {
  int64_t cells = level.height * level.width;
  const float* anchor = level.anchors + 2 * (row / cells);
  int64_t column = row % cells % level.width;
  int64_t line = row % cells / level.width;
  float x = (sigmoid(cell[0]) * 2 - 0.5f + static_cast<float>(column)) * level.stride;
  float y = (sigmoid(cell[1]) * 2 - 0.5f + static_cast<float>(line)) * level.stride;
  float width = sigmoid(cell[2]) * 2;
  float height = sigmoid(cell[3]) * 2;
  float half_width = width * width * anchor[0] / 2;
  float half_height = height * height * anchor[1] / 2;
  return Corners{{x - half_width, y - half_height, x + half_width, y + half_height}};
}

}  // namespace

std::vector<int32_t> java_algorithm(const Candidates& candidates, const Options& options) {
  std::vector<int32_t> order = sorted_longs(candidates);
  std::vector<int32_t> kept;
  std::vector<int32_t> older;
  std::vector<float> boxes;
  int32_t highest = 0;
  for (int32_t id : candidates.class_ids) {
    highest = std::max(highest, id);
  }
  std::vector<int32_t> newest(static_cast<std::size_t>(highest) + 1, -1);
  int64_t count = std::min(candidates.count(), options.most_candidates);
  for (int64_t i = 0; i < count && static_cast<int64_t>(kept.size()) < options.most_kept; i++) {
    std::size_t index = static_cast<std::size_t>(order[static_cast<std::size_t>(i)]);
    const float* box = &candidates.boxes[4 * index];
    int32_t& group = newest[static_cast<std::size_t>(candidates.class_ids[index])];
    int32_t k = group;
    while (k >= 0 && !(static_cast<double>(iou(box, &boxes[static_cast<std::size_t>(4 * k)])) >
                       options.threshold)) {
      k = older[static_cast<std::size_t>(k)];
    }
    if (k < 0) {
      older.push_back(group);
      group = static_cast<int32_t>(kept.size());
      kept.push_back(static_cast<int32_t>(index));
      boxes.insert(boxes.end(), box, box + 4);
    }
  }
  return kept;
}

std::vector<int32_t> sort_and_offset(const Candidates& candidates, const Options& options) {
  std::vector<int32_t> order(candidates.scores.size());
  std::iota(order.begin(), order.end(), 0);
  const float* scores = candidates.scores.data();
  std::sort(order.begin(), order.end(), [scores](int32_t a, int32_t b) {
    return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
  });
  order.resize(static_cast<std::size_t>(std::min(candidates.count(), options.most_candidates)));
  std::vector<int32_t> kept;
  std::vector<float> boxes;
  for (int32_t index : order) {
    float offset = static_cast<float>(candidates.class_ids[static_cast<std::size_t>(index)]);
    float box[4];
    for (std::size_t k = 0; k < 4; k++) {
      box[k] = candidates.boxes[4 * static_cast<std::size_t>(index) + k] + offset * kClassOffset;
    }
    bool suppressed = false;
    for (std::size_t k = 0; k < kept.size() && !suppressed; k++) {
      suppressed = static_cast<double>(iou(box, &boxes[4 * k])) > options.threshold;
    }
    if (!suppressed) {
      kept.push_back(index);
      boxes.insert(boxes.end(), box, box + 4);
    }
    if (static_cast<int64_t>(kept.size()) == options.most_kept) {
      break;
    }
  }
  return kept;
}

void java_decode(const Level& level, float confidence, Candidates& candidates) {
  double objectness_logit = logit_below(confidence);
  const float* cell = level.logits.data();
  int64_t rows = 3 * level.height * level.width;
  for (int64_t row = 0; row < rows; row++, cell += level.classes + 5) {
    if (!(static_cast<double>(cell[4]) > objectness_logit)) {
      continue;
    }
    float objectness = sigmoid(cell[4]);
    if (!(objectness > confidence)) {
      continue;
    }
    Corners box = decode_box(level, cell, row);
    double class_logit = logit_below(confidence / objectness);
    for (int64_t c = 0; c < level.classes; c++) {
      if (!(static_cast<double>(cell[5 + c]) > class_logit)) {
        continue;
      }
      float score = objectness * sigmoid(cell[5 + c]);
      if (score > confidence) {
        candidates.boxes.insert(candidates.boxes.end(), box.at, box.at + 4);
        candidates.scores.push_back(score);
        candidates.class_ids.push_back(static_cast<int32_t>(c));
      }
    }
  }
}

}  // namespace bench
