// Dense and grouped convolutions by oneDNN. Those of one pixel are matrix products where a tensor
// is a slice of channels: oneDNN's convolutions run their reference code there.
#include <cmath>
#include <cstring>
#include <dnnl.hpp>
#include <type_traits>
#include <unordered_map>

#include "plan/layout.h"
#include "plan/plan.h"

namespace yolo4j::plan {
namespace {

using Arguments = std::unordered_map<int, dnnl::memory>;
using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;

const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

Type type_of(int32_t dtype) {
  switch (dtype) {
    case YOLO4J_DTYPE_BF16:
      return Type::bf16;
    case YOLO4J_DTYPE_U8:
      return Type::u8;
    default:
      return Type::f32;
  }
}

dnnl::memory::desc map_of(const Tensor& t) {
  return dnnl::memory::desc(
      {t.images, t.channels, t.height, t.width}, type_of(t.dtype),
      {t.height * t.width * t.pixel_stride, 1, t.width * t.pixel_stride, t.pixel_stride});
}

dnnl::memory::desc matrix_of(const Tensor& t) {
  return dnnl::memory::desc({pixels_of(t), t.channels}, type_of(t.dtype), {t.pixel_stride, 1});
}

/// Whether every output pixel depends on the input pixel in its place alone.
bool is_pointwise(const StepParams& p) {
  return p.kernel_height == 1 && p.kernel_width == 1 && p.stride_height == 1 &&
         p.stride_width == 1 && p.pad_top + p.pad_left + p.pad_bottom + p.pad_right == 0 &&
         p.groups == 1;
}

void append_activation(dnnl::post_ops* ops, int32_t activation) {
  using dnnl::algorithm;
  switch (activation) {
    case YOLO4J_ACTIVATION_NONE:
      return;
    case YOLO4J_ACTIVATION_RELU:
      ops->append_eltwise(algorithm::eltwise_relu, 0, 0);
      return;
    case YOLO4J_ACTIVATION_RELU6:
      ops->append_eltwise(algorithm::eltwise_clip, 0, 6);
      return;
    case YOLO4J_ACTIVATION_SILU:
      ops->append_eltwise(algorithm::eltwise_swish, 1, 0);
      return;
    case YOLO4J_ACTIVATION_HARDSWISH:
      ops->append_eltwise(algorithm::eltwise_hardswish, 1.0f / 6, 0.5f);
      return;
    case YOLO4J_ACTIVATION_HARDSIGMOID:
      ops->append_eltwise(algorithm::eltwise_hardsigmoid, 1.0f / 6, 0.5f);
      return;
    case YOLO4J_ACTIVATION_SIGMOID:
      ops->append_eltwise(algorithm::eltwise_logistic, 0, 0);
      return;
    case YOLO4J_PLAN_LEAKY_RELU:
      ops->append_eltwise(algorithm::eltwise_relu, 0.1f, 0);
      return;
    default:
      fail(YOLO4J_INVALID_ARGUMENT,
           "a convolution's activation must be one of those listed, got %d", activation);
  }
}

/// The step, whichever primitive does it.
class Convolution final : public Step {
 public:
  Convolution(const Network& network, const StepParams& p)
      : x_(network.tensor(p.x)), y_(network.tensor(p.y)), adds_(p.second >= 0) {
    second_ = adds_ ? network.tensor(p.second) : y_;
    matrix_ = is_pointwise(p) && !(is_dense(x_) && is_dense(y_) && is_dense(second_));
    dnnl::primitive_attr attributes;
    dnnl::post_ops ops;
    append_activation(&ops, p.activation);
    if (adds_) {
      append_second(&ops);
    }
    attributes.set_post_ops(ops);
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (is_bytes(x_) || is_bytes(y_)) {
      quantize(p, &attributes);
    }
    if (matrix_) {
      make_product(p, attributes);
    } else {
      make_convolution(p, attributes);
    }
    if (name_.find("ref") != std::string::npos && !network.allow_reference) {
      fail(YOLO4J_UNSUPPORTED,
           "oneDNN has only its reference code (%s) for a convolution of %lld to %lld channels, "
           "%d x %d, pixels %lld and %lld apart",
           name_.c_str(), static_cast<long long>(x_.channels), static_cast<long long>(y_.channels),
           p.kernel_height, p.kernel_width, static_cast<long long>(x_.pixel_stride),
           static_cast<long long>(y_.pixel_stride));
    }
  }

  std::string describe() const override {
    return std::string("oneDNN ") + (matrix_ ? "matmul " : "convolution ") + name_ + ", weights " +
           layout_name(weight_.get_desc());
  }
  int64_t scratch_bytes() const override { return static_cast<int64_t>(scratch_.get_size()); }
  int64_t weight_bytes() const override {
    return static_cast<int64_t>(weight_.get_desc().get_size() + bias_.get_desc().get_size());
  }

  std::unique_ptr<BoundStep> bind(const Place& place) const override;

