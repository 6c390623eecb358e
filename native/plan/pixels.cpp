// The batch's pixels into the first tensor, divided by 255: as they are, or 2 x 2 of them as the
// channels of one, which a convolution of stride 2 takes as one of stride 1.
#include <cmath>
#include <cstring>

#include "plan/plan.h"
#include "runtime/team.h"

namespace yolo4j::plan {
namespace {

constexpr int64_t kChannels = 3;

class Pixels final : public Step {
 public:
  Pixels(const Network& network, const StepParams& p)
      : y_(network.tensor(p.y)),
        blocks_(p.kind == YOLO4J_PLAN_PIXEL_BLOCKS),
        threads_(network.threads) {
    const int64_t wanted = kChannels * (blocks_ ? 4 : 1);
    if (y_.channels != wanted || !is_dense(y_)) {
      fail(YOLO4J_INVALID_ARGUMENT,
           "pixels need a dense tensor of %lld channels, got %lld channels, pixels %lld apart",
           static_cast<long long>(wanted), static_cast<long long>(y_.channels),
           static_cast<long long>(y_.pixel_stride));
    }
    if (is_bytes(y_) && (std::fabs(y_.scale * 255 - 1) > 1e-6f || y_.zero_point != 0)) {
      fail(YOLO4J_INVALID_ARGUMENT,
           "pixels as bytes have the scale 1/255 and the zero point 0, got %g and %d",
           static_cast<double>(y_.scale), y_.zero_point);
    }
    params_.struct_size = sizeof params_;
    params_.dtype = y_.dtype;
    params_.layout = YOLO4J_LAYOUT_NHWC;
    params_.fill = 0;
    params_.threads = blocks_ ? 1 : network.threads;
    params_.width = y_.width * (blocks_ ? 2 : 1);
    params_.height = blocks_ ? 2 : y_.height;
    params_.row_bytes = params_.width * kChannels;
    params_.frame_width = params_.width;
    params_.frame_height = params_.height;
  }

  std::string describe() const override {
    return blocks_ ? "yolo4j pixels_in, 2x2 as channels" : "yolo4j pixels_in";
  }

  /// Two rows of the picture a thread.
  int64_t scratch_bytes() const override { return blocks_ ? threads_ * rows_bytes() : 0; }

  std::unique_ptr<BoundStep> bind(const Place& place) const override {
    char* y = static_cast<char*>(place.of(y_));
    if (blocks_) {
      return bound([this, y, scratch = place.scratch](const uint8_t* pixels) {
        in_team(threads_, [&](const Team& team) {
          char* rows = scratch + team.id * rows_bytes();
          const int64_t count = y_.images * y_.height;
          for (int64_t row = team.begin(count); row < team.end(count); row++) {
            block_row(pixels + row * 2 * params_.row_bytes, rows,
                      y + row * y_.width * y_.channels * element_size(y_.dtype));
          }
        });
      });
    }
    if (is_bytes(y_)) {
      return bound([this, y](const uint8_t* pixels) {
        std::memcpy(y, pixels, static_cast<std::size_t>(pixels_of(y_) * kChannels));
      });
    }
    return bound([this, y](const uint8_t* pixels) {
      const int64_t picture = params_.height * params_.row_bytes;
      for (int64_t image = 0; image < y_.images; image++) {
        check_kernel(yolo4j_pixels_in_run(&params_, pixels + image * picture,
                                          y + image * picture * element_size(y_.dtype)));
      }
    });
  }

 private:
  int64_t rows_bytes() const { return 2 * params_.row_bytes * element_size(y_.dtype); }

  /// The upper row's six values of each block, then the lower row's. Within a team nothing may
  /// throw; the arguments were checked by the first call of the plan's own.
  void block_row(const uint8_t* pixels, char* rows, char* y) const {
    switch (element_size(y_.dtype)) {
      case 1:
        interleave<2 * kChannels>(reinterpret_cast<const char*>(pixels), y);
        return;
      case 2:
        yolo4j_pixels_in_run(&params_, pixels, rows);
        interleave<4 * kChannels>(rows, y);
        return;
      default:
        yolo4j_pixels_in_run(&params_, pixels, rows);
        interleave<8 * kChannels>(rows, y);
    }
  }

  template <int64_t half>
  void interleave(const char* rows, char* y) const {
    const char* lower = rows + y_.width * half;
    for (int64_t block = 0; block < y_.width; block++) {
      std::memcpy(y + block * 2 * half, rows + block * half, half);
      std::memcpy(y + block * 2 * half + half, lower + block * half, half);
    }
  }

  Tensor y_;
  bool blocks_;
  int32_t threads_;
  yolo4j_pixels_in params_{};
};

}  // namespace

std::unique_ptr<Step> make_pixels(const Network& network, const StepParams& params) {
  return std::make_unique<Pixels>(network, params);
}

}  // namespace yolo4j::plan
