// Which pairs of cell and anchor pass, and their shares among the threads.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "class_scores/class_scores.h"
#include "decode/logit.h"
#include "runtime/team.h"

namespace yolo4j::class_scores {
namespace {

/// x, y, width, height, objectness.
constexpr int64_t kOutputs = 5;
constexpr int64_t kObjectness = 4;
/// Pairs whose features are gathered at a time: weights that came from the second-level cache serve
/// all of them.
constexpr int64_t kBlock = 32;
/// Below so many products a thread isn't worth waking.
constexpr int64_t kProductsForAThread = INT64_C(1) << 18;

int64_t rounded(int64_t bytes) { return (bytes + 63) / 64 * 64; }

/// The workspace begins with the places found, an anchor's after the other's.
int64_t found_bytes(const yolo4j_class_scores& p) {
  return rounded(p.anchors * p.pixels * static_cast<int64_t>(sizeof(int32_t)));
}

int64_t feature_bytes(const yolo4j_class_scores& p) {
  return rounded(kBlock * p.channels * static_cast<int64_t>(sizeof(float)));
}

int32_t element_of(int32_t dtype) {
  return dtype == YOLO4J_DTYPE_F32    ? maps::kF32
         : dtype == YOLO4J_DTYPE_BF16 ? maps::kBf16
                                      : maps::kU8;
}

class Run {
 public:
  Run(const Scores& scores, const Buffers& buffers)
      : scores_(scores),
        p_(scores.p),
        b_(buffers),
        found_(static_cast<int32_t*>(buffers.workspace)) {}

  void run() {
    find();
    const int64_t pairs = ends_[p_.anchors];
    if (pairs == 0) {
      return;
    }
    const int64_t products = pairs * p_.channels * scores_.panels() * kPanel;
    in_team(useful_threads(p_.threads, products, kProductsForAThread), [&](const Team& team) {
      score(team.begin(pairs), team.end(pairs), features(team.id));
    });
  }

 private:
  void find() {
    const float limit = decode::logit_below(p_.least_objectness);
    ends_[0] = 0;
    for (int64_t a = 0; a < p_.anchors; a++) {
      const int64_t count =
          scores_.compare->above[decode::kF32](b_.boxes + a * kOutputs + kObjectness, p_.pixels,
                                               p_.anchors * kOutputs, limit, found_ + ends_[a]);
      ends_[a + 1] = ends_[a] + count;
    }
  }

  float* features(int64_t thread) const {
    return reinterpret_cast<float*>(static_cast<char*>(b_.workspace) + found_bytes(p_) +
                                    thread * feature_bytes(p_));
  }

  /// Pairs from one to before another, in blocks of one anchor each. Neighbours in float32 are read
  /// where they are.
  void score(int64_t from, int64_t end, float* features) const {
    int64_t anchor = 0;
    while (from < end) {
      while (from >= ends_[anchor + 1]) {
        anchor++;
      }
      const int64_t count = std::min({kBlock, end - from, ends_[anchor + 1] - from});
      const int32_t* cells = found_ + from;
      const bool there = p_.dtype == YOLO4J_DTYPE_F32 && cells[count - 1] - cells[0] == count - 1;
      if (!there) {
        gather(cells, count, features);
      }
      const float* x =
          there ? static_cast<const float*>(b_.x) + cells[0] * p_.x_pixel_stride : features;
      scores_.kernels->block({x, there ? p_.x_pixel_stride : p_.channels,
                              b_.packed + anchor * scores_.anchor_floats(), cells,
                              b_.y + anchor * p_.classes, count, p_.channels, p_.classes,
                              p_.anchors * p_.classes});
      from += count;
    }
  }

  void gather(const int32_t* cells, int64_t count, float* features) const {
    const int32_t element = element_of(p_.dtype);
    const int64_t size = element == maps::kF32 ? 4 : element == maps::kBf16 ? 2 : 1;
    const maps::Scale from{p_.scale, static_cast<float>(p_.zero_point)};
    for (int64_t i = 0; i < count; i++) {
      const char* x = static_cast<const char*>(b_.x) + cells[i] * p_.x_pixel_stride * size;
      scores_.convert->convert[element][maps::kF32]({x, features + i * p_.channels, 1, p_.channels,
                                                     p_.x_pixel_stride, p_.channels, from,
                                                     maps::Scale{}});
    }
  }

  const Scores& scores_;
  const yolo4j_class_scores& p_;
  const Buffers& b_;
  int32_t* found_;
  int64_t ends_[YOLO4J_MOST_ANCHORS + 1];  // of each anchor's pairs among all
};

}  // namespace

int64_t workspace_bytes(const Scores& scores) {
  return found_bytes(scores.p) + scores.p.threads * feature_bytes(scores.p);
}

void pack(const Scores& scores, const float* weight, const float* bias, float* packed) {
  const yolo4j_class_scores& p = scores.p;
  const auto bytes = static_cast<std::size_t>(p.anchors * scores.anchor_floats()) * sizeof(float);
  std::memset(packed, 0, bytes);
  for (int64_t a = 0; a < p.anchors; a++) {
    for (int64_t k = 0; k < p.classes; k++) {
      const int64_t row = a * p.classes + k;
      float* to =
          packed + a * scores.anchor_floats() + k / kPanel * panel_floats(p.channels) + k % kPanel;
      to[0] = bias == nullptr ? 0 : bias[row];
      for (int64_t c = 0; c < p.channels; c++) {
        to[(c + 1) * kPanel] = weight[row * p.channels + c];
      }
    }
  }
}

void run(const Scores& scores, const Buffers& buffers) { Run(scores, buffers).run(); }

}  // namespace yolo4j::class_scores
