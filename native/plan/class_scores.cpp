// Class logits of the anchors whose objectness passes, by the kernel of yolo4j.h.
#include "plan/plan.h"

namespace yolo4j::plan {
namespace {

/// x, y, width, height, objectness.
constexpr int64_t kOutputs = 5;

bool same_pixels(const Tensor& a, const Tensor& b) {
  return a.images == b.images && a.height == b.height && a.width == b.width;
}

bool is_plain(const Tensor& t) { return is_dense(t) && t.dtype == YOLO4J_DTYPE_F32; }

class ClassScores final : public Step {
 public:
  ClassScores(const Network& network, const StepParams& p)
      : x_(network.tensor(p.x)), boxes_(network.tensor(p.second)), y_(network.tensor(p.y)) {
    check(p);
    params_.struct_size = sizeof params_;
    params_.dtype = x_.dtype;
    params_.threads = network.threads;
    params_.anchors = p.anchors;
    params_.pixels = pixels_of(x_);
    params_.channels = x_.channels;
    params_.classes = y_.channels / p.anchors;
    params_.x_pixel_stride = x_.pixel_stride;
    params_.least_objectness = p.least_objectness;
    params_.scale = x_.scale;
    params_.zero_point = x_.zero_point;
    int64_t floats = 0;
    check_kernel(yolo4j_class_scores_packed(&params_, &floats));
    check_kernel(yolo4j_class_scores_workspace(&params_, &workspace_));
    packed_bytes_ = floats * static_cast<int64_t>(sizeof(float));
    packed_ = allocate(packed_bytes_);
    check_kernel(yolo4j_class_scores_pack(&params_, p.weight, p.bias,
                                          reinterpret_cast<float*>(packed_.get())));
  }

  std::string describe() const override { return "yolo4j class_scores"; }
  int64_t scratch_bytes() const override { return workspace_; }
  int64_t weight_bytes() const override { return packed_bytes_; }

  std::unique_ptr<BoundStep> bind(const Place& place) const override {
    yolo4j_class_scores_buffers buffers{};
    buffers.struct_size = sizeof buffers;
    buffers.x = place.of(x_);
    buffers.boxes = static_cast<const float*>(place.of(boxes_));
    buffers.packed = reinterpret_cast<const float*>(packed_.get());
    buffers.y = static_cast<float*>(place.of(y_));
    buffers.workspace = place.scratch;
    buffers.workspace_bytes = workspace_;
    return bound([params = params_, buffers](const uint8_t*) {
      check_kernel(yolo4j_class_scores_run(&params, &buffers));
    });
  }

 private:
  void check(const StepParams& p) const {
    if (p.anchors < 1 || boxes_.channels != p.anchors * kOutputs || y_.channels % p.anchors != 0 ||
        !same_pixels(x_, boxes_) || !same_pixels(x_, y_) || !is_plain(boxes_) || !is_plain(y_)) {
      fail(YOLO4J_INVALID_ARGUMENT,
           "class scores of %d anchors need the boxes' %lld channels in `second` and a multiple "
           "of the anchors in y, dense, float32, as many pixels as x, got %lld and %lld channels",
           p.anchors, static_cast<long long>(p.anchors * kOutputs),
           static_cast<long long>(boxes_.channels), static_cast<long long>(y_.channels));
    }
  }

  Tensor x_, boxes_, y_;
  yolo4j_class_scores params_{};
  int64_t workspace_ = 0;
  int64_t packed_bytes_ = 0;
  Memory packed_;
};

}  // namespace

std::unique_ptr<Step> make_class_scores(const Network& network, const StepParams& params) {
  return std::make_unique<ClassScores>(network, params);
}

}  // namespace yolo4j::plan
