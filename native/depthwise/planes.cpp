// The three passes in NCHW. A plane is one channel of one image; its rows are expanded to float32
// with zeros on both sides when the first output meets them, and kept while others do.
#include "depthwise/convolution.h"
#include "runtime/team.h"

namespace yolo4j::depthwise {
namespace {

/// Expanded rows that are kept, at least as many as a tile meets.
constexpr int64_t kKept = 16;
static_assert(kKept >= kMostSources, "a tile's rows must not replace each other");
/// Planes are cut into parts where there are fewer than this; the gradient of a channel's weights
/// likewise. By sizes alone, so that no result depends on the number of threads.
constexpr int64_t kFewestUnits = 64;
constexpr int64_t kFewestRows = 16;
/// Sums over about so many pixels run in float32, larger ones add such sums in double precision.
constexpr int64_t kFloatPixels = 1024;
constexpr int64_t kFloatGradientPixels = 4096;
constexpr int64_t kMostTapsOfAll = kMostTaps * kMostTaps;
/// Outputs of neighbouring pairs meet a gradient up to so many places before.
constexpr int64_t kBeforePairs = 2;

int64_t rounded(int64_t floats) { return (floats + kMostLanes - 1) / kMostLanes * kMostLanes; }

double total(const float* lanes) {
  double sum = 0;
  for (int64_t i = 0; i < kMostLanes; i++) {
    sum += static_cast<double>(lanes[i]);
  }
  return sum;
}

/// How rows of the source become expanded ones.
struct Geometry {
  int64_t rows;     // of a plane
  int64_t columns;  // of a row
  int64_t stride;
  int64_t before;   // zeros
  int64_t outputs;  // that start at places 0, stride, …

  /// Whole registers may be stored after the last column, and loaded after the last output.
  int64_t phase() const {
    int64_t stored = (before + columns) / stride + 1 + kMostLanes;
    int64_t loaded = rounded(outputs) + kMostLanes;
    return rounded(stored > loaded ? stored : loaded);
  }
  int64_t step() const { return stride * phase(); }
  int64_t floats() const { return (kKept + 1) * step(); }
};

Geometry of_x(const Convolution& k) {
  return Geometry{k.height, k.width, k.stride, k.pad_left, k.out_width};
}

/// With stride 1 the input's gradient is a convolution of dy with the kernel turned round; with
/// stride 2 see input_gradient_pairs.
Geometry of_dy(const Convolution& k) {
  return k.stride == 1
             ? Geometry{k.out_height, k.out_width, 1, k.kernel - 1 - k.pad_left, k.width}
             : Geometry{k.out_height, k.out_width, 1, kBeforePairs, (k.width + 1) / 2 + kMostTaps};
}

/// The expanded rows of one plane after the other; one thread's.
class Rows {
 public:
  Rows(const Convolution& k, const Geometry& geometry, float* memory)
      : geometry_(geometry),
        phase_(geometry.phase()),
        step_(geometry.step()),
        row_bytes_(geometry.columns * k.element_size()),
        expand_(k.kernels->expand[k.element][geometry.stride - 1]),
        memory_(memory) {
    for (int64_t i = 0; i < geometry.floats(); i++) {
      memory[i] = 0;
    }
  }

  /// Turns to a plane, of which rows before `first` aren't asked for.
  void start(const void* plane, int64_t first) {
    plane_ = static_cast<const char*>(plane);
    next_ = first < 0 ? 0 : first;
  }

  /// A row, in rising order up to the last kKept ones; zeros for those outside.
  const float* at(int64_t row) {
    if (row < 0 || row >= geometry_.rows) {
      return zeros();
    }
    for (; next_ <= row; next_++) {
      expand_(plane_ + next_ * row_bytes_, memory_ + next_ % kKept * step_, geometry_.columns,
              geometry_.before, phase_);
    }
    return memory_ + row % kKept * step_;
  }
  const float* zeros() const { return memory_ + kKept * step_; }
  int64_t phase() const { return phase_; }

 private:
  Geometry geometry_;
  int64_t phase_;
  int64_t step_;
  int64_t row_bytes_;
  void (*expand_)(const void*, float*, int64_t, int64_t, int64_t);
  float* memory_;
  const char* plane_ = nullptr;
  int64_t next_ = 0;
};

/// A range of rows of a plane: what a thread takes at once.
struct Cut {
  Cut(const Convolution& k, int64_t rows_of_plane) : rows(rows_of_plane) {
    int64_t planes = k.images * k.channels;
    int64_t most = (rows + kFewestRows - 1) / kFewestRows;
    parts = kFewestUnits / planes;
    parts = parts < 1 ? 1 : parts < most ? parts : most;
    units = planes * parts;
  }

