// Cells whose objectness passes, their boxes, and the classes that pass. What is written is
// computed here, in one file for all instruction sets, so that all of them give the same bits.
#include "decode/level.h"

#include <cmath>
#include <cstdint>

#include "decode/logit.h"
#include "simd/element.h"

namespace yolo4j::decode {
namespace {

constexpr int64_t kObjectness = 4;
constexpr int64_t kFirstClass = 5;
/// Logits that are compared at a time, so that those found fit the stack.
constexpr int64_t kSegment = 1024;

float sigmoid(float x) { return static_cast<float>(1 / (1 + std::exp(-static_cast<double>(x)))); }

/// Corners.
struct Box {
  float x1;
  float y1;
  float x2;
  float y2;
};

class Walk {
 public:
  Walk(const Level& level, const Buffers& buffers)
      : level_(level), p_(level.p), buffers_(buffers), count_(*buffers.count) {}

  int64_t run() {
    // Rows that follow each other at the columns' stride are one long row.
    bool one_row = p_.row_stride == p_.width * p_.column_stride;
    int64_t rows = one_row ? 1 : p_.height;
    for (int64_t anchor = 0; anchor < p_.anchors; anchor++) {
      for (int64_t row = 0; row < rows; row++) {
        walk_row(anchor, row * p_.width, one_row ? level_.cells() : p_.width);
      }
    }
    return count_;
  }

 private:
  /// Where an anchor's logits of a cell begin. Rows first: in a level of one row its stride may be
  /// anything.
  int64_t place(int64_t anchor, int64_t cell) const {
    return anchor * p_.anchor_stride + cell / p_.width * p_.row_stride +
           cell % p_.width * p_.column_stride;
  }

  const char* at(int64_t index) const {
    return static_cast<const char*>(buffers_.logits) + index * level_.element_size();
  }

  float logit(int64_t index) const { return number(at(index)); }

  /// The first class of an anchor's cell.
  const char* classes(int64_t anchor, int64_t cell, int64_t from) const {
    if (buffers_.class_logits == nullptr) {
      return at(from + kFirstClass * p_.output_stride);
    }
    return static_cast<const char*>(buffers_.class_logits) +
           level_.element_size() *
               (anchor * p_.class_anchor_stride + cell / p_.width * p_.class_row_stride +
                cell % p_.width * p_.class_column_stride);
  }

  float number(const char* x) const {
    return static_cast<float>(level_.element == kF32 ? value(reinterpret_cast<const float*>(x))
                                                     : value(reinterpret_cast<const uint16_t*>(x)));
  }

  /// Cells whose logits stand at the columns' stride.
  void walk_row(int64_t anchor, int64_t first, int64_t cells) {
    int32_t found[kSegment];
    for (int64_t begin = first; begin < first + cells; begin += kSegment) {
      int64_t left = first + cells - begin;
      int64_t size = left < kSegment ? left : kSegment;
      int64_t from = place(anchor, begin) + kObjectness * p_.output_stride;
      int64_t count = level_.kernels->above[level_.element](at(from), size, p_.column_stride,
                                                            objectness_logit_, found);
      for (int64_t i = 0; i < count; i++) {
        visit(anchor, begin + found[i]);
      }
    }
  }

  void visit(int64_t anchor, int64_t cell) {
    int64_t from = place(anchor, cell);
    float objectness = sigmoid(logit(from + kObjectness * p_.output_stride));
    if (!(objectness > p_.confidence)) {
      return;
    }
    Box box = decode_box(anchor, cell, from);
    int64_t key = first_key_ + (anchor * level_.cells() + cell) * p_.classes;
    const char* logits = classes(anchor, cell, from);
    if (level_.every_class) {
      add_classes(logits, objectness, box, key);
    } else {
      add_best(logits, objectness, box, key);
    }
  }

