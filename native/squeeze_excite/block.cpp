// The four steps: means, product, product, scaling. Where there are many images, a thread takes
// some through all steps while a cache holds them; else the threads share each step.
#include "runtime/team.h"
#include "squeeze_excite/plan.h"
#include "squeeze_excite/squeeze_excite.h"

namespace yolo4j::squeeze_excite {
namespace {

/// Rows of a product that a thread takes at once: whole tiles, and about a cache line of results.
constexpr int64_t kRows = 16;

/// The tables of the images that are in work together.
struct Tables {
  Tables(const Plan& plan, void* workspace, int64_t squad) {
    partial = static_cast<float*>(workspace) + squad * plan.together * plan.image_floats();
    mean = partial + plan.together * plan.parts * plan.block.channels;
    hidden = mean + plan.together * plan.block.channels;
    scale = hidden + plan.together * plan.block.squeezed;
  }

  float* partial;  // [image][part][channel]: sums
  float* mean;     // [image][channel]
  float* hidden;   // [image][squeezed]
  float* scale;    // [image][width]: in NHWC repeated for the pixels of a row
};

/// What a team of threads does for images `first` to `first` + `count` − 1.
struct Squad {
  const Plan& plan;
  const Buffers& buffers;
  Tables tables;
  float* scratch;  // this thread's row of sums
  int64_t first;
  int64_t count;

  const Block& block() const { return plan.block; }
  int64_t element(int64_t image, int64_t part, int64_t channel) const {
    const Block& b = block();
    return b.nhwc ? ((first + image) * b.pixels + plan.begin(part)) * b.channels
                  : ((first + image) * b.channels + channel) * b.pixels + plan.begin(part);
  }
  const char* x(int64_t index) const {
    return static_cast<const char*>(buffers.x) + index * block().element_size();
  }
  char* y(int64_t index) const {
    return static_cast<char*>(buffers.y) + index * block().element_size();
  }

  /// Units that pooling and scaling are shared by: parts of images, in NCHW of single channels.
  int64_t units() const { return count * plan.parts * (block().nhwc ? 1 : block().channels); }

  void pool_rows(int64_t unit) const {
    const Block& b = block();
    int64_t part = unit % plan.parts;
    const char* from = x(element(unit / plan.parts, part, 0));
    int64_t rows = plan.size(part) / plan.row;
    int64_t rest = plan.size(part) % plan.row;
    float* sums = tables.partial + unit * b.channels;
    for (int64_t c = 0; c < b.channels; c++) {
      sums[c] = 0;
    }
    if (rows > 0) {
      b.kernels->row_sums[b.element](from, rows, plan.width(), scratch);
      fold(sums, plan.width());
    }
    if (rest > 0) {
      b.kernels->row_sums[b.element](from + rows * plan.width() * b.element_size(), 1,
                                     rest * b.channels, scratch);
      fold(sums, rest * b.channels);
    }
  }

  /// Adds the sums of a row's pixels to those of the channels.
  void fold(float* sums, int64_t width) const {
    for (int64_t j = 0; j < width; j += block().channels) {
      for (int64_t c = 0; c < block().channels; c++) {
        sums[c] += scratch[j + c];
      }
    }
  }

  void pool_plane(int64_t unit) const {
    const Block& b = block();
    int64_t image = unit / plan.parts / b.channels;
    int64_t channel = unit / plan.parts % b.channels;
    int64_t part = unit % plan.parts;
    tables.partial[(image * plan.parts + part) * b.channels + channel] =
        b.kernels->plane_sum[b.element](x(element(image, part, channel)), plan.size(part));
  }

  void pool(const Team& team) const {
    for (int64_t unit = team.begin(units()); unit < team.end(units()); unit++) {
      block().nhwc ? pool_rows(unit) : pool_plane(unit);
    }
  }

  void means(const Team& team) const {
    const Block& b = block();
    for (int64_t i = team.begin(count * b.channels); i < team.end(count * b.channels); i++) {
      int64_t image = i / b.channels;
      double sum = 0;
      for (int64_t part = 0; part < plan.parts; part++) {
        const float* sums = tables.partial + (image * plan.parts + part) * b.channels;
        sum += static_cast<double>(sums[i % b.channels]);
      }
      tables.mean[i] = static_cast<float>(sum / static_cast<double>(b.pixels));
    }
  }

