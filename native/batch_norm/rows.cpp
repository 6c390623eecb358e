// NHWC. A pixel is a row of `channels` contiguous elements. Kernels see wider rows of several
// pixels where that makes the width a multiple of their registers: no tails, and enough sums in
// flight for few channels. Threads share tiles of pixels and meet between the two passes.
#include "batch_norm/norm.h"

namespace yolo4j::batch_norm {
namespace {

/// Wider rows than this would push the coefficients out of the first-level cache.
constexpr int64_t kWidest = 1024;
/// Narrower rows would spend their time on starting.
constexpr int64_t kNarrowest = 256;
/// A tile has so many pixels at least; with fewer, adding up its sums would take too long.
constexpr int64_t kFewestPixels = 64;

int64_t common_divisor(int64_t a, int64_t b) { return b == 0 ? a : common_divisor(b, a % b); }

/// Pixels of a row that is summed.
int64_t pixels_in_row(const Norm& norm) {
  for (int64_t unit = norm.kernels->preferred_width; unit >= norm.kernels->lanes; unit /= 2) {
    int64_t pixels = unit / common_divisor(unit, norm.channels);
    if (pixels == 1 || pixels * norm.channels <= kWidest) {
      return pixels;
    }
  }
  return 1;
}

/// How the pixels are cut: by sizes and instruction set alone, and so is the order of sums.
struct Tiling {
  explicit Tiling(const Norm& norm)
      : channels(norm.channels), pixels(norm.count()), row(pixels_in_row(norm)), wide_row(row) {
    while (wide_row * channels < kNarrowest) {
      wide_row += row;
    }
    tile = kTile / channels;
    tile = tile < kFewestPixels ? kFewestPixels : tile;
    tile = (tile + wide_row - 1) / wide_row * wide_row;
    tiles = (pixels + tile - 1) / tile;
  }

  int64_t width() const { return row * channels; }
  /// Columns repeat with the channels, so narrower rows use the same tables.
  int64_t wide_width() const { return wide_row * channels; }
  int64_t begin(int64_t index) const { return index * tile; }
  int64_t size(int64_t index) const {
    int64_t left = pixels - index * tile;
    return left < tile ? left : tile;
  }

  int64_t channels;
  int64_t pixels;
  int64_t row;
  int64_t wide_row;
  int64_t tile;
  int64_t tiles;
};

constexpr int64_t kTables = 5;

/// In doubles: two sums a tile and channel; two a thread and column; the tables, in floats.
struct Workspace {
  Workspace(void* memory, const Tiling& tiling, int64_t threads)
      : partial(static_cast<double*>(memory)),
        scratch(partial + tiling.tiles * 2 * tiling.channels),
        tables(reinterpret_cast<float*>(scratch + threads * 2 * tiling.width())),
        width(tiling.wide_width()) {}

  float* table(int64_t index) const { return tables + index * width; }
  ColumnCoefficients columns() const {
    return ColumnCoefficients{table(0), table(1), table(2), table(3), table(4)};
  }

