// Steps that only move pixels: copies into and out of slices, upsampling, blocks, padding,
// shuffled channels. Runs of channels are copied as bytes, whatever their type.
#include <cstring>

#include "plan/plan.h"
#include "runtime/team.h"

namespace yolo4j::plan {
namespace {

/// Below so many bytes a thread isn't worth waking.
constexpr int64_t kBytesForAThread = 65536;

/// Runs of channels are often this long; a constant length becomes a few register moves.
inline void copy_run(char* to, const char* from, int64_t bytes) {
  switch (bytes) {
    case 16:
      std::memcpy(to, from, 16);
      return;
    case 32:
      std::memcpy(to, from, 32);
      return;
    case 64:
      std::memcpy(to, from, 64);
      return;
    case 128:
      std::memcpy(to, from, 128);
      return;
    case 256:
      std::memcpy(to, from, 256);
      return;
    default:
      std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }
}

/// What a row of y is made of.
struct Move {
  int32_t kind;
  int32_t factor;
  int64_t pad_top;
  int64_t pad_left;
  int32_t threads;
  Tensor x, y;
  int64_t size;
  int zero;  // each byte of it

  int64_t x_pixel() const { return x.pixel_stride * size; }
  int64_t y_pixel() const { return y.pixel_stride * size; }
  int64_t run() const { return x.channels * size; }
};

void copy_pixels(const Move& m, const char* from, char* to, int64_t pixels) {
  if (m.x_pixel() == m.run() && m.y_pixel() == m.run()) {
    std::memcpy(to, from, static_cast<std::size_t>(pixels * m.run()));
    return;
  }
  for (int64_t p = 0; p < pixels; p++) {
    copy_run(to + p * m.y_pixel(), from + p * m.x_pixel(), m.run());
  }
}

void enlarged_row(const Move& m, const char* image, char* to, int64_t row) {
  const char* from = image + row / m.factor * m.x.width * m.x_pixel();
  for (int64_t column = 0; column < m.x.width; column++) {
    for (int32_t i = 0; i < m.factor; i++) {
      copy_run(to, from, m.run());
      to += m.y_pixel();
    }
    from += m.x_pixel();
  }
}

void blocks_row(const Move& m, const char* image, char* to, int64_t row) {
  for (int64_t column = 0; column < m.y.width; column++) {
    char* run = to + column * m.y_pixel();
    for (int32_t i = 0; i < m.factor; i++) {
      const char* from =
          image + ((row * m.factor + i) * m.x.width + column * m.factor) * m.x_pixel();
      for (int32_t j = 0; j < m.factor; j++, run += m.run()) {
        copy_run(run, from + j * m.x_pixel(), m.run());
      }
    }
  }
}

void padded_row(const Move& m, const char* image, char* to, int64_t row) {
  const int64_t source = row - m.pad_top;
  const bool inside = source >= 0 && source < m.x.height;
  for (int64_t column = 0; column < m.y.width; column++) {
    const int64_t from = column - m.pad_left;
    if (inside && from >= 0 && from < m.x.width) {
      copy_run(to + column * m.y_pixel(), image + (source * m.x.width + from) * m.x_pixel(),
               m.run());
    } else {
      std::memset(to + column * m.y_pixel(), m.zero, static_cast<std::size_t>(m.run()));
    }
  }
}

/// Channels of `kSize` bytes, group by group, to every `factor`-th place.
template <int kSize>
void shuffled_row(const Move& m, const char* from, char* to) {
  const int64_t groups = m.factor;
  const int64_t own = m.x.channels / groups;
  for (int64_t column = 0; column < m.x.width; column++) {
    for (int64_t group = 0; group < groups; group++) {
      const char* x = from + group * own * kSize;
      char* y = to + group * kSize;
      for (int64_t channel = 0; channel < own; channel++) {
        std::memcpy(y + channel * groups * kSize, x + channel * kSize, kSize);
      }
    }
    from += m.x_pixel();
    to += m.y_pixel();
  }
}

void shuffled_row(const Move& m, const char* from, char* to) {
  switch (m.size) {
    case 1:
      return shuffled_row<1>(m, from, to);
    case 2:
      return shuffled_row<2>(m, from, to);
    default:
      return shuffled_row<4>(m, from, to);
  }
}

void make_row(const Move& m, const char* x, char* y, int64_t index) {
  const int64_t row = index % m.y.height;
  const char* image = x + index / m.y.height * m.x.height * m.x.width * m.x_pixel();
  char* to = y + index * m.y.width * m.y_pixel();
  switch (m.kind) {
    case YOLO4J_PLAN_UPSAMPLE:
      return enlarged_row(m, image, to, row);
    case YOLO4J_PLAN_BLOCKS:
      return blocks_row(m, image, to, row);
    case YOLO4J_PLAN_PAD:
      return padded_row(m, image, to, row);
    case YOLO4J_PLAN_SHUFFLE:
      return shuffled_row(m, image + row * m.x.width * m.x_pixel(), to);
    default:
      return copy_pixels(m, image + row * m.x.width * m.x_pixel(), to, m.y.width);
  }
}

void check_shapes(const Move& m) {
  const bool blocks = m.kind == YOLO4J_PLAN_BLOCKS;
  const bool enlarges = m.kind == YOLO4J_PLAN_UPSAMPLE;
  const bool pads = m.kind == YOLO4J_PLAN_PAD;
  const bool shuffles = m.kind == YOLO4J_PLAN_SHUFFLE;
  const int64_t factor = m.factor;
  bool fits = m.x.images == m.y.images && same_numbers(m.x, m.y) && factor >= 1;
  fits = fits && m.y.channels == m.x.channels * (blocks ? factor * factor : 1);
  fits =
      fits && (pads ? m.pad_top >= 0 && m.pad_top + m.x.height <= m.y.height
                    : m.y.height * (blocks ? factor : 1) == m.x.height * (enlarges ? factor : 1));
  fits = fits && (pads ? m.pad_left >= 0 && m.pad_left + m.x.width <= m.y.width
                       : m.y.width * (blocks ? factor : 1) == m.x.width * (enlarges ? factor : 1));
  fits = fits && (!shuffles || m.x.channels % factor == 0);
  if (!fits) {
    fail(YOLO4J_INVALID_ARGUMENT,
         "a step of kind %d by %lld doesn't make %lld x %lld pixels of %lld channels out of %lld x "
         "%lld of %lld",
         m.kind, static_cast<long long>(factor), static_cast<long long>(m.y.height),
         static_cast<long long>(m.y.width), static_cast<long long>(m.y.channels),
         static_cast<long long>(m.x.height), static_cast<long long>(m.x.width),
         static_cast<long long>(m.x.channels));
  }
}

class Moves final : public Step {
 public:
  explicit Moves(const Move& move) : move_(move) {}
  std::string describe() const override {
    switch (move_.kind) {
      case YOLO4J_PLAN_UPSAMPLE:
        return "yolo4j upsample";
      case YOLO4J_PLAN_BLOCKS:
        return "yolo4j space to depth";
      case YOLO4J_PLAN_PAD:
        return "yolo4j pad";
      case YOLO4J_PLAN_SHUFFLE:
        return "yolo4j channel shuffle";
      default:
        return "yolo4j copy";
    }
  }
  std::unique_ptr<BoundStep> bind(const Place& place) const override {
    const int64_t rows = move_.y.images * move_.y.height;
    const int32_t threads = useful_threads(
        move_.threads, rows * move_.y.width * move_.y.channels * move_.size, kBytesForAThread);
    return bound([m = move_, rows, threads, x = static_cast<const char*>(place.of(move_.x)),
                  y = static_cast<char*>(place.of(move_.y))](const uint8_t*) {
      in_team(threads, [&](const Team& team) {
        for (int64_t row = team.begin(rows); row < team.end(rows); row++) {
          make_row(m, x, y, row);
        }
      });
    });
  }

