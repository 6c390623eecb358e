// The three passes in NHWC: packing, and the gradients that are cut into rows; outputs are in
// pairs.cpp, NCHW in planes.cpp.
#include "depthwise/convolution.h"
#include "depthwise/pairs.h"
#include "runtime/team.h"
#include "simd/element.h"

namespace yolo4j::depthwise {
namespace {

/// The weights' gradient is summed in so many parts at most, whatever the number of threads: the
/// result doesn't depend on it.
constexpr int64_t kParts = 16;
/// Sums over this many pixels run in float32, larger ones add such sums in double precision.
constexpr int64_t kFloatPixels = 1024;

int64_t parts(const Convolution& k) {
  int64_t rows = k.images * k.out_height;
  return rows < kParts ? rows : kParts;
}

float widened(const float* x) { return *x; }
float widened(const uint16_t* x) { return static_cast<float>(yolo4j::value(x)); }

/// Writes the table of weights (taps_at()); place(ky, kx) says as which tap.
template <typename Element, typename Place>
void pack(const Convolution& k, const Element* weight, float* table, const Place& place) {
  int64_t taps = k.kernel * k.kernel;
  int64_t offset[kMostTaps * kMostTaps];
  for (int64_t tap = 0; tap < taps; tap++) {
    offset[tap] = place(tap / k.kernel, tap % k.kernel) * kPadding;
  }
  for (int64_t c = 0; c < k.padded(); c++) {
    float* to = table + c / kPadding * kPadding * taps + c % kPadding;
    const Element* from = weight + c * taps;
    for (int64_t tap = 0; tap < taps; tap++) {
      to[offset[tap]] = c < k.channels ? widened(from + tap) : 0.0f;
    }
  }
}
template <typename Place>
void pack(const Convolution& k, const void* weight, float* table, const Place& place) {
  k.element == kF32 ? pack(k, static_cast<const float*>(weight), table, place)
                    : pack(k, static_cast<const uint16_t*>(weight), table, place);
}

/// Columns of the kernel that meet the input's columns of a phase (column + pad_left mod stride).
int64_t taps_of(const Convolution& k, int64_t phase) {
  return (k.kernel - phase + k.stride - 1) / k.stride;
}

/// Tap 0 of a phase in a row of the table below.
int64_t phase_start(const Convolution& k, int64_t phase) { return phase == 0 ? 0 : taps_of(k, 0); }

/// The weights as the input's gradient reads them: in each row the columns of phase 0 from the last
/// to the first, then those of phase 1.
void pack_backward(const Convolution& k, const void* weight, float* table) {
  pack(k, weight, table, [&](int64_t ky, int64_t kx) {
    int64_t phase = kx % k.stride;
    return ky * k.kernel + phase_start(k, phase) + taps_of(k, phase) - 1 - kx / k.stride;
  });
}

/// Vectors of the bias, padded; null stays null.
const float* pack_bias(const Convolution& k, const float* bias, float* table) {
  if (bias == nullptr) {
    return nullptr;
  }
  for (int64_t c = 0; c < k.padded(); c++) {
    table[c] = c < k.channels ? bias[c] : 0;
  }
  return table;
}

/// The means from the sums of the parts.
void finish_pooling(const Convolution& k, const Pooling& pooling, const float* sums,
                    float* pooled) {
  for (int64_t i = 0; i < k.images * k.channels; i++) {
    const float* first = sums + i / k.channels * pooling.parts * k.padded() + i % k.channels;
    double sum = 0;
    for (int64_t part = 0; part < pooling.parts; part++) {
      sum += static_cast<double>(first[part * k.padded()]);
    }
    pooled[i] = static_cast<float>(sum / static_cast<double>(k.out_height * k.out_width));
  }
}

/// The weights turned round: what the input's gradient convolves dy with if the stride is 1.
void pack_turned(const Convolution& k, const void* weight, float* table) {
  int64_t last = k.kernel * k.kernel - 1;
  pack(k, weight, table, [&](int64_t ky, int64_t kx) { return last - (ky * k.kernel + kx); });
}

/// With stride 1: dy is what is convolved, dx what comes of it.
void input_gradient_pairs(const Convolution& k, const Backward& buffers, float* table) {
  pack_turned(k, buffers.weight, table);
  Convolution turned = k;
  turned.height = k.out_height;
  turned.width = k.out_width;
  turned.out_height = k.height;
  turned.out_width = k.width;
  turned.pad_top = k.kernel - 1 - k.pad_top;
  turned.pad_left = k.kernel - 1 - k.pad_left;
  turned.activation = YOLO4J_ACTIVATION_NONE;
  run_pairs(turned, PairPass{buffers.dy, table, nullptr, buffers.dx, nullptr});
}

/// A phase of a row of the input's gradient: what each output took from it, given back. Its
/// columns, from the first on that the phase has, are a convolution of stride 1 of the outputs.
void input_gradient_row(const Convolution& k, const Backward& buffers, const float* table,
                        int64_t phase, int64_t index) {
  int64_t x = ((phase - k.pad_left) % k.stride + k.stride) % k.stride;
  if (x >= k.width) {
    return;
  }
  int64_t image = index / k.height;
  int64_t y = index % k.height;
  Row row = {};
  for (int64_t ky = 0; ky < k.kernel; ky++) {
    int64_t above = y + k.pad_top - ky;
    if (above >= 0 && above % k.stride == 0 && above / k.stride < k.out_height) {
      int64_t source = image * k.out_height + above / k.stride;
      row.source[row.sources] = k.at(buffers.dy, source * k.out_width * k.channels);
      row.weight[row.sources] = table + (ky * k.kernel + phase_start(k, phase)) * kPadding;
      row.sources++;
    }
  }
  row.taps = k.kernel * k.kernel;
  row.out = k.at(buffers.dx, (index * k.width + x) * k.channels);
  row.outputs = (k.width - x + k.stride - 1) / k.stride;
  row.out_step = k.stride * k.channels;
  // The output that tap `phase` takes column x for is the last that meets it.
  row.first = (x + k.pad_left - phase) / k.stride - (taps_of(k, phase) - 1);
  row.columns = k.out_width;
  row.channels = k.channels;
  k.kernels->row[k.element][taps_of(k, phase) - 1](row);
}

/// Adds one row of outputs to the sums of the weights' gradient.
void add_weight_row(const Convolution& k, const Backward& buffers, float* sums, int64_t index) {
  int64_t image = index / k.out_height;
  int64_t y = index % k.out_height;
  for (int64_t ky = 0; ky < k.kernel; ky++) {
    int64_t source = y * k.stride - k.pad_top + ky;
    if (source < 0 || source >= k.height) {
      continue;
    }
    WeightRow row = {};
    row.source = k.at(buffers.x, (image * k.height + source) * k.width * k.channels);
    row.gradient = k.at(buffers.dy, index * k.out_width * k.channels);
    row.sum = sums + ky * k.kernel * k.padded();
    row.outputs = k.out_width;
    row.first = -k.pad_left;
    row.columns = k.width;
    row.channels = k.channels;
    row.padded = k.padded();
    k.kernels->weight_row[k.element][k.stride - 1][k.side()](row);
  }
}

/// One part of the weights' gradient: float32 sums, added up in double precision.
void weight_part(const Convolution& k, const Backward& buffers, int64_t part, float* sums,
                 double* total) {
  int64_t rows = k.images * k.out_height;
  int64_t begin = rows * part / parts(k);
  int64_t end = rows * (part + 1) / parts(k);
  int64_t rows_at_once = kFloatPixels / k.out_width + 1;
  for (int64_t i = 0; i < k.table(); i++) {
    total[i] = 0;
  }
  while (begin < end) {
    for (int64_t i = 0; i < k.table(); i++) {
      sums[i] = 0;
    }
    int64_t stop = begin + rows_at_once < end ? begin + rows_at_once : end;
    for (; begin < stop; begin++) {
      add_weight_row(k, buffers, sums, begin);
    }
    for (int64_t i = 0; i < k.table(); i++) {
      total[i] += static_cast<double>(sums[i]);
    }
  }
}

}  // namespace

float Convolution::value(const void* x, int64_t index) const {
  return static_cast<float>(element == kF32
                                ? yolo4j::value(static_cast<const float*>(x) + index)
                                : yolo4j::value(static_cast<const uint16_t*>(x) + index));
}

void Convolution::put(void* x, int64_t index, double v) const {
  element == kF32 ? yolo4j::put(static_cast<float*>(x) + index, v)
                  : yolo4j::put(static_cast<uint16_t*>(x) + index, v);
}

int64_t workspace(const Convolution& k) {
  if (k.nchw) {
    return plane_workspace(k);
  }
  int64_t tables = (k.table() + k.padded() + Pooling(k).units * k.padded()) * 4;
  int64_t sums = parts(k) * k.table() * (8 + 4);
  return tables > sums ? tables : sums;
}

void pack_forward(const Convolution& k, const void* weight, float* table) {
  pack(k, weight, table, [&](int64_t ky, int64_t kx) { return ky * k.kernel + kx; });
}

void forward(const Convolution& k, const Forward& buffers) {
  if (k.nchw) {
    plane_forward(k, buffers);
    return;
  }
  float* table = static_cast<float*>(buffers.workspace);
  if (buffers.packed == nullptr) {
    pack_forward(k, buffers.weight, table);
  }
  const float* bias = pack_bias(k, buffers.bias, table + k.table());
  float* sums = buffers.pooled == nullptr ? nullptr : table + k.table() + k.padded();
  const float* packed = buffers.packed == nullptr ? table : buffers.packed;
  run_pairs(k, PairPass{buffers.x, packed, bias, buffers.y, sums});
  if (sums != nullptr) {
    finish_pooling(k, Pooling(k), sums, buffers.pooled);
  }
}

void input_gradient(const Convolution& k, const Backward& buffers) {
  if (k.nchw) {
    plane_input_gradient(k, buffers);
    return;
  }
  float* table = static_cast<float*>(buffers.workspace);
  if (k.stride == 1) {
    input_gradient_pairs(k, buffers, table);
    return;
  }
  pack_backward(k, buffers.weight, table);
  int64_t rows = k.images * k.height;
  in_team(k.threads, [&](const Team& team) {
    for (int64_t row = team.begin(rows); row < team.end(rows); row++) {
      for (int64_t phase = 0; phase < k.stride; phase++) {
        input_gradient_row(k, buffers, table, phase, row);
      }
    }
  });
}

void weight_gradient(const Convolution& k, const Backward& buffers) {
  if (k.nchw) {
    plane_weight_gradient(k, buffers);
    return;
  }
  double* totals = static_cast<double*>(buffers.workspace);
  float* sums = reinterpret_cast<float*>(totals + parts(k) * k.table());
  in_team(k.threads, [&](const Team& team) {
    for (int64_t part = team.begin(parts(k)); part < team.end(parts(k)); part++) {
      weight_part(k, buffers, part, sums + part * k.table(), totals + part * k.table());
    }
  });
  int64_t taps = k.kernel * k.kernel;
  for (int64_t t = 0; t < taps; t++) {
    for (int64_t c = 0; c < k.channels; c++) {
      double sum = 0;
      for (int64_t part = 0; part < parts(k); part++) {
        sum += totals[part * k.table() + t * k.padded() + c];
      }
      k.put(buffers.dweight, c * taps + t, sum);
    }
  }
}

}  // namespace yolo4j::depthwise