 private:
  /// Bytes are added as they are, so what comes before is brought to their scale and zero.
  void append_second(dnnl::post_ops* ops) {
    using dnnl::algorithm;
    if (is_bytes(second_)) {
      ops->append_eltwise(algorithm::eltwise_linear, 1 / second_.scale,
                          -static_cast<float>(second_.zero_point));
    }
    ops->append_binary(algorithm::binary_add, matrix_ ? matrix_of(second_) : map_of(second_));
    second_argument_ = DNNL_ARG_ATTR_MULTIPLE_POST_OP(ops->len() - 1) | DNNL_ARG_SRC_1;
    if (is_bytes(second_)) {
      ops->append_eltwise(algorithm::eltwise_linear, second_.scale, 0);
    }
  }

  /// Scales and zero points, which oneDNN takes when the step runs.
  void quantize(const StepParams& p, dnnl::primitive_attr* attributes) {
    if (!is_bytes(x_)) {
      fail(YOLO4J_UNSUPPORTED, "a convolution writes bytes only where it reads them");
    }
    if (p.groups != 1) {
      fail(YOLO4J_UNSUPPORTED, "a convolution of bytes has one group, got %d", p.groups);
    }
    const uint64_t fast =
        (UINT64_C(1) << YOLO4J_CPU_AVX512_VNNI) | (UINT64_C(1) << YOLO4J_CPU_AMX_INT8);
    if ((yolo4j_cpu_features() & fast) == 0) {
      fail(YOLO4J_UNSUPPORTED, "convolutions of bytes need a CPU with AVX-512 VNNI or AMX");
    }
    attributes->set_scales_mask(DNNL_ARG_SRC, 0);
    attributes->set_scales_mask(DNNL_ARG_WEIGHTS, matrix_ ? 2 : 1);
    attributes->set_zero_points_mask(DNNL_ARG_SRC, 0);
    keep_number(DNNL_ARG_ATTR_SCALES | DNNL_ARG_SRC, x_.scale);
    keep_number(DNNL_ARG_ATTR_ZERO_POINTS | DNNL_ARG_SRC, x_.zero_point);
    if (is_bytes(y_)) {
      attributes->set_scales_mask(DNNL_ARG_DST, 0);
      attributes->set_zero_points_mask(DNNL_ARG_DST, 0);
      keep_number(DNNL_ARG_ATTR_SCALES | DNNL_ARG_DST, y_.scale);
      keep_number(DNNL_ARG_ATTR_ZERO_POINTS | DNNL_ARG_DST, y_.zero_point);
    }
    round_weights(p);
  }

  /// To 8 bits with a sign, an output channel's largest to 127.
  void round_weights(const StepParams& p) {
    const int64_t each = x_.channels * p.kernel_height * p.kernel_width;
    dnnl::memory scales({{y_.channels}, Type::f32, Tag::a}, engine());
    float* scale = static_cast<float*>(scales.get_data_handle());
    rounded_.resize(static_cast<std::size_t>(each * y_.channels));
    for (int64_t o = 0; o < y_.channels; o++) {
      float largest = 0;
      for (int64_t i = 0; i < each; i++) {
        largest = std::fmax(largest, std::fabs(p.weight[o * each + i]));
      }
      scale[o] = largest > 0 ? largest / 127 : 1;
      for (int64_t i = 0; i < each; i++) {
        rounded_[static_cast<std::size_t>(o * each + i)] =
            static_cast<int8_t>(std::nearbyint(p.weight[o * each + i] / scale[o]));
      }
    }
    numbers_.emplace_back(DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS, scales);
  }

  template <typename Number>
  void keep_number(int argument, Number value) {
    dnnl::memory number({{1}, std::is_same<Number, float>::value ? Type::f32 : Type::s32, Tag::a},
                        engine());
    std::memcpy(number.get_data_handle(), &value, sizeof value);
    numbers_.emplace_back(argument, number);
  }

  void make_product(const StepParams& p, const dnnl::primitive_attr& attributes) {
    dnnl::memory::desc any({x_.channels, y_.channels}, weight_type(), Tag::any);
    dnnl::memory::desc bias({1, y_.channels}, Type::f32, Tag::ab);
    dnnl::matmul::primitive_desc chosen(engine(), matrix_of(x_), any, bias, matrix_of(y_),
                                        attributes);
    keep(chosen, dnnl::matmul(chosen));
    // [out][in] as [in][out].
    dnnl::memory::desc given({x_.channels, y_.channels}, given_type(), {1, x_.channels});
    pack(p, given, chosen.weights_desc(), bias);
    x_desc_ = matrix_of(x_);
    y_desc_ = matrix_of(y_);
    second_desc_ = matrix_of(second_);
  }

