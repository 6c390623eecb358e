// Candidates by the formulas: no comparison before the exact ones, classes in their order.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "buffers.h"
#include "yolo4j.h"

namespace decode_reference {

using test_buffers::Noise;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

enum Layout { kNhwc, kHead, kNchw, kRowsApart, kLayouts };

struct Candidate {
  float box[4];
  float score;
  int32_t class_id;
  int32_t key;
};

struct Shape {
  int32_t anchors;
  int64_t height;
  int64_t width;
  int64_t classes;
};

inline void set_strides(Layout layout, yolo4j_decode& p) {
  int64_t outputs = p.classes + 5;
  int64_t cells = p.height * p.width;
  // Something between the rows, so that they can't be walked as one.
  int64_t row = p.width * outputs + (layout == kRowsApart ? 7 : 0);
  switch (layout) {
    case kNhwc:
      p.anchor_stride = outputs;
      p.row_stride = p.width * p.anchors * outputs;
      p.column_stride = p.anchors * outputs;
      p.output_stride = 1;
      break;
    case kNchw:
      p.anchor_stride = outputs * cells;
      p.row_stride = p.width;
      p.column_stride = 1;
      p.output_stride = cells;
      break;
    default:
      p.anchor_stride = p.height * row;
      p.row_stride = row;
      p.column_stride = outputs;
      p.output_stride = 1;
  }
}

inline yolo4j_decode level(const Shape& shape, Layout layout, int32_t dtype, float confidence) {
  yolo4j_decode p = {};
  p.struct_size = sizeof p;
  p.dtype = dtype;
  p.anchors = shape.anchors;
  p.classes = shape.classes;
  p.height = shape.height;
  p.width = shape.width;
  p.first_key = 1000;
  p.confidence = confidence;
  p.stride = 16;
  for (int32_t i = 0; i < 2 * p.anchors; i++) {
    p.anchor_sizes[i] = 10.5f + 7.25f * static_cast<float>(i);
  }
  set_strides(layout, p);
  return p;
}

/// Logits in their layout, without a byte more, so that reading past the end is noticed.
class Logits {
 public:
  Logits(const yolo4j_decode& p, uint32_t seed) : p_(p) {
    int64_t last = (p.anchors - 1) * p.anchor_stride + (p.height - 1) * p.row_stride +
                   (p.width - 1) * p.column_stride + (p.classes + 4) * p.output_stride;
    values_.assign(static_cast<std::size_t>(last + 1), kNan);
    Noise noise(seed);
    for (float& value : values_) {
      value = some_logit(noise);
    }
    halves_.resize(values_.size());
    for (std::size_t i = 0; i < values_.size(); i++) {
      halves_[i] = test_buffers::to_bf16(values_[i]);
      if (p.dtype == YOLO4J_DTYPE_BF16) {
        values_[i] = test_buffers::to_float(halves_[i]);
      }
    }
  }

  const void* data() const {
    return p_.dtype == YOLO4J_DTYPE_F32 ? static_cast<const void*>(values_.data())
                                        : static_cast<const void*>(halves_.data());
  }

  float at(int64_t anchor, int64_t row, int64_t column, int64_t output) const {
    return values_[static_cast<std::size_t>(anchor * p_.anchor_stride + row * p_.row_stride +
                                            column * p_.column_stride + output * p_.output_stride)];
  }

 private:
  /// On a coarse grid now and then, where scores are equal; large ones all have probability 1.
  static float some_logit(Noise& noise) {
    float kind = noise.next();
    float value = 8 * noise.next();
    if (kind > 0.96f) {
      const float special[] = {kNan, kInf, -kInf, 0.0f, -0.0f, 100, -100, 1e-40f};
      return special[static_cast<int>(value + 8) / 2];
    }
    return kind > 0.6f ? 18 + value / 2 : kind > 0.3f ? std::round(value / 2) : value;
  }

  const yolo4j_decode& p_;
  std::vector<float> values_;
  std::vector<uint16_t> halves_;
};

inline float sigmoid(float x) {
  return static_cast<float>(1 / (1 + std::exp(-static_cast<double>(x))));
}

inline Candidate candidate(const yolo4j_decode& p, const Logits& logits, int64_t anchor,
                           int64_t row, int64_t column) {
  auto y = [&](int64_t k) { return sigmoid(logits.at(anchor, row, column, k)); };
  float x = (y(0) * 2 - 0.5f + static_cast<float>(column)) * p.stride;
  float centre_y = (y(1) * 2 - 0.5f + static_cast<float>(row)) * p.stride;
  float width = (y(2) * 2) * (y(2) * 2) * p.anchor_sizes[2 * anchor];
  float height = (y(3) * 2) * (y(3) * 2) * p.anchor_sizes[2 * anchor + 1];
  return Candidate{
      {x - width / 2, centre_y - height / 2, x + width / 2, centre_y + height / 2}, 0, -1, 0};
}

/// The candidates of one cell.
inline void expect_cell(const yolo4j_decode& p, const Logits& logits, const uint8_t* keep,
                        int64_t anchor, int64_t row, int64_t column, std::vector<Candidate>& into) {
  float objectness = sigmoid(logits.at(anchor, row, column, 4));
  if (!(objectness > p.confidence)) {
    return;
  }
  Candidate best = candidate(p, logits, anchor, row, column);
  for (int64_t c = 0; c < p.classes; c++) {
    float score = objectness * sigmoid(logits.at(anchor, row, column, 5 + c));
    if (!(score > p.confidence)) {
      continue;
    }
    Candidate found = best;
    found.score = score;
    found.class_id = static_cast<int32_t>(c);
    found.key = static_cast<int32_t>(
        p.first_key + ((anchor * p.height + row) * p.width + column) * p.classes + c);
    if (p.multi_label == 0 || p.classes == 1) {
      best = best.class_id < 0 || score > best.score ? found : best;
    } else if (keep == nullptr || keep[c] != 0) {
      into.push_back(found);
    }
  }
  if (best.class_id >= 0 && (keep == nullptr || keep[best.class_id] != 0)) {
    into.push_back(best);
  }
}

inline std::vector<Candidate> expected(const yolo4j_decode& p, const Logits& logits,
                                       const uint8_t* keep) {
  std::vector<Candidate> result;
  for (int64_t anchor = 0; anchor < p.anchors; anchor++) {
    for (int64_t row = 0; row < p.height; row++) {
      for (int64_t column = 0; column < p.width; column++) {
        expect_cell(p, logits, keep, anchor, row, column, result);
      }
    }
  }
  return result;
}

}  // namespace decode_reference