  /// Centre and size in float32, then corners, rounded as in the Java version.
  Box decode_box(int64_t anchor, int64_t cell, int64_t from) const {
    float x = centre(from, cell % p_.width);
    float y = centre(from + p_.output_stride, cell / p_.width);
    float half_width = size(from + 2 * p_.output_stride, p_.anchor_sizes[2 * anchor]) / 2;
    float half_height = size(from + 3 * p_.output_stride, p_.anchor_sizes[2 * anchor + 1]) / 2;
    return Box{x - half_width, y - half_height, x + half_width, y + half_height};
  }

  float centre(int64_t index, int64_t cell) const {
    return (sigmoid(logit(index)) * 2 - 0.5f + static_cast<float>(cell)) * p_.stride;
  }

  float size(int64_t index, float anchor) const {
    float twice = sigmoid(logit(index)) * 2;
    return twice * twice * anchor;
  }

  /// Calls use(class, logit) for the classes that may pass.
  template <typename Use>
  void for_each_class(const char* logits, float objectness, const Use& use) const {
    float threshold = logit_below(p_.confidence / objectness);
    int32_t found[kSegment];
    const int64_t step = class_stride_ * level_.element_size();
    for (int64_t begin = 0; begin < p_.classes; begin += kSegment) {
      int64_t left = p_.classes - begin;
      const char* first = logits + begin * step;
      int64_t count = level_.kernels->above[level_.element](
          first, left < kSegment ? left : kSegment, class_stride_, threshold, found);
      for (int64_t i = 0; i < count; i++) {
        use(begin + found[i], number(first + found[i] * step));
      }
    }
  }

  void add_classes(const char* logits, float objectness, const Box& box, int64_t key) {
    for_each_class(logits, objectness, [&](int64_t id, float logit) {
      float score = objectness * sigmoid(logit);
      if (score > p_.confidence && wanted(id)) {
        add(box, score, id, key + id);
      }
    });
  }

  void add_best(const char* logits, float objectness, const Box& box, int64_t key) {
    float best = p_.confidence;
    float best_logit = -INFINITY;
    int64_t best_id = -1;
    for_each_class(logits, objectness, [&](int64_t id, float logit) {
      // Scores rise with logits, so that most classes after a good one cost no exponential.
      if (!(logit > best_logit)) {
        return;
      }
      best_logit = logit;
      float score = objectness * sigmoid(logit);
      // Of equal scores, as large logits have, the first one stays.
      if (score > best) {
        best = score;
        best_id = id;
      }
    });
    if (best_id >= 0 && wanted(best_id)) {
      add(box, best, best_id, key + best_id);
    }
  }

  bool wanted(int64_t id) const { return buffers_.keep == nullptr || buffers_.keep[id] != 0; }

  void add(const Box& box, float score, int64_t id, int64_t key) {
    int64_t i = count_++;
    if (i >= buffers_.capacity) {
      return;
    }
    float* corners = buffers_.boxes + 4 * i;
    corners[0] = box.x1;
    corners[1] = box.y1;
    corners[2] = box.x2;
    corners[3] = box.y2;
    buffers_.scores[i] = score;
    buffers_.class_ids[i] = static_cast<int32_t>(id);
    if (buffers_.keys != nullptr) {
      buffers_.keys[i] = static_cast<int32_t>(key);
    }
  }

  const Level& level_;
  const yolo4j_decode& p_;
  const Buffers& buffers_;
  int64_t count_;
  // What isn't written isn't checked either, and might overflow.
  int64_t first_key_ = buffers_.keys == nullptr ? 0 : level_.p.first_key;
  int64_t class_stride_ =
      buffers_.class_logits == nullptr ? level_.p.output_stride : level_.p.class_output_stride;
  float objectness_logit_ = logit_below(level_.p.confidence);
};

}  // namespace

int64_t decode(const Level& level, const Buffers& buffers) { return Walk(level, buffers).run(); }

}  // namespace yolo4j::decode
