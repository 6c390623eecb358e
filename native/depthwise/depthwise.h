// Depthwise convolution: what every instruction set implements. See README.md.
#pragma once

#include <cstdint>

#include "runtime/dispatch.h"

namespace yolo4j::depthwise {

/// Element types by their place in the tables.
enum : int32_t { kF32, kBf16, kElements };
/// Sides of a kernel by their place in the tables.
enum : int32_t { kSide3, kSide5, kSides };
/// Strides between the source columns of neighbouring outputs.
enum : int32_t { kStride1, kStride2, kStrides };
/// Taps of a row that a stride of 2 leaves of 3 and 5 in the gradient of the input.
constexpr int64_t kMostPhaseTaps = 3;

constexpr int64_t kMostTaps = 5;

/// Tables of floats are padded to a multiple of so many channels, so that whole registers may be
/// loaded from them.
constexpr int64_t kPadding = 16;

/// Where a tap of a channel stands in a table of `taps` taps a channel: [channel / 16][tap][16], so
/// that what a register of channels needs is close together.
static inline const float* taps_at(const float* table, int64_t taps, int64_t tap, int64_t channel) {
  return table + (channel / kPadding * taps + tap) * kPadding + channel % kPadding;
}

/// Rows of the source that two rows of outputs meet, with stride 2 and 5 taps.
constexpr int64_t kMostPairSources = kMostTaps + 2;
/// Rows of the source that a pair with stride 2 meets first.
constexpr int64_t kMostRequests = 4;

/// One or two neighbouring rows of outputs, q = 0 and 1, of one block of up to kPadding channels:
///   out[q][j] = activation(bias + Σ_r Σ_t source[r][first + j·stride + t] · weight[r −
///   q·stride][t]),
/// r from `begin` to `end` − 1 where the weights have that row.
struct RowPair {
  /// The block in column 0 of each row. Of 3×3 the elements of the map: columns outside of
  /// 0 … columns − 1 count as zeros. Of 5×5 floats, kPadding a column, column `first` is 0, and so
  /// many may be read as the outputs rounded up to a tile meet.
  const void* source[kMostPairSources];
  int64_t begin;
  int64_t end;
  int64_t step;         // elements from one column to the next, of 5×5 kPadding
  int64_t first;        // at most 0
  int64_t columns;      // of a row, where they are elements of the map
  const float* weight;  // [ky][kx][kPadding]
  const float* bias;    // kPadding floats, or null
  void* out[2];         // the second null: one row
  int64_t out_step;     // elements from one output to the next
  int64_t outputs;
  int64_t lanes;  // channels of the block that are there
  int32_t activation;
  float* sum;  // kPadding floats, to which all outputs are added; null: not wanted
  /// Of 5×5: the first column of each row of the map that the next pair meets first, to be asked
  /// for on the way; so many rows.
  const void* request[kMostRequests];
  int64_t requests;
  int64_t request_step;  // elements from one column to the next
};

/// Some columns of a row of a map, one block of channels, as floats, kPadding a column; channels
/// that aren't there are zeros.
struct Columns {
  const void* from;
  int64_t step;  // elements from one column to the next
  int64_t count;
  int64_t lanes;  // channels of the block that are there
  float* to;
};

/// One phase of a row of the input's gradient with stride 2:
///   out[j] = Σ_r Σ_t source[r][first + j + t] · weight[r][t],
/// each a vector of `channels`; columns outside of 0 … columns − 1 count as zeros.
struct Row {
  int64_t sources;                 // rows that are summed, 0 to 3
  const void* source[kMostTaps];   // column 0 of each
  const float* weight[kMostTaps];  // tap 0 of each in a table: taps_at()
  int64_t taps;                    // of the table
  void* out;
  int64_t outputs;
  int64_t out_step;  // elements from one output to the next
  int64_t first;
  int64_t columns;
  int64_t channels;
};

/// One row of the sums for the gradient of the weights:
///   sum[t] += Σ_j gradient[j] · source[first + j·stride + t].
struct WeightRow {
  const void* source;
  const void* gradient;
  float* sum;  // taps of `padded` floats
  int64_t outputs;
  int64_t first;
  int64_t columns;
  int64_t channels;
  int64_t padded;
};

/// The widest register of any instruction set.
constexpr int64_t kMostLanes = 16;
/// Rows of outputs of a tile where a row has up to two registers of columns, and where it has more:
/// together about eight registers of sums.
constexpr int64_t kFewColumnsRows = 4;
constexpr int64_t kManyColumnsRows = 2;
/// Rows of the source that 4 rows of outputs meet, with stride 2 and 5 taps.
constexpr int64_t kMostSources = 11;

/// Some rows of outputs of one channel in NCHW, r from 0 to `rows` − 1:
///   out[r][j] = activation(bias + Σ_i Σ_t source[r·stride + i] at j·stride + t · weight[i][t]).
/// Sources are expanded rows: float32, zeros on both sides, with stride 2 all even places first and
/// the odd ones `phase` floats behind; registers may be loaded past the last.
struct PlaneTile {
  const float* source[kMostSources];
  const float* weight;
  float bias;
  void* out[kFewColumnsRows];  // null: not wanted
  int64_t rows;                // kFewColumnsRows or kManyColumnsRows
  int64_t outputs;
  int64_t phase;
  int32_t activation;
  float* sum;  // kMostLanes floats, to some of which all outputs are added; null: not wanted
};

/// One row of the input's gradient in NCHW with stride 2: pairs of columns, the first of which
/// meets the kernel's even columns and the other one the odd ones, or the reverse.
///   even[j] = Σ_i Σ_m source[i][j + odd_first − m] · weight[i][m],      m up to (taps − 1) / 2
///   odd[j]  = Σ_i Σ_m source[i][j − m] · weight[i][(taps + 1) / 2 + m], m up to taps / 2 − 1
struct PairRow {
  int64_t sources;         // rows that are summed, 1 to 3
  const float* source[3];  // expanded rows; zeros before place 0
  const float* weight[3];
  void* out;
  int64_t columns;
  int64_t odd_first;  // 1: out = odd[0], even[0], odd[1], …; 0: even[0], odd[0], …
};

/// Some rows of the sums for the gradient of one channel's weights in NCHW:
///   sum[i][t] += Σ_r Σ_j gradient[r][j] · source[r·stride + i] at j·stride + t.
struct PlaneWeights {
  const float* source[kMostSources];  // expanded rows
  const float* gradient[kFewColumnsRows];
  int64_t rows;  // up to kFewColumnsRows
  int64_t outputs;
  int64_t phase;
  float* sum;  // kMostLanes floats a tap, to some of which is added
};

/// Kernels of one instruction set; sums run in float32, the scalar ones in double precision.
struct Kernels {
  void (*pair[kElements][kStrides][kSides])(const RowPair& pair);
  void (*columns[kElements])(const Columns& columns);
  void (*row[kElements][kMostPhaseTaps])(const Row& row);
  void (*weight_row[kElements][kStrides][kSides])(const WeightRow& row);
  int64_t lanes;  // of a register
  /// Writes a row of x behind `before` zeros (which it leaves alone, like those after the row, but
  /// for a register's length).
  void (*expand[kElements][kStrides])(const void* x, float* row, int64_t columns, int64_t before,
                                      int64_t phase);
  void (*plane_tile[kElements][kStrides][kSides])(const PlaneTile& tile);
  void (*pair_row[kElements][kSides])(const PairRow& row);
  void (*plane_weights[kStrides][kSides])(const PlaneWeights& tile);
};

extern const Kernels kScalar;
#if defined(YOLO4J_X86)
extern const Kernels kAvx2;
extern const Kernels kAvx512;
#elif defined(YOLO4J_ARM64)
extern const Kernels kNeon;
#endif

const KernelFamily<Kernels>& family() noexcept;

}  // namespace yolo4j::depthwise