  double* partial;
  double* scratch;
  float* tables;
  int64_t width;
};

enum : int64_t { kScale, kOffset, kMean, kP, kQ };

/// Calls kernel(first pixel, rows, width) for the whole rows of a tile, each of so many pixels,
/// then for what is left.
template <typename Kernel>
void for_rows(const Tiling& tiling, int64_t index, int64_t row, const Kernel& kernel) {
  int64_t rows = tiling.size(index) / row;
  int64_t rest = tiling.size(index) % row;
  if (rows > 0) {
    kernel(tiling.begin(index), rows, row * tiling.channels);
  }
  if (rest > 0) {
    kernel(tiling.begin(index) + rows * row, 1, rest * tiling.channels);
  }
}

/// Sums of one tile: columns first, then the columns of each channel.
template <typename Kernel>
void sum_tile(const Tiling& tiling, const Workspace& workspace, int64_t thread, int64_t index,
              const Kernel& kernel) {
  int64_t width = tiling.width();
  double* first = workspace.scratch + thread * 2 * width;
  double* second = first + width;
  for (int64_t j = 0; j < 2 * width; j++) {
    first[j] = 0;
  }
  for_rows(tiling, index, tiling.row, [&](int64_t pixel, int64_t rows, int64_t columns) {
    kernel(pixel * tiling.channels, rows, columns, first, second);
  });
  double* sums = workspace.partial + index * 2 * tiling.channels;
  for (int64_t c = 0; c < tiling.channels; c++) {
    sums[c] = first[c];
    sums[tiling.channels + c] = second[c];
  }
  for (int64_t j = tiling.channels; j < width; j++) {
    sums[j % tiling.channels] += first[j];
    sums[tiling.channels + j % tiling.channels] += second[j];
  }
}

/// A channel's sums over all tiles.
Sums total(const Tiling& tiling, const Workspace& workspace, int64_t channel) {
  Sums sums = {0, 0};
  const double* from = workspace.partial + channel;
  for (int64_t tile = 0; tile < tiling.tiles; tile++, from += 2 * tiling.channels) {
    sums.first += from[0];
    sums.second += from[tiling.channels];
  }
  return sums;
}

/// Writes a channel's value to all its columns.
void spread(const Tiling& tiling, float* table, int64_t channel, float value) {
  for (int64_t j = channel; j < tiling.wide_width(); j += tiling.channels) {
    table[j] = value;
  }
}

/// Both passes over the tiles, with something to do for each channel before and in between.
template <typename Start, typename Sum, typename Finish, typename Apply>
void run(const Norm& norm, const Tiling& tiling, const Start& start, const Sum& sum,
         const Finish& finish, const Apply& apply) {
  in_team(norm.threads, [&](const Team& team) {
    for (int64_t c = team.begin(norm.channels); c < team.end(norm.channels); c++) {
      start(c);
    }
    team.barrier();
    for (int64_t tile = team.begin(tiling.tiles); tile < team.end(tiling.tiles); tile++) {
      sum(team.id, tile);
    }
    team.barrier();
    for (int64_t c = team.begin(norm.channels); c < team.end(norm.channels); c++) {
      finish(c);
    }
    team.barrier();
    // Backwards: what was read last is still in the cache.
    for (int64_t tile = team.end(tiling.tiles) - 1; tile >= team.begin(tiling.tiles); tile--) {
      for_rows(tiling, tile, tiling.wide_row, apply);
    }
  });
}

}  // namespace

int64_t rows_workspace(const Norm& norm) {
  Tiling tiling(norm);
  int64_t doubles = tiling.tiles * 2 * tiling.channels + norm.threads * 2 * tiling.width();
  return doubles * static_cast<int64_t>(sizeof(double)) +
         kTables * tiling.wide_width() * static_cast<int64_t>(sizeof(float));
}

void forward_rows(const Norm& norm, const Forward& buffers) {
  Tiling tiling(norm);
  Workspace workspace(buffers.workspace, tiling, norm.threads);
  ColumnCoefficients columns = workspace.columns();
  // The mean's place holds the shift until the mean is known.
  float* shifts = workspace.table(kMean);
  auto start = [&](int64_t c) {
    double sum = 0;
    for (int64_t i = 0; i < kShiftSamples; i++) {
      sum += norm.value(buffers.x, shift_sample(norm, i) * norm.channels + c);
    }
    spread(tiling, shifts, c, shift_of(sum));
  };
  auto sum = [&](int64_t thread, int64_t tile) {
    sum_tile(tiling, workspace, thread, tile,
             [&](int64_t index, int64_t rows, int64_t width, double* first, double* second) {
               norm.kernels->row_sums[norm.element](norm.at(buffers.x, index), rows, width, shifts,
                                                    first, second);
             });
  };
  auto finish = [&](int64_t c) {
    Coefficients coefficients =
        finish_statistics(norm, buffers, c, shifts[c], total(tiling, workspace, c));
    spread(tiling, workspace.table(kScale), c, coefficients.scale);
    spread(tiling, workspace.table(kOffset), c, coefficients.offset);
  };
  auto apply = [&](int64_t pixel, int64_t rows, int64_t width) {
    int64_t index = pixel * norm.channels;
    norm.kernels->row_apply[norm.element][norm.activation](
        norm.at(buffers.x, index), norm.at(buffers.y, index), rows, width, columns);
  };
  run(norm, tiling, start, sum, finish, apply);
}

void backward_rows(const Norm& norm, const Backward& buffers) {
  Tiling tiling(norm);
  Workspace workspace(buffers.workspace, tiling, norm.threads);
  ColumnCoefficients columns = workspace.columns();
  bool keeps = keeps_gradient(norm, norm.channels * norm.count());
  auto start = [&](int64_t c) {
    Coefficients coefficients = coefficients_of(buffers, c);
    spread(tiling, workspace.table(kScale), c, coefficients.scale);
    spread(tiling, workspace.table(kOffset), c, coefficients.offset);
    spread(tiling, workspace.table(kMean), c, coefficients.mean);
  };
  auto sum = [&](int64_t thread, int64_t tile) {
    sum_tile(tiling, workspace, thread, tile,
             [&](int64_t index, int64_t rows, int64_t width, double* first, double* second) {
               const void* x = norm.at(buffers.x, index);
               const void* dy = norm.at(buffers.dy, index);
               if (keeps) {
                 norm.kernels->row_kept_silu_sums(x, dy, norm.at(buffers.dx, index), rows, width,
                                                  columns, first, second);
               } else {
                 norm.kernels->row_gradient_sums[norm.element][norm.activation](
                     x, dy, rows, width, columns, first, second);
               }
             });
  };
  auto finish = [&](int64_t c) {
    GradientCoefficients coefficients =
        finish_gradient(norm, buffers, c, total(tiling, workspace, c));
    spread(tiling, workspace.table(kP), c, coefficients.p);
    spread(tiling, workspace.table(kQ), c, coefficients.q);
  };
  auto apply = [&](int64_t pixel, int64_t rows, int64_t width) {
    int64_t index = pixel * norm.channels;
    norm.kernels->row_gradient[norm.element][keeps ? +kNone : norm.activation](
        norm.at(buffers.x, index), norm.at(keeps ? buffers.dx : buffers.dy, index),
        norm.at(buffers.dx, index), rows, width, columns);
  };
  run(norm, tiling, start, sum, finish, apply);
}

}  // namespace yolo4j::batch_norm