  int64_t plane(int64_t unit) const { return unit / parts; }
  int64_t begin(int64_t unit) const { return rows * (unit % parts) / parts; }
  int64_t end(int64_t unit) const { return rows * (unit % parts + 1) / parts; }

  int64_t rows;
  int64_t parts;
  int64_t units;
};

/// A convolution of planes: the forward pass, or the input's gradient with stride 1.
struct Pass {
  Geometry geometry;
  const void* source;
  void* out;
  int64_t above;  // rows of zeros
  int64_t out_rows;
  int32_t activation;
  bool turned;  // the kernel
};

/// Rows of outputs of a tile: about eight registers of sums.
int64_t tile_rows(const Convolution& k, const Pass& pass) {
  return pass.geometry.outputs <= 2 * k.kernels->lanes ? kFewColumnsRows : kManyColumnsRows;
}

void read_weights(const Convolution& k, const void* weight, int64_t channel, bool turned,
                  float* table) {
  int64_t taps = k.kernel * k.kernel;
  for (int64_t t = 0; t < taps; t++) {
    table[t] = k.value(weight, channel * taps + (turned ? taps - 1 - t : t));
  }
}

/// Where a tile's rows come from and go to, from row y; rows from `end` on aren't wanted.
void place_tile(const Convolution& k, const Pass& pass, Rows& rows, int64_t plane, int64_t y,
                int64_t end, PlaneTile* tile) {
  int64_t wanted = end - y < tile->rows ? end - y : tile->rows;
  int64_t stride = pass.geometry.stride;
  for (int64_t i = 0; i < (tile->rows - 1) * stride + k.kernel; i++) {
    bool met = i < (wanted - 1) * stride + k.kernel;
    tile->source[i] = met ? rows.at(y * stride - pass.above + i) : rows.zeros();
  }
  for (int64_t r = 0; r < tile->rows; r++) {
    int64_t at = (plane * pass.out_rows + y + r) * pass.geometry.outputs;
    tile->out[r] = r < wanted ? k.at(pass.out, at) : nullptr;
  }
}

/// One unit; gives the sum of its outputs where `sum` isn't null.
void convolve(const Convolution& k, const Pass& pass, const Cut& cut, int64_t unit, Rows& rows,
              const void* weight, const float* bias, double* sum) {
  int64_t plane = cut.plane(unit);
  float weights[kMostTapsOfAll];
  read_weights(k, weight, plane % k.channels, pass.turned, weights);
  float lanes[kMostLanes] = {};
  PlaneTile tile = {};
  tile.weight = weights;
  tile.bias = bias == nullptr ? 0 : bias[plane % k.channels];
  tile.rows = tile_rows(k, pass);
  tile.outputs = pass.geometry.outputs;
  tile.phase = rows.phase();
  tile.activation = pass.activation;
  tile.sum = sum == nullptr ? nullptr : lanes;
  auto kernel = k.kernels->plane_tile[k.element][pass.geometry.stride - 1][k.side()];
  rows.start(k.at(pass.source, plane * pass.geometry.rows * pass.geometry.columns),
             cut.begin(unit) * pass.geometry.stride - pass.above);
  double all = 0;
  int64_t pixels = 0;
  for (int64_t y = cut.begin(unit); y < cut.end(unit); y += tile.rows) {
    place_tile(k, pass, rows, plane, y, cut.end(unit), &tile);
    kernel(tile);
    pixels += tile.rows * tile.outputs;
    if (sum != nullptr && (pixels >= kFloatPixels || y + tile.rows >= cut.end(unit))) {
      all += total(lanes);
      pixels = 0;
      for (float& lane : lanes) {
        lane = 0;
      }
    }
  }
  if (sum != nullptr) {
    *sum = all;
  }
}

void run(const Convolution& k, const Pass& pass, const void* weight, const float* bias,
         double* sums, float* memory) {
  Cut cut(k, pass.out_rows);
  in_team(k.threads, [&](const Team& team) {
    Rows rows(k, pass.geometry, memory + team.id * pass.geometry.floats());
    for (int64_t unit = team.begin(cut.units); unit < team.end(cut.units); unit++) {
      convolve(k, pass, cut, unit, rows, weight, bias, sums == nullptr ? nullptr : sums + unit);
    }
  });
}

/// The weights as the pairs read them: in each row the even columns, then the odd ones.
void read_pairs(const Convolution& k, const void* weight, int64_t channel, float* table) {
  for (int64_t ky = 0; ky < k.kernel; ky++) {
    for (int64_t kx = 0; kx < k.kernel; kx++) {
      int64_t place = kx / 2 + kx % 2 * ((k.kernel + 1) / 2);
      table[ky * k.kernel + place] = k.value(weight, (channel * k.kernel + ky) * k.kernel + kx);
    }
  }
}

/// One row of the input's gradient with stride 2. Input row iy met output row (iy + top − ky) / 2,
/// which must be whole: every second row of the kernel, and of its columns likewise.
void pairs_of_row(const Convolution& k, const float* weights, Rows& rows, int64_t iy,
                  PairRow* row) {
  int64_t parity = (iy + k.pad_top) % 2;
  int64_t last = (iy + k.pad_top) / 2;
  row->sources = 0;
  // The last row of the kernel met the first output.
  for (int64_t m = (k.kernel - parity + 1) / 2 - 1; m >= 0; m--) {
    int64_t oy = last - m;
    if (oy >= 0 && oy < k.out_height) {
      row->source[row->sources] = rows.at(oy) + kBeforePairs + k.pad_left / 2;
      row->weight[row->sources] = weights + (parity + 2 * m) * k.kernel;
      row->sources++;
    }
  }
}

void input_gradient_pairs(const Convolution& k, const Backward& buffers, const Cut& cut,
                          int64_t unit, Rows& rows) {
  int64_t plane = cut.plane(unit);
  float weights[kMostTapsOfAll];
  read_pairs(k, buffers.weight, plane % k.channels, weights);
  rows.start(k.at(buffers.dy, plane * k.out_height * k.out_width),
             (cut.begin(unit) + k.pad_top) / 2 - k.kernel / 2);
  PairRow row = {};
  row.columns = k.width;
  row.odd_first = k.pad_left % 2;
  for (int64_t iy = cut.begin(unit); iy < cut.end(unit); iy++) {
    pairs_of_row(k, weights, rows, iy, &row);
    row.out = k.at(buffers.dx, (plane * k.height + iy) * k.width);
    k.kernels->pair_row[k.element][k.side()](row);
  }
}

/// How the weights' gradient is cut: strips of rows of all images' planes of a channel.
struct Strips {
  explicit Strips(const Convolution& k) {
    of_plane = (k.out_height + kFewColumnsRows - 1) / kFewColumnsRows;
    all = k.images * of_plane;
    parts = kFewestUnits / k.channels;
    parts = parts < 1 ? 1 : parts < all ? parts : all;
    row = rounded(k.out_width + kMostLanes);
  }

