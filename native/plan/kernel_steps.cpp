// Steps that our own kernels do.
#include <cstring>

#include "plan/plan.h"

namespace yolo4j::plan {
namespace {

/// A structure of yolo4j.h, its size set.
template <typename Params>
Params sized() {
  Params p{};
  p.struct_size = sizeof p;
  return p;
}

void require_dense(const char* what, const Tensor& t) {
  if (!is_dense(t)) {
    fail(YOLO4J_INVALID_ARGUMENT, "%s needs dense tensors, got pixels %lld apart for %lld channels",
         what, static_cast<long long>(t.pixel_stride), static_cast<long long>(t.channels));
  }
}

class Depthwise final : public Step {
 public:
  Depthwise(const Network& network, const StepParams& p)
      : x_(network.tensor(p.x)),
        y_(network.tensor(p.y)),
        pooled_(p.pooled >= 0 ? network.tensor(p.pooled) : Tensor{}),
        bias_(p.bias, p.bias == nullptr ? 0 : x_.channels, YOLO4J_DTYPE_F32) {
    require_dense("a depthwise convolution", x_);
    require_dense("a depthwise convolution", y_);
    require_window(p);
    params_ = sized<yolo4j_depthwise>();
    params_.dtype = x_.dtype;
    params_.layout = YOLO4J_LAYOUT_NHWC;
    params_.activation = p.activation;
    params_.threads = network.threads;
    params_.kernel = p.kernel_height;
    params_.stride = p.stride_height;
    params_.pad_top = p.pad_top;
    params_.pad_left = p.pad_left;
    params_.pad_bottom = p.pad_bottom;
    params_.pad_right = p.pad_right;
    params_.images = x_.images;
    params_.channels = x_.channels;
    params_.height = x_.height;
    params_.width = x_.width;
    check_kernel(yolo4j_depthwise_workspace(&params_, &workspace_));
    pack(p);
    int64_t height = 0;
    int64_t width = 0;
    check_kernel(yolo4j_depthwise_output(&params_, &height, &width));
    if (height != y_.height || width != y_.width || x_.channels != y_.channels ||
        x_.dtype != y_.dtype) {
      fail(
          YOLO4J_INVALID_ARGUMENT,
          "a depthwise convolution gives %lld x %lld pixels of %lld channels, got a tensor of %lld "
          "x %lld of %lld",
          static_cast<long long>(height), static_cast<long long>(width),
          static_cast<long long>(x_.channels), static_cast<long long>(y_.height),
          static_cast<long long>(y_.width), static_cast<long long>(y_.channels));
    }
  }

  std::string describe() const override { return "yolo4j depthwise"; }
  int64_t scratch_bytes() const override { return workspace_; }
  int64_t weight_bytes() const override {
    return static_cast<int64_t>(packed_.size() * sizeof(float)) + bias_.bytes();
  }

  std::unique_ptr<BoundStep> bind(const Place& place) const override {
    auto buffers = sized<yolo4j_depthwise_forward_buffers>();
    buffers.x = place.of(x_);
    buffers.packed = packed_.data();
    buffers.bias = bias_.bytes() == 0 ? nullptr : static_cast<const float*>(bias_.data());
    buffers.y = place.of(y_);
    buffers.workspace = place.scratch;
    buffers.workspace_bytes = workspace_;
    buffers.pooled = pooled_.struct_size == 0 ? nullptr : static_cast<float*>(place.of(pooled_));
    return bound([params = params_, buffers](const uint8_t*) {
      check_kernel(yolo4j_depthwise_forward(&params, &buffers));
    });
  }

 private:
  /// What the kernel has one number for must be one.
  void require_window(const StepParams& p) const {
    if (p.kernel_width != p.kernel_height || p.stride_width != p.stride_height ||
        p.dilation_height != 1 || p.dilation_width != 1 || p.groups != x_.channels) {
      fail(YOLO4J_INVALID_ARGUMENT,
           "a depthwise convolution must have square kernels and strides, no dilation and %lld "
           "groups, got %d x %d, %d x %d, %d x %d and %d",
           static_cast<long long>(x_.channels), p.kernel_height, p.kernel_width, p.stride_height,
           p.stride_width, p.dilation_height, p.dilation_width, p.groups);
    }
    if (p.pooled >= 0 &&
        (pooled_.dtype != YOLO4J_DTYPE_F32 || pooled_.images != x_.images ||
         pooled_.channels != x_.channels || pooled_.height != 1 || pooled_.width != 1)) {
      fail(YOLO4J_INVALID_ARGUMENT,
           "the means of a depthwise convolution must be f32, one pixel of %lld images of %lld "
           "channels",
           static_cast<long long>(x_.images), static_cast<long long>(x_.channels));
    }
  }