  /// This thread's rows of a product, with the activation behind it.
  Product multiply(const Team& team, Product product, int64_t rows, int32_t activation) const {
    const Block& b = block();
    int64_t tiles = (rows + kRows - 1) / kRows;
    product.begin = team.begin(tiles) * kRows;
    product.end = team.end(tiles) * kRows;
    product.end = product.end < rows ? product.end : rows;
    product.inputs = count;
    if (product.begin < product.end) {
      b.kernels->product[b.element](product);
      for (int64_t image = 0; image < count; image++) {
        float* out = product.out + image * product.out_step + product.begin;
        b.activations->forward[activation::kF32][activation](out, out, product.end - product.begin);
      }
    }
    return product;
  }

  void squeeze(const Team& team) const {
    const Block& b = block();
    Product product = {};
    product.weight = buffers.squeeze_weight;
    product.bias = buffers.squeeze_bias;
    product.in = buffers.pooled == nullptr ? tables.mean : buffers.pooled + first * b.channels;
    product.out = tables.hidden;
    product.columns = b.channels;
    product.out_step = b.squeezed;
    multiply(team, product, b.squeezed, b.activation);
  }

  void excite(const Team& team) const {
    const Block& b = block();
    Product product = {};
    product.weight = buffers.excite_weight;
    product.bias = buffers.excite_bias;
    product.in = tables.hidden;
    product.out = tables.scale;
    product.columns = b.squeezed;
    product.out_step = plan.width();
    product = multiply(team, product, b.channels, b.gate);
    for (int64_t image = 0; image < count; image++) {
      float* scale = tables.scale + image * plan.width();
      for (int64_t at = b.channels; at < plan.width(); at += b.channels) {
        for (int64_t c = product.begin; c < product.end; c++) {
          scale[at + c] = scale[c];
        }
      }
    }
  }

  /// Backwards: what was read last is in the nearest cache.
  void scale(const Team& team) const {
    for (int64_t unit = team.end(units()) - 1; unit >= team.begin(units()); unit--) {
      block().nhwc ? scale_rows(unit) : scale_plane(unit);
    }
  }

  void scale_rows(int64_t unit) const {
    const Block& b = block();
    int64_t image = unit / plan.parts;
    int64_t part = unit % plan.parts;
    int64_t at = element(image, part, 0);
    int64_t rows = plan.size(part) / plan.row;
    int64_t rest = plan.size(part) % plan.row;
    const float* factors = tables.scale + image * plan.width();
    b.kernels->scale_rows[b.element](x(at), y(at), rows, plan.width(), factors);
    if (rest > 0) {
      at += rows * plan.width();
      b.kernels->scale_rows[b.element](x(at), y(at), 1, rest * b.channels, factors);
    }
  }

  void scale_plane(int64_t unit) const {
    const Block& b = block();
    int64_t image = unit / plan.parts / b.channels;
    int64_t channel = unit / plan.parts % b.channels;
    int64_t at = element(image, unit % plan.parts, channel);
    b.kernels->scale_plane[b.element](x(at), y(at), plan.size(unit % plan.parts),
                                      tables.scale[image * b.channels + channel]);
  }

  void run(const Team& team) const {
    if (buffers.pooled == nullptr) {
      pool(team);
      team.barrier();
      means(team);
      team.barrier();
    }
    squeeze(team);
    team.barrier();
    excite(team);
    team.barrier();
    scale(team);
    // The tables serve the next images.
    team.barrier();
  }
};

/// Images `begin` to `end` − 1, some at a time.
void run_images(const Plan& plan, const Buffers& buffers, const Team& team, int64_t squad,
                int64_t thread, int64_t begin, int64_t end) {
  float* scratch = static_cast<float*>(buffers.workspace) +
                   plan.squads * plan.together * plan.image_floats() + thread * plan.scratch();
  for (int64_t first = begin; first < end; first += plan.together) {
    int64_t count = end - first < plan.together ? end - first : plan.together;
    Squad{plan, buffers, Tables(plan, buffers.workspace, squad), scratch, first, count}.run(team);
  }
}

}  // namespace

int64_t workspace(const Block& block) {
  Plan plan(block);
  int64_t gradients = gradient_workspace(block);
  int64_t forwards =
      (plan.squads * plan.together * plan.image_floats() + block.threads * plan.scratch()) * 4;
  return forwards > gradients ? forwards : gradients;
}

void run(const Block& block, const Buffers& buffers) {
  Plan plan(block);
  in_team(block.threads, [&](const Team& team) {
    if (plan.by_images) {
      run_images(plan, buffers, Team{0, 1}, team.id, team.id, team.begin(block.images),
                 team.end(block.images));
    } else {
      run_images(plan, buffers, team, 0, team.id, 0, block.images);
    }
  });
}

}  // namespace yolo4j::squeeze_excite