  void make_convolution(const StepParams& p, const dnnl::primitive_attr& attributes) {
    const dnnl::memory::dims whole{y_.channels, x_.channels / p.groups, p.kernel_height,
                                   p.kernel_width};
    const dnnl::memory::dims grouped{p.groups, y_.channels / p.groups, x_.channels / p.groups,
                                     p.kernel_height, p.kernel_width};
    const dnnl::memory::dims& dims = p.groups == 1 ? whole : grouped;
    dnnl::memory::desc any(dims, weight_type(), Tag::any);
    dnnl::memory::desc bias({y_.channels}, Type::f32, Tag::a);
    dnnl::convolution_forward::primitive_desc chosen(
        engine(), dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
        map_of(x_), any, bias, map_of(y_), {p.stride_height, p.stride_width},
        {p.dilation_height - 1, p.dilation_width - 1}, {p.pad_top, p.pad_left},
        {p.pad_bottom, p.pad_right}, attributes);
    keep(chosen, dnnl::convolution_forward(chosen));
    pack(p, {dims, given_type(), p.groups == 1 ? Tag::oihw : Tag::goihw}, chosen.weights_desc(),
         bias);
    x_desc_ = map_of(x_);
    y_desc_ = map_of(y_);
    second_desc_ = map_of(second_);
  }

  Type weight_type() const { return is_bytes(x_) ? Type::s8 : type_of(x_.dtype); }
  /// Of the weights before they are packed.
  Type given_type() const { return is_bytes(x_) ? Type::s8 : Type::f32; }

  template <typename Description>
  void keep(const Description& chosen, dnnl::primitive primitive) {
    name_ = chosen.impl_info_str();
    scratch_ = chosen.scratchpad_desc();
    primitive_ = std::move(primitive);
  }

  void pack(const StepParams& p, const dnnl::memory::desc& given, const dnnl::memory::desc& wanted,
            const dnnl::memory::desc& bias) {
    dnnl::stream stream(engine());
    void* values = rounded_.empty() ? static_cast<void*>(const_cast<float*>(p.weight))
                                    : static_cast<void*>(rounded_.data());
    dnnl::memory from(given, engine(), values);
    weight_ = dnnl::memory(wanted, engine());
    dnnl::reorder(from, weight_).execute(stream, from, weight_);
    stream.wait();
    bias_ = dnnl::memory(bias, engine());
    float* to = static_cast<float*>(bias_.get_data_handle());
    for (int64_t c = 0; c < y_.channels; c++) {
      to[c] = p.bias == nullptr ? 0 : p.bias[c];
    }
    std::vector<int8_t>().swap(rounded_);  // = {} would keep the memory
  }

  friend class BoundConvolution;

  Tensor x_, y_, second_;
  bool adds_;
  bool matrix_ = false;
  int second_argument_ = 0;
  std::string name_;
  dnnl::primitive primitive_;
  dnnl::memory::desc scratch_, x_desc_, y_desc_, second_desc_;
  dnnl::memory weight_, bias_;
  std::vector<int8_t> rounded_;  // weights on their way to be packed
  std::vector<std::pair<int, dnnl::memory>> numbers_;
};

/// Arguments are made once; running one allocates nothing of ours.
class BoundConvolution final : public BoundStep {
 public:
  BoundConvolution(const Convolution& step, const Place& place)
      : primitive_(step.primitive_), stream_(engine()) {
    add(DNNL_ARG_SRC, step.x_desc_, place.of(step.x_));
    add(DNNL_ARG_DST, step.y_desc_, place.of(step.y_));
    add(DNNL_ARG_SCRATCHPAD, step.scratch_, place.scratch);
    if (step.adds_) {
      add(step.second_argument_, step.second_desc_, place.of(step.second_));
    }
    share(DNNL_ARG_WEIGHTS, step.weight_);
    share(DNNL_ARG_BIAS, step.bias_);
    for (const auto& number : step.numbers_) {
      share(number.first, number.second);
    }
  }

  void run(const uint8_t*) override {
    dnnl::error::wrap_c_api(
        dnnl_primitive_execute(primitive_.get(), stream_.get(), static_cast<int>(arguments_.size()),
                               arguments_.data()),
        "a convolution failed");
    dnnl::error::wrap_c_api(dnnl_stream_wait(stream_.get()), "a convolution failed");
  }

 private:
  void share(int argument, const dnnl::memory& memory) {
    memories_.push_back(memory);
    arguments_.push_back({argument, memory.get()});
  }

  void add(int argument, const dnnl::memory::desc& description, void* data) {
    memories_.emplace_back(description, engine(), data);
    arguments_.push_back({argument, memories_.back().get()});
  }

  dnnl::primitive primitive_;
  dnnl::stream stream_;
  std::vector<dnnl::memory> memories_;
  std::vector<dnnl_exec_arg_t> arguments_;
};

std::unique_ptr<BoundStep> Convolution::bind(const Place& place) const {
  return std::make_unique<BoundConvolution>(*this, place);
}

}  // namespace

std::unique_ptr<Step> make_convolution(const Network& network, const StepParams& params) {
  return std::make_unique<Convolution>(network, params);
}

}  // namespace yolo4j::plan
