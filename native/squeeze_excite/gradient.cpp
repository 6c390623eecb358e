// The gradients. Each thread takes whole images; what they leave for the weights' gradients is
// added up at the end, a row of weights at a time.
#include <cstdint>

#include "runtime/team.h"
#include "simd/element.h"
#include "squeeze_excite/plan.h"
#include "squeeze_excite/squeeze_excite.h"

namespace yolo4j::squeeze_excite {
namespace {

/// Of all images, for the gradients of what is learned.
struct Tables {
  Tables(const Block& b, void* workspace)
      : mean(static_cast<float*>(workspace)),
        hidden(mean + b.images * b.channels),
        dexcite(hidden + b.images * b.squeezed),
        dsqueeze(dexcite + b.images * b.channels) {}

  static int64_t floats(const Block& b) { return 2 * b.images * (b.channels + b.squeezed); }

  float* mean;      // [image][channel]
  float* hidden;    // [image][squeezed], behind the activation
  float* dexcite;   // [image][channel]: of the gate's argument
  float* dsqueeze;  // [image][squeezed]: of the activation's argument
};

/// One thread's own. Doubles first: they need the alignment.
struct Scratch {
  Scratch(const Plan& plan, void* workspace, int64_t thread) {
    const Block& b = plan.block;
    char* begin =
        static_cast<char*>(workspace) + aligned(4 * Tables::floats(b)) + thread * bytes(plan);
    sum = reinterpret_cast<double*>(begin);
    dot = sum + b.channels;
    row_sums = reinterpret_cast<float*>(dot + b.channels);
    row_dots = row_sums + plan.width();
    scale = row_dots + plan.width();
    shift = scale + plan.width();
    before_gate = shift + plan.width();
    before_activation = before_gate + b.channels;
  }

  static int64_t aligned(int64_t bytes) { return (bytes + 7) / 8 * 8; }
  static int64_t bytes(const Plan& plan) {
    const Block& b = plan.block;
    return aligned(16 * b.channels + 4 * (4 * plan.width() + b.channels + b.squeezed));
  }

  double* sum;  // [channel]: of x
  double* dot;  // [channel]: of x · dy
  float* row_sums;
  float* row_dots;
  float* scale;  // [width]
  float* shift;  // [width]
  float* before_gate;
  float* before_activation;
};

/// One image.
struct Image {
  const Plan& plan;
  const Backward& buffers;
  const Tables& tables;
  const Scratch& scratch;
  int64_t image;

  const Block& block() const { return plan.block; }
  float* of_channels(float* table) const { return table + image * block().channels; }
  float* of_squeezed(float* table) const { return table + image * block().squeezed; }

  int64_t element(int64_t part, int64_t channel) const {
    const Block& b = block();
    return b.nhwc ? (image * b.pixels + plan.begin(part)) * b.channels
                  : (image * b.channels + channel) * b.pixels + plan.begin(part);
  }
  const char* at(const void* tensor, int64_t index) const {
    return static_cast<const char*>(tensor) + index * block().element_size();
  }
  char* at(void* tensor, int64_t index) const {
    return static_cast<char*>(tensor) + index * block().element_size();
  }

  /// Rows of a part: `count` of `width` elements, then perhaps a shorter one.
  struct Rows {
    int64_t at;
    int64_t count;
    int64_t width;
  };
  template <typename Body>
  void for_rows(int64_t part, const Body& body) const {
    int64_t rows = plan.size(part) / plan.row;
    int64_t rest = plan.size(part) % plan.row;
    int64_t begin = element(part, 0);
    if (rows > 0) {
      body(Rows{begin, rows, plan.width()});
    }
    if (rest > 0) {
      body(Rows{begin + rows * plan.width(), 1, rest * block().channels});
    }
  }

  void add_rows(const Rows& rows) const {
    const Block& b = block();
    b.kernels->row_gradient_sums[b.element](at(buffers.x, rows.at), at(buffers.dy, rows.at),
                                            rows.count, rows.width, scratch.row_sums,
                                            scratch.row_dots);
    for (int64_t j = 0; j < rows.width; j += b.channels) {
      for (int64_t c = 0; c < b.channels; c++) {
        scratch.sum[c] += static_cast<double>(scratch.row_sums[j + c]);
        scratch.dot[c] += static_cast<double>(scratch.row_dots[j + c]);
      }
    }
  }

  void add_planes(int64_t part) const {
    const Block& b = block();
    for (int64_t c = 0; c < b.channels; c++) {
      float sums[2];
      int64_t index = element(part, c);
      b.kernels->plane_gradient_sums[b.element](at(buffers.x, index), at(buffers.dy, index),
                                                plan.size(part), sums);
      scratch.sum[c] += static_cast<double>(sums[0]);
      scratch.dot[c] += static_cast<double>(sums[1]);
    }
  }

  void sums() const {
    const Block& b = block();
    for (int64_t c = 0; c < b.channels; c++) {
      scratch.sum[c] = 0;
      scratch.dot[c] = 0;
    }
    for (int64_t part = 0; part < plan.parts; part++) {
      if (b.nhwc) {
        for_rows(part, [this](const Rows& rows) { add_rows(rows); });
      } else {
        add_planes(part);
      }
    }
    for (int64_t c = 0; c < b.channels; c++) {
      of_channels(tables.mean)[c] =
          static_cast<float>(scratch.sum[c] / static_cast<double>(b.pixels));
      // The gradient of the factor, where its own argument's will stand.
      of_channels(tables.dexcite)[c] = static_cast<float>(scratch.dot[c]);
    }
  }