  void pack(const StepParams& p) {
    Weights weight(p.weight, x_.channels * p.kernel_height * p.kernel_width, x_.dtype);
    int64_t bytes = 0;
    check_kernel(yolo4j_depthwise_packed_bytes(&params_, &bytes));
    packed_.resize(static_cast<std::size_t>(bytes) / sizeof(float));
    check_kernel(yolo4j_depthwise_pack(&params_, weight.data(), packed_.data(), bytes));
  }

  Tensor x_, y_, pooled_;
  std::vector<float> packed_;
  Weights bias_;
  yolo4j_depthwise params_;
  int64_t workspace_ = 0;
};

class SqueezeExcite final : public Step {
 public:
  SqueezeExcite(const Network& network, const StepParams& p)
      : x_(network.tensor(p.x)),
        y_(network.tensor(p.y)),
        pooled_(p.pooled >= 0 ? network.tensor(p.pooled) : Tensor{}),
        weight_(p.weight, x_.channels * p.squeezed, x_.dtype),
        bias_(p.bias, p.squeezed, YOLO4J_DTYPE_F32),
        weight2_(p.weight2, x_.channels * p.squeezed, x_.dtype),
        bias2_(p.bias2, x_.channels, YOLO4J_DTYPE_F32) {
    require_dense("a squeeze and excite", x_);
    require_dense("a squeeze and excite", y_);
    params_ = sized<yolo4j_squeeze_excite>();
    params_.dtype = x_.dtype;
    params_.layout = YOLO4J_LAYOUT_NHWC;
    params_.activation = p.activation;
    params_.gate = p.gate;
    params_.threads = network.threads;
    params_.images = x_.images;
    params_.channels = x_.channels;
    params_.pixels = x_.height * x_.width;
    params_.squeezed = p.squeezed;
    check_kernel(yolo4j_squeeze_excite_workspace(&params_, &workspace_));
  }

  std::string describe() const override { return "yolo4j squeeze_excite"; }
  int64_t scratch_bytes() const override { return workspace_; }
  int64_t weight_bytes() const override {
    return weight_.bytes() + bias_.bytes() + weight2_.bytes() + bias2_.bytes();
  }

  std::unique_ptr<BoundStep> bind(const Place& place) const override {
    auto buffers = sized<yolo4j_squeeze_excite_buffers>();
    buffers.x = place.of(x_);
    buffers.pooled =
        pooled_.struct_size == 0 ? nullptr : static_cast<const float*>(place.of(pooled_));
    buffers.squeeze_weight = weight_.data();
    buffers.squeeze_bias = static_cast<const float*>(bias_.data());
    buffers.excite_weight = weight2_.data();
    buffers.excite_bias = static_cast<const float*>(bias2_.data());
    buffers.y = place.of(y_);
    buffers.workspace = place.scratch;
    buffers.workspace_bytes = workspace_;
    return bound([params = params_, buffers](const uint8_t*) {
      check_kernel(yolo4j_squeeze_excite_run(&params, &buffers));
    });
  }

 private:
  Tensor x_, y_, pooled_;
  Weights weight_, bias_, weight2_, bias2_;
  yolo4j_squeeze_excite params_;
  int64_t workspace_ = 0;
};

class Attention final : public Step {
 public:
  Attention(const Network& network, const StepParams& p)
      : x_(network.tensor(p.x)), y_(network.tensor(p.y)) {
    if (x_.images != y_.images || x_.height != y_.height || x_.width != y_.width ||
        x_.channels != 3 * y_.channels || x_.dtype != y_.dtype) {
      fail(
          YOLO4J_INVALID_ARGUMENT,
          "an attention makes %lld x %lld pixels of a third of x's %lld channels, in x's type, got "
          "a tensor of %lld x %lld of %lld",
          static_cast<long long>(x_.height), static_cast<long long>(x_.width),
          static_cast<long long>(x_.channels), static_cast<long long>(y_.height),
          static_cast<long long>(y_.width), static_cast<long long>(y_.channels));
    }
    params_ = sized<yolo4j_attention>();
    params_.dtype = x_.dtype;
    params_.threads = network.threads;
    params_.heads = p.groups;
    params_.images = x_.images;
    params_.pixels = x_.height * x_.width;
    params_.channels = y_.channels;
    params_.x_pixel_stride = x_.pixel_stride;
    params_.y_pixel_stride = y_.pixel_stride;
    check_kernel(yolo4j_attention_workspace(&params_, &workspace_));
  }

  std::string describe() const override { return "yolo4j attention"; }
  int64_t scratch_bytes() const override { return workspace_; }

