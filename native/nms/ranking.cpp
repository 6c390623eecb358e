// The order of candidates. The scores' upper bits are counted first; then runs of whole bins are
// collected, from the highest scores on, and only they are sorted.
#include <cstdint>
#include <cstring>

#include "nms/suppression.h"

namespace yolo4j::nms {
namespace {

/// Scores that are looked through at a time, so that those found fit the stack.
constexpr int64_t kSegment = 2048;
/// With so few candidates, counting bins takes longer than sorting.
constexpr int64_t kFew = 4096;
constexpr int kBinBits = 16;
constexpr uint32_t kSign = UINT32_C(1) << 31;

/// Bits that rise as scores fall, in Java's order of floats: NaN first, 0 before -0.
uint32_t falling_bits(float score) {
  uint32_t bits;
  std::memcpy(&bits, &score, sizeof bits);
  if (score != score) {
    bits = UINT32_C(0x7fc00000);
  }
  uint32_t rising = (bits & kSign) != 0 ? ~bits : bits | kSign;
  return ~rising;
}

/// The score of such bits. Of bits that no score has it is NaN.
float score_of(uint32_t falling) {
  uint32_t rising = ~falling;
  uint32_t bits = (rising & kSign) != 0 ? rising & ~kSign : ~rising;
  float score;
  std::memcpy(&score, &bits, sizeof score);
  return score;
}

uint32_t upper(uint64_t rank) { return static_cast<uint32_t>(rank >> 32); }

}  // namespace

Ranking::Ranking(const Suppression& suppression, const Buffers& buffers, const Workspace& workspace,
                 int64_t present)
    : suppression_(suppression),
      buffers_(buffers),
      workspace_(workspace),
      present_(present),
      left_(present < suppression.most_candidates ? present : suppression.most_candidates) {}

uint64_t Ranking::rank(int64_t index) const {
  int64_t key = buffers_.keys == nullptr ? index : buffers_.keys[index];
  // The sign turned round, so that keys below 0 come first.
  uint32_t lower = static_cast<uint32_t>(key) ^ kSign;
  return static_cast<uint64_t>(falling_bits(buffers_.scores[index])) << 32 | lower;
}

/// Calls use(index, rank) for the candidates of these ranks, indices rising.
template <typename Use>
void Ranking::for_each_in(uint64_t first, uint64_t last, const Use& use) const {
  float high = score_of(upper(first));
  float low = score_of(upper(last));
  int32_t found[kSegment];
  for (int64_t begin = 0; begin < present_; begin += kSegment) {
    int64_t size = present_ - begin < kSegment ? present_ - begin : kSegment;
    int64_t count = suppression_.kernels->between(buffers_.scores + begin, size, low, high, found);
    for (int64_t i = 0; i < count; i++) {
      int64_t index = begin + found[i];
      uint64_t its = rank(index);
      // NaN and zeros are found too often.
      if (its >= first && its <= last) {
        use(index, its);
      }
    }
  }
}

void Ranking::count_bins() {
  std::memset(workspace_.bins, 0, kBins * sizeof *workspace_.bins);
  for (int64_t i = 0; i < present_; i++) {
    workspace_.bins[falling_bits(buffers_.scores[i]) >> kBinBits]++;
  }
  counted_ = true;
}

/// So many of the next bins that they hold what is wanted, but no more than may be given.
Ranking::Range Ranking::whole_bins(int64_t wanted) {
  uint64_t first = static_cast<uint64_t>(bin_) << 48;
  int64_t total = 0;
  int64_t enough = wanted < left_ ? wanted : left_;
  while (total < enough && total + workspace_.bins[bin_] <= left_) {
    total += workspace_.bins[bin_++];
  }
  left_ -= total;
  // After the last bin this is the highest rank.
  uint64_t last = (static_cast<uint64_t>(bin_) << 48) - 1;
  return Range{first, last, total};
}

/// The first `left_` candidates of the next bin, which has more: its ranks are counted by their
/// next 16 bits, again and again, until it is known where to cut.
Ranking::Range Ranking::part_of_bin() {
  uint64_t first = static_cast<uint64_t>(bin_) << 48;
  uint64_t prefix = static_cast<uint64_t>(bin_);
  for (int shift = 32; shift >= 0; shift -= kBinBits) {
    std::memset(workspace_.bins, 0, kBins * sizeof *workspace_.bins);
    uint64_t low = prefix << (shift + kBinBits);
    uint64_t high = low | ((UINT64_C(1) << (shift + kBinBits)) - 1);
    for_each_in(low, high, [&](int64_t, uint64_t its) {
      workspace_.bins[its >> shift & static_cast<uint64_t>(kBins - 1)]++;
    });
    uint64_t digit = 0;
    while (workspace_.bins[digit] <= left_) {
      left_ -= workspace_.bins[digit++];
    }
    prefix = prefix << kBinBits | digit;
  }
  // Ranks that are equal, against the rule for keys, are cut by their index.
  Range range = {first, prefix, left_};
  left_ = 0;
  return range;
}

int64_t Ranking::collect(const Range& range) {
  Ranked* to = workspace_.ranked[0];
  int64_t count = 0;
  int64_t equals = range.equals;
  for_each_in(range.first, range.last, [&](int64_t index, uint64_t its) {
    if (its != range.last || equals-- > 0) {
      to[count++] = Ranked{its, static_cast<int32_t>(index), 0};
    }
  });
  return count;
}

int64_t Ranking::next(int64_t wanted, const Ranked** run) {
  if (left_ == 0) {
    return 0;
  }
  Range range;
  if (!counted_ && present_ <= kFew && present_ <= left_) {
    range = Range{0, UINT64_MAX, present_};
    left_ = 0;
  } else {
    if (!counted_) {
      count_bins();
    }
    range = whole_bins(wanted);
    if (range.equals == 0) {
      range = part_of_bin();
    }
  }
  int64_t count = collect(range);
  *run = sort(workspace_.ranked[0], workspace_.ranked[1], count);
  return count;
}

}  // namespace yolo4j::nms