  void product(const void* weight, const float* bias, const float* in, int64_t columns, float* out,
               int64_t rows) const {
    block().kernels->product[block().element](
        Product{weight, bias, in, out, 0, rows, columns, 1, rows});
  }

  /// As in the forward run.
  void factors() const {
    const Block& b = block();
    product(buffers.squeeze_weight, buffers.squeeze_bias, of_channels(tables.mean), b.channels,
            scratch.before_activation, b.squeezed);
    b.activations->forward[activation::kF32][b.activation](scratch.before_activation,
                                                           of_squeezed(tables.hidden), b.squeezed);
    product(buffers.excite_weight, buffers.excite_bias, of_squeezed(tables.hidden), b.squeezed,
            scratch.before_gate, b.channels);
    b.activations->forward[activation::kF32][b.gate](scratch.before_gate, scratch.scale,
                                                     b.channels);
  }

  /// From the factors' gradients back to that of the mean.
  void back() const {
    const Block& b = block();
    float* dexcite = of_channels(tables.dexcite);
    float* dsqueeze = of_squeezed(tables.dsqueeze);
    b.activations->backward[activation::kF32][b.gate](scratch.before_gate, dexcite, dexcite,
                                                      b.channels);
    b.kernels->weighted_rows[b.element](buffers.excite_weight, b.channels, b.squeezed, dexcite, 1,
                                        dsqueeze);
    b.activations->backward[activation::kF32][b.activation](scratch.before_activation, dsqueeze,
                                                            dsqueeze, b.squeezed);
    b.kernels->weighted_rows[b.element](buffers.squeeze_weight, b.squeezed, b.channels, dsqueeze, 1,
                                        scratch.shift);
    for (int64_t c = 0; c < b.channels; c++) {
      scratch.shift[c] /= static_cast<float>(b.pixels);
    }
    for (int64_t j = b.channels; j < plan.width(); j++) {
      scratch.scale[j] = scratch.scale[j - b.channels];
      scratch.shift[j] = scratch.shift[j - b.channels];
    }
  }

  void dx_planes(int64_t part) const {
    const Block& b = block();
    for (int64_t c = 0; c < b.channels; c++) {
      int64_t index = element(part, c);
      b.kernels->gradient_plane[b.element](at(buffers.dy, index), at(buffers.dx, index),
                                           plan.size(part), scratch.scale[c], scratch.shift[c]);
    }
  }

  /// Backwards: what was read last is in the nearest cache.
  void dx() const {
    const Block& b = block();
    for (int64_t part = plan.parts - 1; part >= 0; part--) {
      if (b.nhwc) {
        for_rows(part, [&](const Rows& rows) {
          b.kernels->gradient_rows[b.element](at(buffers.dy, rows.at), at(buffers.dx, rows.at),
                                              rows.count, rows.width, scratch.scale, scratch.shift);
        });
      } else {
        dx_planes(part);
      }
    }
  }

  void run() const {
    sums();
    factors();
    back();
    if (buffers.dx != nullptr) {
      dx();
    }
  }
};

/// The gradients of one product: row r of the weights' is Σ_image outer[image][r] · inner[image].
struct Outer {
  const Block& block;
  const float* outer;
  int64_t rows;
  const float* inner;
  int64_t columns;
  void* weight;  // null: not wanted
  float* bias;   // null: not wanted

  void row(int64_t r, float* scratch) const {
    if (weight != nullptr) {
      bool direct = block.element == kF32;
      float* out = direct ? static_cast<float*>(weight) + r * columns : scratch;
      block.kernels->weighted_rows[kF32](inner, block.images, columns, outer + r, rows, out);
      for (int64_t c = 0; !direct && c < columns; c++) {
        put(static_cast<uint16_t*>(weight) + r * columns + c, static_cast<double>(out[c]));
      }
    }
    if (bias != nullptr) {
      double sum = 0;
      for (int64_t image = 0; image < block.images; image++) {
        sum += static_cast<double>(outer[image * rows + r]);
      }
      bias[r] = static_cast<float>(sum);
    }
  }

  void run(const Team& team, float* scratch) const {
    for (int64_t r = team.begin(rows); r < team.end(rows); r++) {
      row(r, scratch);
    }
  }
};

}  // namespace

int64_t gradient_workspace(const Block& block) {
  Plan plan(block);
  // A row of a product's gradient takes a row of sums as scratch, or the squeezed table.
  return Scratch::aligned(4 * Tables::floats(block)) + block.threads * Scratch::bytes(plan);
}

void gradient(const Block& block, const Backward& buffers) {
  Plan plan(block);
  Tables tables(block, buffers.workspace);
  in_team(block.threads, [&](const Team& team) {
    Scratch scratch(plan, buffers.workspace, team.id);
    for (int64_t image = team.begin(block.images); image < team.end(block.images); image++) {
      Image{plan, buffers, tables, scratch, image}.run();
    }
    team.barrier();
    Outer{block,          tables.dsqueeze,         block.squeezed,       tables.mean,
          block.channels, buffers.dsqueeze_weight, buffers.dsqueeze_bias}
        .run(team, scratch.before_gate);
    Outer{block,          tables.dexcite,         block.channels,      tables.hidden,
          block.squeezed, buffers.dexcite_weight, buffers.dexcite_bias}
        .run(team, scratch.before_activation);
  });
}

}  // namespace yolo4j::squeeze_excite