  int64_t begin(int64_t part) const { return all * part / parts; }
  int64_t end(int64_t part) const { return all * (part + 1) / parts; }

  int64_t of_plane;
  int64_t all;
  int64_t parts;  // of a channel
  int64_t row;    // floats of an expanded row of gradients
};

/// Adds the lanes of all taps to the totals, and clears them.
void flush(int64_t taps, float* sums, double* totals) {
  for (int64_t t = 0; t < taps; t++) {
    totals[t] += total(sums + t * kMostLanes);
    for (int64_t i = 0; i < kMostLanes; i++) {
      sums[t * kMostLanes + i] = 0;
    }
  }
}

/// Some rows of one plane, from row y.
void weight_strip(const Convolution& k, const void* dy, int64_t plane, int64_t y, Rows& rows,
                  float* gradients, const Strips& strips, PlaneWeights* tile) {
  tile->rows = k.out_height - y < kFewColumnsRows ? k.out_height - y : kFewColumnsRows;
  for (int64_t i = 0; i < (tile->rows - 1) * k.stride + k.kernel; i++) {
    tile->source[i] = rows.at(y * k.stride - k.pad_top + i);
  }
  for (int64_t r = 0; r < tile->rows; r++) {
    float* row = gradients + r * strips.row;
    k.kernels->expand[k.element][kStride1](k.at(dy, (plane * k.out_height + y + r) * k.out_width),
                                           row, k.out_width, 0, 0);
    tile->gradient[r] = row;
  }
  k.kernels->plane_weights[k.stride - 1][k.side()](*tile);
}

void weight_unit(const Convolution& k, const Backward& buffers, const Strips& strips, int64_t unit,
                 Rows& rows, float* gradients, double* totals) {
  int64_t channel = unit / strips.parts;
  int64_t begin = strips.begin(unit % strips.parts);
  int64_t end = strips.end(unit % strips.parts);
  int64_t taps = k.kernel * k.kernel;
  float sums[kMostTapsOfAll * kMostLanes] = {};
  for (int64_t t = 0; t < taps; t++) {
    totals[t] = 0;
  }
  PlaneWeights tile = {};
  tile.outputs = k.out_width;
  tile.phase = rows.phase();
  tile.sum = sums;
  int64_t pixels = 0;
  for (int64_t strip = begin; strip < end; strip++) {
    int64_t plane = strip / strips.of_plane * k.channels + channel;
    int64_t y = strip % strips.of_plane * kFewColumnsRows;
    if (strip == begin || y == 0) {
      rows.start(k.at(buffers.x, plane * k.height * k.width), y * k.stride - k.pad_top);
    }
    weight_strip(k, buffers.dy, plane, y, rows, gradients, strips, &tile);
    pixels += tile.rows * k.out_width;
    if (pixels >= kFloatGradientPixels) {
      flush(taps, sums, totals);
      pixels = 0;
    }
  }
  flush(taps, sums, totals);
}

}  // namespace

int64_t plane_workspace(const Convolution& k) {
  Strips strips(k);
  int64_t forward = Cut(k, k.out_height).units * 8 + k.threads * of_x(k).floats() * 4;
  int64_t input = k.threads * of_dy(k).floats() * 4;
  int64_t weight = k.channels * strips.parts * k.kernel * k.kernel * 8 +
                   k.threads * (of_x(k).floats() + kFewColumnsRows * strips.row) * 4;
  int64_t most = forward > input ? forward : input;
  return most > weight ? most : weight;
}

void plane_forward(const Convolution& k, const Forward& buffers) {
  Pass pass = {of_x(k), buffers.x, buffers.y, k.pad_top, k.out_height, k.activation, false};
  Cut cut(k, k.out_height);
  double* sums = static_cast<double*>(buffers.workspace);
  run(k, pass, buffers.weight, buffers.bias, buffers.pooled == nullptr ? nullptr : sums,
      reinterpret_cast<float*>(sums + cut.units));
  for (int64_t i = 0; i < k.images * k.channels && buffers.pooled != nullptr; i++) {
    double sum = 0;
    for (int64_t part = 0; part < cut.parts; part++) {
      sum += sums[i * cut.parts + part];
    }
    buffers.pooled[i] = static_cast<float>(sum / static_cast<double>(k.out_height * k.out_width));
  }
}

void plane_input_gradient(const Convolution& k, const Backward& buffers) {
  float* memory = static_cast<float*>(buffers.workspace);
  Geometry geometry = of_dy(k);
  if (k.stride == 1) {
    Pass pass = {geometry,   buffers.dy,
                 buffers.dx, k.kernel - 1 - k.pad_top,
                 k.height,   YOLO4J_ACTIVATION_NONE,
                 true};
    run(k, pass, buffers.weight, nullptr, nullptr, memory);
    return;
  }
  Cut cut(k, k.height);
  in_team(k.threads, [&](const Team& team) {
    Rows rows(k, geometry, memory + team.id * geometry.floats());
    for (int64_t unit = team.begin(cut.units); unit < team.end(cut.units); unit++) {
      input_gradient_pairs(k, buffers, cut, unit, rows);
    }
  });
}

void plane_weight_gradient(const Convolution& k, const Backward& buffers) {
  Strips strips(k);
  Geometry geometry = of_x(k);
  int64_t taps = k.kernel * k.kernel;
  int64_t units = k.channels * strips.parts;
  double* totals = static_cast<double*>(buffers.workspace);
  float* memory = reinterpret_cast<float*>(totals + units * taps);
  int64_t floats = geometry.floats() + kFewColumnsRows * strips.row;
  in_team(k.threads, [&](const Team& team) {
    float* own = memory + team.id * floats;
    float* gradients = own + geometry.floats();
    Rows rows(k, geometry, own);
    for (int64_t i = 0; i < kFewColumnsRows * strips.row; i++) {
      gradients[i] = 0;
    }
    for (int64_t unit = team.begin(units); unit < team.end(units); unit++) {
      weight_unit(k, buffers, strips, unit, rows, gradients, totals + unit * taps);
    }
  });
  for (int64_t i = 0; i < k.channels * taps; i++) {
    double sum = 0;
    for (int64_t part = 0; part < strips.parts; part++) {
      sum += totals[(i / taps * strips.parts + part) * taps + i % taps];
    }
    k.put(buffers.dweight, i, sum);
  }
}

}  // namespace yolo4j::depthwise
