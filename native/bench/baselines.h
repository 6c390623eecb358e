// What the kernels are compared with.
#pragma once

#include <cstdint>
#include <vector>

namespace bench {

struct Candidates {
  std::vector<float> boxes;
  std::vector<float> scores;
  std::vector<int32_t> class_ids;

  int64_t count() const { return static_cast<int64_t>(scores.size()); }
};

struct Options {
  double threshold;
  int64_t most_candidates;
  int64_t most_kept;
};

/// The algorithm of io.yolo4j.detect.NonMaxSuppression, line by line: a long for each candidate,
/// all of them sorted; kept boxes of a class in a linked list.
std::vector<int32_t> java_algorithm(const Candidates& candidates, const Options& options);

/// What is often written: std::sort of all indices by score, boxes offset by class, each candidate
/// compared with all kept ones. The offset costs bits, so a few boxes may differ.
std::vector<int32_t> sort_and_offset(const Candidates& candidates, const Options& options);

/// A level of a head [3][height][width][5 + classes].
struct Level {
  int64_t height;
  int64_t width;
  int64_t classes;
  float stride;
  float anchors[6];  // width, height
  std::vector<float> logits;
};

/// The algorithm of io.yolo4j.detect.HeadDecoder, every class over the confidence, appended.
void java_decode(const Level& level, float confidence, Candidates& candidates);

}  // namespace bench