  std::unique_ptr<BoundStep> bind(const Place& place) const override {
    auto buffers = sized<yolo4j_attention_buffers>();
    buffers.x = place.of(x_);
    buffers.y = place.of(y_);
    buffers.workspace = place.scratch;
    buffers.workspace_bytes = workspace_;
    return bound([params = params_, buffers](const uint8_t*) {
      check_kernel(yolo4j_attention_run(&params, &buffers));
    });
  }

 private:
  Tensor x_, y_;
  yolo4j_attention params_;
  int64_t workspace_ = 0;
};

/// A step without weights and working memory: a name and a function of places.
template <typename Bind>
class Plain final : public Step {
 public:
  Plain(const char* name, Bind bind) : name_(name), bind_(std::move(bind)) {}
  std::string describe() const override { return name_; }
  std::unique_ptr<BoundStep> bind(const Place& place) const override { return bind_(place); }

 private:
  const char* name_;
  Bind bind_;
};

template <typename Bind>
std::unique_ptr<Step> plain(const char* name, Bind bind) {
  return std::make_unique<Plain<Bind>>(name, std::move(bind));
}

}  // namespace

std::unique_ptr<Step> make_depthwise(const Network& network, const StepParams& params) {
  return std::make_unique<Depthwise>(network, params);
}

std::unique_ptr<Step> make_squeeze_excite(const Network& network, const StepParams& params) {
  return std::make_unique<SqueezeExcite>(network, params);
}

std::unique_ptr<Step> make_attention(const Network& network, const StepParams& params) {
  return std::make_unique<Attention>(network, params);
}

std::unique_ptr<Step> make_activation(const Network& network, const StepParams& params) {
  const Tensor x = network.tensor(params.x);
  const Tensor y = network.tensor(params.y);
  require_dense("an activation", x);
  require_dense("an activation", y);
  auto p = sized<yolo4j_elementwise>();
  p.dtype = x.dtype;
  p.activation = params.activation;
  p.threads = network.threads;
  p.count = pixels_of(x) * x.channels;
  return plain("yolo4j activation", [=](const Place& place) {
    return bound([p, from = place.of(x), to = place.of(y)](const uint8_t*) {
      check_kernel(yolo4j_activation_forward(&p, from, to));
    });
  });
}

std::unique_ptr<Step> make_max_pool(const Network& network, const StepParams& params) {
  const Tensor x = network.tensor(params.x);
  const Tensor y = network.tensor(params.y);
  auto p = sized<yolo4j_max_pool>();
  p.dtype = x.dtype;
  p.threads = network.threads;
  p.kernel = params.kernel_height;
  p.stride = params.stride_height;
  p.pad = params.pad_top;
  p.images = x.images;
  p.channels = x.channels;
  p.height = x.height;
  p.width = x.width;
  p.x_pixel_stride = x.pixel_stride;
  p.y_pixel_stride = y.pixel_stride;
  const int64_t height = (x.height + 2 * p.pad - p.kernel) / p.stride + 1;
  const int64_t width = (x.width + 2 * p.pad - p.kernel) / p.stride + 1;
  if (height != y.height || width != y.width || x.channels != y.channels || !same_numbers(x, y)) {
    fail(YOLO4J_INVALID_ARGUMENT,
         "a max-pool gives %lld x %lld pixels of x's type and scale, got a tensor of %lld x %lld",
         static_cast<long long>(height), static_cast<long long>(width),
         static_cast<long long>(y.height), static_cast<long long>(y.width));
  }
  return plain("yolo4j max_pool", [=](const Place& place) {
    return bound([p, from = place.of(x), to = place.of(y)](const uint8_t*) {
      check_kernel(yolo4j_max_pool_run(&p, from, to));
    });
  });
}

std::unique_ptr<Step> make_add(const Network& network, const StepParams& params) {
  const Tensor a = network.tensor(params.x);
  const Tensor b = network.tensor(params.second);
  const Tensor y = network.tensor(params.y);
  auto p = sized<yolo4j_sum>();
  p.dtype = a.dtype;
  p.threads = network.threads;
  p.pixels = pixels_of(a);
  p.channels = a.channels;
  p.a_pixel_stride = a.pixel_stride;
  p.b_pixel_stride = b.pixel_stride;
  p.y_pixel_stride = y.pixel_stride;
  for (const Tensor& other : {b, y}) {
    if (pixels_of(other) != p.pixels || other.channels != p.channels || other.dtype != p.dtype) {
      fail(YOLO4J_INVALID_ARGUMENT, "a sum needs tensors of one shape and type");
    }
  }
  return plain("yolo4j sum", [=](const Place& place) {
    return bound([p, first = place.of(a), second = place.of(b), to = place.of(y)](const uint8_t*) {
      check_kernel(yolo4j_sum_run(&p, first, second, to));
    });
  });
}

}  // namespace yolo4j::plan
