// What the steps of a suppression share: its sizes, its workspace, and the steps.
#pragma once

#include <cstdint>

#include "nms/nms.h"
#include "yolo4j.h"

namespace yolo4j::nms {

using Buffers = yolo4j_nms_buffers;

/// Checked parameters.
struct Suppression {
  const Kernels* kernels;
  bool agnostic;
  int64_t count;
  int64_t most_candidates;  // at most `count`
  int64_t most_kept;        // at most `most_candidates`
  float threshold;          // quotients in float32 are above it when above the caller's
};

/// A candidate's place in the order: the lower rank comes first. The upper half is the score, the
/// lower one the key.
struct Ranked {
  uint64_t rank;
  int32_t index;
  int32_t unused;
};

/// Ranks are sorted into this many bins by their upper bits.
constexpr int64_t kBins = 65536;

/// Where a class's newest block is; -1: nowhere, the slot is free.
struct Slot {
  int32_t class_id;
  int32_t newest;
};

/// The caller's memory. Its size depends on the parameters alone.
struct Workspace {
  Workspace(const Suppression& suppression, void* memory);

  Ranked* ranked[2];
  uint32_t* bins;
  Slot* slots;
  int64_t slot_count;  // a power of 2, twice the classes that can be there or more
  Block* blocks;
  int64_t bytes;
};

/// Gives the candidates in order, a run of them at a time: often the first ones fill the list of
/// kept ones, and the others are never sorted.
class Ranking {
 public:
  Ranking(const Suppression& suppression, const Buffers& buffers, const Workspace& workspace,
          int64_t present);

  /// Gives the next run, about `wanted` long, and returns its length; 0 at the end.
  int64_t next(int64_t wanted, const Ranked** run);

 private:
  /// Ranks from `first` to `last`; of those that equal `last` only the first `equals`.
  struct Range {
    uint64_t first;
    uint64_t last;
    int64_t equals;
  };

  uint64_t rank(int64_t index) const;
  template <typename Use>
  void for_each_in(uint64_t first, uint64_t last, const Use& use) const;
  void count_bins();
  Range whole_bins(int64_t wanted);
  Range part_of_bin();
  int64_t collect(const Range& range);

  const Suppression& suppression_;
  const Buffers& buffers_;
  const Workspace& workspace_;
  int64_t present_;
  int64_t left_;  // candidates that may still be given
  int64_t bin_ = 0;
  bool counted_ = false;
};

/// Sorts by rank and returns where the result is: in `from` or in `spare`, both `count` long.
Ranked* sort(Ranked* from, Ranked* spare, int64_t count);

/// Writes the kept ones' indices and returns how many there are.
int64_t suppress(const Suppression& suppression, const Buffers& buffers, int64_t present);

}  // namespace yolo4j::nms