 private:
  Move move_;
};

/// A copy into another type or scale.
class Conversion final : public Step {
 public:
  Conversion(const Network& network, const Tensor& x, const Tensor& y) : x_(x), y_(y) {
    if (x.images != y.images || x.height != y.height || x.width != y.width ||
        x.channels != y.channels) {
      fail(YOLO4J_INVALID_ARGUMENT, "a copy into another type needs tensors of one shape");
    }
    params_.struct_size = sizeof params_;
    params_.x_dtype = x.dtype;
    params_.y_dtype = y.dtype;
    params_.threads = network.threads;
    params_.pixels = pixels_of(x);
    params_.channels = x.channels;
    params_.x_pixel_stride = x.pixel_stride;
    params_.y_pixel_stride = y.pixel_stride;
    params_.x_scale = x.scale;
    params_.x_zero_point = x.zero_point;
    params_.y_scale = y.scale;
    params_.y_zero_point = y.zero_point;
  }

  std::string describe() const override { return "yolo4j requantize"; }

  std::unique_ptr<BoundStep> bind(const Place& place) const override {
    return bound([p = params_, x = place.of(x_), y = place.of(y_)](const uint8_t*) {
      check_kernel(yolo4j_requantize_run(&p, x, y));
    });
  }

 private:
  Tensor x_, y_;
  yolo4j_requantize params_{};
};

}  // namespace

std::unique_ptr<Step> make_move(const Network& network, const StepParams& params) {
  const Tensor& x = network.tensor(params.x);
  const bool scales = params.kind == YOLO4J_PLAN_UPSAMPLE || params.kind == YOLO4J_PLAN_BLOCKS;
  const bool shuffles = params.kind == YOLO4J_PLAN_SHUFFLE;
  Move move{params.kind,
            shuffles ? params.groups : (scales ? params.stride_height : 1),
            params.pad_top,
            params.pad_left,
            network.threads,
            x,
            network.tensor(params.y),
            element_size(x.dtype),
            is_bytes(x) ? x.zero_point : 0};
  if (params.kind == YOLO4J_PLAN_COPY && !same_numbers(x, move.y)) {
    return std::make_unique<Conversion>(network, x, move.y);
  }
  check_shapes(move);
  return std::make_unique<Moves>(move);
}

}  // namespace yolo4j::plan
