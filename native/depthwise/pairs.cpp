#include "depthwise/pairs.h"

#include <algorithm>

#include "runtime/team.h"

namespace yolo4j::depthwise {
namespace {

/// For the sums of outputs an image's rows are cut into so many parts at least, if it has them.
constexpr int64_t kPoolingParts = 16;
/// Sums of outputs over about so many pixels run in float32.
constexpr int64_t kPoolingPixels = 1024;
/// Fewer rows than this aren't worth a thread: its first rows are copied once more.
constexpr int64_t kFewestRows = 8;

/// Copied rows that are kept, at least as many as a pair meets.
constexpr int64_t kKept = 8;
static_assert(kKept >= kMostPairSources, "a pair's rows must not replace each other");
/// Outputs of a strip with stride 1 and 2: the first-level cache holds its copied rows.
constexpr int64_t kStripOutputs[kStrides] = {56, 32};
/// Columns of a copied row of a strip; odd, or all rows could fall into the same sets of the cache.
constexpr int64_t kMostColumns = 67;

int64_t rounded(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

/// A block of channels in one image, rows of outputs from `begin` to `end` − 1.
struct Unit {
  int64_t image;
  int64_t c;
  int64_t begin;
  int64_t end;
};

/// Cuts a convolution into units.
class Units {
 public:
  explicit Units(const Convolution& k)
      : k_(k),
        pooling_(k),
        chunks_(
            k.images >= k.threads
                ? 1
                : std::max<int64_t>(1, std::min<int64_t>(k.threads, k.out_height / kFewestRows))),
        blocks_(k.padded() / kPadding) {
    chunks_ = std::min(chunks_, pooling_.parts);
  }

  int64_t count() const { return chunks_ * k_.images * blocks_; }
  Unit at(int64_t index) const {
    int64_t chunk = index / (k_.images * blocks_);
    int64_t end = pooling_.parts * (chunk + 1) / chunks_ * pooling_.rows;
    return Unit{index / blocks_ % k_.images, index % blocks_ * kPadding,
                pooling_.parts * chunk / chunks_ * pooling_.rows, std::min(end, k_.out_height)};
  }
  /// Units begin and end with its parts.
  const Pooling& pooling() const { return pooling_; }

 private:
  const Convolution& k_;
  Pooling pooling_;
  int64_t chunks_;
  int64_t blocks_;
};

/// Some neighbouring outputs of a unit's rows, from the top down. With 5×5 the columns that they
/// meet are copied to floats with zeros at the ends of rows, each when the first output meets it.
class Strip {
 public:
  Strip(const Convolution& k, const PairPass& pass, const Unit& unit, int64_t begin,
        int64_t outputs, float* copies)
      : k_(k),
        run_(k.kernels->pair[k.element][k.stride - 1][k.side()]),
        row_bytes_(k.width * k.channels * k.element_size()),
        image_(k.at(pass.x, unit.image * k.height * k.width * k.channels + unit.c)),
        out_(k.at(pass.y, (unit.image * k.out_height * k.out_width + begin) * k.channels + unit.c)),
        copies_(copies) {
    pair_.step = k.channels;
    pair_.first = -k.pad_left;
    pair_.columns = k.width;
    pair_.weight = pass.table + unit.c * k.kernel * k.kernel;
    pair_.bias = pass.bias == nullptr ? nullptr : pass.bias + unit.c;
    pair_.out_step = k.channels;
    pair_.outputs = outputs;
    pair_.lanes = std::min(kPadding, k.channels - unit.c);
    pair_.activation = k.activation;
    if (copies_ != nullptr) {
      pair_.step = kPadding;
      pair_.first = 0;
      prepare_copies(begin * k.stride - k.pad_left, outputs);
      next_ = std::max<int64_t>(0, unit.begin * k.stride - k.pad_top);
    }
  }

  /// Rows y and, if there are two, y + 1.
  void run(int64_t y, int64_t rows, float* sum) {
    int64_t top = y * k_.stride - k_.pad_top;
    int64_t bottom = std::min(top + (rows - 1) * k_.stride + k_.kernel, k_.height);
    pair_.begin = std::max<int64_t>(0, -top);
    pair_.end = std::max(pair_.begin, bottom - top);
    if (copies_ != nullptr) {
      copy_up_to(bottom);
    }
    for (int64_t r = pair_.begin; r < pair_.end; r++) {
      pair_.source[r] = copies_ == nullptr
                            ? static_cast<const void*>(image_ + (top + r) * row_bytes_)
                            : copy_of(top + r);
    }
    char* out = out_ + y * k_.out_width * k_.channels * k_.element_size();
    pair_.out[0] = out;
    pair_.out[1] = rows == 1 ? nullptr : out + k_.out_width * k_.channels * k_.element_size();
    pair_.sum = sum;
    run_(pair_);
  }

 private:
  void prepare_copies(int64_t first, int64_t outputs) {
    // The last tile may be as wide as four outputs.
    columns_ = ((rounded(outputs, 4) - 1) * k_.stride + k_.kernel) | 1;
    left_ = std::min(std::max<int64_t>(0, -first), columns_);
    int64_t end = std::min(k_.width, first + (outputs - 1) * k_.stride + k_.kernel);
    copy_.count = std::max<int64_t>(0, end - first - left_);
    copy_.step = k_.channels;
    copy_.lanes = pair_.lanes;
    pair_.request_step = k_.channels;
    first_bytes_ = (first + left_) * k_.channels * k_.element_size();
    for (int64_t row = 0; row < kKept; row++) {
      float* copy = copy_of(row);
      std::fill(copy, copy + left_ * kPadding, 0.0f);
      std::fill(copy + (left_ + copy_.count) * kPadding, copy + columns_ * kPadding, 0.0f);
    }
  }

  float* copy_of(int64_t row) const { return copies_ + row % kKept * columns_ * kPadding; }

  void copy_up_to(int64_t bottom) {
    for (; next_ < bottom; next_++) {
      copy_.from = image_ + next_ * row_bytes_ + first_bytes_;
      copy_.to = copy_of(next_) + left_ * kPadding;
      k_.kernels->columns[k_.element](copy_);
    }
    // What the next pair meets first comes while this one is computed.
    pair_.requests = std::max<int64_t>(0, std::min(2 * k_.stride, k_.height - next_));
    for (int64_t i = 0; i < pair_.requests; i++) {
      pair_.request[i] = image_ + (next_ + i) * row_bytes_ + first_bytes_;
    }
  }

  const Convolution& k_;
  void (*run_)(const RowPair&);
  int64_t row_bytes_;
  const char* image_;  // its first pixel of the block
  char* out_;          // output 0 of row 0
  RowPair pair_ = {};
  float* copies_;  // kKept rows, or null: rows are read where they are
  Columns copy_ = {};
  int64_t columns_ = 0;      // of a copy
  int64_t left_ = 0;         // of them zeros at the left
  int64_t first_bytes_ = 0;  // from the start of a row to the first column that is copied
  int64_t next_ = 0;         // row to be copied
};

void run_unit(const Convolution& k, const PairPass& pass, const Units& units, const Unit& unit) {
  alignas(64) float copies[kKept * kMostColumns * kPadding];
  bool copied = k.kernel == 5;
  int64_t strips =
      copied ? (k.out_width + kStripOutputs[k.stride - 1] - 1) / kStripOutputs[k.stride - 1] : 1;
  int64_t width = rounded((k.out_width + strips - 1) / strips, 8);
  const Pooling& pooling = units.pooling();
  auto sum_of = [&](int64_t y) {
    return pass.sums == nullptr
               ? nullptr
               : pass.sums + (unit.image * pooling.parts + y / pooling.rows) * k.padded() + unit.c;
  };
  for (int64_t y = unit.begin; y < unit.end && pass.sums != nullptr; y += pooling.rows) {
    std::fill(sum_of(y), sum_of(y) + kPadding, 0.0f);
  }
  for (int64_t begin = 0; begin < k.out_width; begin += width) {
    Strip strip(k, pass, unit, begin, std::min(width, k.out_width - begin),
                copied ? copies : nullptr);
    for (int64_t y = unit.begin; y < unit.end; y += 2) {
      strip.run(y, std::min<int64_t>(2, unit.end - y), sum_of(y));
    }
  }
}

}  // namespace

Pooling::Pooling(const Convolution& k) {
  int64_t most = rounded(kPoolingPixels / k.out_width + 1, 2);
  rows = std::min(rounded((k.out_height + kPoolingParts - 1) / kPoolingParts, 2), most);
  parts = (k.out_height + rows - 1) / rows;
  units = k.images * parts;
}

void run_pairs(const Convolution& k, const PairPass& pass) {
  Units units(k);
  in_team(k.threads, [&](const Team& team) {
    for (int64_t i = team.begin(units.count()); i < team.end(units.count()); i++) {
      run_unit(k, pass, units, units.at(i));
    }
  });
}

}  // namespace yolo4j::depthwise
