// A compiled network: steps that share one arena. See README.md.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "yolo4j_plan.h"

namespace yolo4j::plan {

/// A failure on its way to the C ABI, which is the only place that catches it.
struct Failure {
  int32_t status;
  std::string text;
};

[[noreturn]] void fail(int32_t status, const char* format, ...)
    __attribute__((format(printf, 2, 3)));

/// Throws if a function of yolo4j.h failed, with its text.
void check_kernel(int32_t status);

using Tensor = yolo4j_plan_tensor;
using StepParams = yolo4j_plan_step;

int64_t element_size(int32_t dtype);

inline int64_t pixels_of(const Tensor& t) { return t.images * t.height * t.width; }
inline bool is_bytes(const Tensor& t) { return t.dtype == YOLO4J_DTYPE_U8; }

/// Whether a value is stored as the same bits in both.
inline bool same_numbers(const Tensor& a, const Tensor& b) {
  return a.dtype == b.dtype && (!is_bytes(a) || (!(a.scale < b.scale || a.scale > b.scale) &&
                                                 a.zero_point == b.zero_point));
}

inline bool is_dense(const Tensor& t) { return t.pixel_stride == t.channels; }

/// One image's pixels; the last one ends with its own channels.
inline int64_t bytes_of(const Tensor& t) {
  return ((pixels_of(t) - 1) * t.pixel_stride + t.channels) * element_size(t.dtype);
}

/// A step bound to the memory of one context.
class BoundStep {
 public:
  virtual ~BoundStep() = default;
  virtual void run(const uint8_t* pixels) = 0;
};

/// Memory of one context that a step may use while it runs, and where its tensors lie.
struct Place {
  char* arena;
  char* scratch;

  void* of(const Tensor& t) const { return arena + t.offset; }
};

/// A compiled step: immutable, shared by contexts.
class Step {
 public:
  virtual ~Step() = default;
  /// What runs it, for people.
  virtual std::string describe() const = 0;
  /// Working memory while it runs, bytes.
  virtual int64_t scratch_bytes() const { return 0; }
  virtual int64_t weight_bytes() const { return 0; }
  virtual std::unique_ptr<BoundStep> bind(const Place& place) const = 0;
};

struct Free {
  void operator()(char* memory) const { std::free(memory); }
};
using Memory = std::unique_ptr<char, Free>;

/// Memory that begins with a cache line; throws std::bad_alloc.
Memory allocate(int64_t bytes);

/// Checked tensors and options of the network that a step is made for.
struct Network {
  int32_t threads;
  bool allow_reference;
  std::vector<Tensor> tensors;
  int64_t arena_bytes;
  std::vector<int32_t> cpus; /* empty: wherever the caller may be */

  const Tensor& tensor(int32_t id) const { return tensors[static_cast<std::size_t>(id)]; }
};

std::unique_ptr<Step> make_convolution(const Network& network, const StepParams& params);
std::unique_ptr<Step> make_depthwise(const Network& network, const StepParams& params);
std::unique_ptr<Step> make_squeeze_excite(const Network& network, const StepParams& params);
std::unique_ptr<Step> make_activation(const Network& network, const StepParams& params);
std::unique_ptr<Step> make_class_scores(const Network& network, const StepParams& params);
std::unique_ptr<Step> make_max_pool(const Network& network, const StepParams& params);
std::unique_ptr<Step> make_add(const Network& network, const StepParams& params);
std::unique_ptr<Step> make_attention(const Network& network, const StepParams& params);
std::unique_ptr<Step> make_pixels(const Network& network, const StepParams& params);
/// Upsampling, copies, blocks, padding and shuffled channels.
std::unique_ptr<Step> make_move(const Network& network, const StepParams& params);

/// A step that calls one function of a place with nothing of its own to keep.
template <typename Run>
class BoundRun final : public BoundStep {
 public:
  explicit BoundRun(Run run) : run_(std::move(run)) {}
  void run(const uint8_t* pixels) override { run_(pixels); }

 private:
  Run run_;
};

template <typename Run>
std::unique_ptr<BoundStep> bound(Run run) {
  return std::make_unique<BoundRun<Run>>(std::move(run));
}

/// Numbers in a tensor's type, from float32.
class Weights {
 public:
  Weights(const float* values, int64_t count, int32_t dtype);
  const void* data() const { return bytes_.data(); }
  int64_t bytes() const { return static_cast<int64_t>(bytes_.size()); }

 private:
  std::vector<char> bytes_;
};

}  // namespace yolo4j::plan
