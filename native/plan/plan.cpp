// The C ABI: checks, compiles, runs. Exceptions end here.
#include "plan/plan.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dnnl.hpp>
#include <new>

#include "plan/processors.h"

#if defined(_OPENMP)
#include <omp.h>
#endif

namespace yolo4j::plan {
namespace {

/// The arena begins with a cache line; steps' working memory does too.
constexpr int64_t kAlignment = 64;
constexpr int64_t kMostArena = INT64_C(1) << 40;
constexpr int64_t kMostSide = INT64_C(1) << 20;

std::string& last_error() {
  thread_local std::string text;
  return text;
}

/// Runs the body and turns what it throws into a status.
template <typename Body>
int32_t guarded(const char* operation, const Body& body) noexcept {
  int32_t status = YOLO4J_INTERNAL;
  try {
    try {
      body();
      return YOLO4J_OK;
    } catch (const Failure& e) {
      status = e.status;
      last_error() = std::string(operation) + ": " + e.text;
    } catch (const dnnl::error& e) {
      status = e.status == dnnl_out_of_memory   ? YOLO4J_OUT_OF_MEMORY
               : e.status == dnnl_unimplemented ? YOLO4J_UNSUPPORTED
                                                : YOLO4J_INTERNAL;
      last_error() = std::string(operation) + ": oneDNN: " + e.what();
    } catch (const std::bad_alloc&) {
      status = YOLO4J_OUT_OF_MEMORY;
      last_error() = std::string(operation) + ": no memory";
    }
  } catch (...) {
    // Not even the text could be kept.
  }
  return status;
}

/// The caller's OpenMP team has the plan's number of threads while this lives: oneDNN's primitives
/// are made for a number and ask for it again when they run.
class ThreadCount {
 public:
  explicit ThreadCount(int32_t threads) {
#if defined(_OPENMP)
    before_ = omp_get_max_threads();
    if (before_ != threads) {
      omp_set_num_threads(threads);
    }
    changed_ = before_ != threads;
#else
    (void)threads;
#endif
  }
  ~ThreadCount() {
#if defined(_OPENMP)
    if (changed_) {
      omp_set_num_threads(before_);
    }
#endif
  }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;

 private:
  int before_ = 1;
  bool changed_ = false;
};

int64_t rounded(int64_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool in_range(int64_t v) { return v >= 1 && v <= kMostSide; }

void check_tensor(const Tensor& t, int32_t index, int64_t arena) {
  if (t.struct_size != sizeof(Tensor)) {
    fail(YOLO4J_INVALID_ARGUMENT, "tensor %d: struct_size must be %zu, got %u", index,
         sizeof(Tensor), static_cast<unsigned>(t.struct_size));
  }
  if (t.dtype != YOLO4J_DTYPE_F32 && t.dtype != YOLO4J_DTYPE_BF16 && !is_bytes(t)) {
    fail(YOLO4J_UNSUPPORTED, "tensor %d: dtype must be f32, bf16 or u8, got %d", index, t.dtype);
  }
  if (is_bytes(t) &&
      (!(t.scale > 0) || !std::isfinite(t.scale) || t.zero_point < 0 || t.zero_point > 255)) {
    fail(YOLO4J_INVALID_ARGUMENT,
         "tensor %d: bytes need a finite scale above 0 and a zero point from 0 to 255, got %g and "
         "%d",
         index, static_cast<double>(t.scale), t.zero_point);
  }
  if (!in_range(t.images) || !in_range(t.height) || !in_range(t.width) || !in_range(t.channels) ||
      t.pixel_stride < t.channels || t.pixel_stride > kMostSide ||
      t.images * t.height > (INT64_C(1) << 31) / t.width) {
    fail(YOLO4J_INVALID_ARGUMENT,
         "tensor %d: sizes must be from 1 to 2^20, below 2^31 pixels, with pixels at least the "
         "channels apart, got [%lld,%lld,%lld,%lld], %lld apart",
         index, static_cast<long long>(t.images), static_cast<long long>(t.height),
         static_cast<long long>(t.width), static_cast<long long>(t.channels),
         static_cast<long long>(t.pixel_stride));
  }
  if (t.offset < 0 || t.offset % element_size(t.dtype) != 0 || t.offset > arena ||
      bytes_of(t) > arena - t.offset) {
    fail(YOLO4J_INVALID_ARGUMENT,
         "tensor %d: must lie in the arena of %lld bytes, at a multiple of its elements, got %lld "
         "bytes at %lld",
         index, static_cast<long long>(arena), static_cast<long long>(bytes_of(t)),
         static_cast<long long>(t.offset));
  }
}

/// Which of a step's tensors and weights must be there.
struct Needs {
  bool x, second, weight, weight2;
};

Needs needs_of(const StepParams& p, int32_t index) {
  switch (p.kind) {
    case YOLO4J_PLAN_PIXELS:
    case YOLO4J_PLAN_PIXEL_BLOCKS:
      return {false, false, false, false};
    case YOLO4J_PLAN_CONVOLUTION:
    case YOLO4J_PLAN_DEPTHWISE:
      return {true, false, true, false};
    case YOLO4J_PLAN_SQUEEZE_EXCITE:
      return {true, false, true, true};
    case YOLO4J_PLAN_ADD:
      return {true, true, false, false};
    case YOLO4J_PLAN_CLASS_SCORES:
      return {true, true, true, false};
    case YOLO4J_PLAN_ACTIVATION:
    case YOLO4J_PLAN_MAX_POOL:
    case YOLO4J_PLAN_UPSAMPLE:
    case YOLO4J_PLAN_COPY:
    case YOLO4J_PLAN_BLOCKS:
    case YOLO4J_PLAN_PAD:
    case YOLO4J_PLAN_SHUFFLE:
    case YOLO4J_PLAN_ATTENTION:
      return {true, false, false, false};
    default:
      fail(YOLO4J_INVALID_ARGUMENT, "step %d: kind must be one of those listed, got %d", index,
           p.kind);
  }
}

void check_id(const char* name, int32_t id, bool needed, const Network& network, int32_t index) {
  if (id < (needed ? 0 : -1) || id >= static_cast<int32_t>(network.tensors.size())) {
    fail(YOLO4J_INVALID_ARGUMENT, "step %d: %s must be one of the %zu tensors, got %d", index, name,
         network.tensors.size(), id);
  }
}

void check_step(const StepParams& p, int32_t index, const Network& network) {
  if (p.struct_size != sizeof(StepParams)) {
    fail(YOLO4J_INVALID_ARGUMENT, "step %d: struct_size must be %zu, got %u", index,
         sizeof(StepParams), static_cast<unsigned>(p.struct_size));
  }
  const Needs needs = needs_of(p, index);
  check_id("x", p.x, needs.x, network, index);
  check_id("second", p.second, needs.second, network, index);
  check_id("y", p.y, true, network, index);
  check_id("pooled", p.pooled, false, network, index);
  if ((needs.weight && p.weight == nullptr) || (needs.weight2 && p.weight2 == nullptr)) {
    fail(YOLO4J_INVALID_ARGUMENT, "step %d: weights must not be null", index);
  }
  if (p.kind == YOLO4J_PLAN_SQUEEZE_EXCITE &&
      (p.bias == nullptr || p.bias2 == nullptr || p.squeezed < 1)) {
    fail(YOLO4J_INVALID_ARGUMENT,
         "step %d: a squeeze and excite needs both biases and channels between, got %d", index,
         p.squeezed);
  }
  const bool floats = p.kind == YOLO4J_PLAN_DEPTHWISE || p.kind == YOLO4J_PLAN_SQUEEZE_EXCITE ||
                      p.kind == YOLO4J_PLAN_ACTIVATION || p.kind == YOLO4J_PLAN_ADD ||
                      p.kind == YOLO4J_PLAN_ATTENTION;
  for (int32_t id : {p.x, p.second, p.y, p.pooled}) {
    if (floats && id >= 0 && is_bytes(network.tensor(id))) {
      fail(YOLO4J_UNSUPPORTED, "step %d: a step of kind %d takes no bytes, got tensor %d", index,
           p.kind, id);
    }
  }
  const bool convolves = p.kind == YOLO4J_PLAN_CONVOLUTION || p.kind == YOLO4J_PLAN_DEPTHWISE;
  if (convolves && (p.kernel_height < 1 || p.kernel_width < 1 || p.stride_height < 1 ||
                    p.stride_width < 1 || p.dilation_height < 1 || p.dilation_width < 1 ||
                    p.groups < 1 || network.tensor(p.x).channels % p.groups != 0 ||
                    network.tensor(p.y).channels % p.groups != 0)) {
    fail(YOLO4J_INVALID_ARGUMENT,
         "step %d: kernel, stride, dilation and groups must be positive, and groups divide the "
         "channels",
         index);
  }
}

std::unique_ptr<Step> make_step(const Network& network, const StepParams& p) {
  switch (p.kind) {
    case YOLO4J_PLAN_PIXELS:
    case YOLO4J_PLAN_PIXEL_BLOCKS:
      return make_pixels(network, p);
    case YOLO4J_PLAN_CONVOLUTION:
      return make_convolution(network, p);
    case YOLO4J_PLAN_DEPTHWISE:
      return make_depthwise(network, p);
    case YOLO4J_PLAN_SQUEEZE_EXCITE:
      return make_squeeze_excite(network, p);
    case YOLO4J_PLAN_ACTIVATION:
      return make_activation(network, p);
    case YOLO4J_PLAN_MAX_POOL:
      return make_max_pool(network, p);
    case YOLO4J_PLAN_ADD:
      return make_add(network, p);
    case YOLO4J_PLAN_ATTENTION:
      return make_attention(network, p);
    case YOLO4J_PLAN_CLASS_SCORES:
      return make_class_scores(network, p);
    default:
      return make_move(network, p);
  }
}

Network checked(const yolo4j_plan_network* given) {
  if (given == nullptr || given->struct_size != sizeof *given) {
    fail(YOLO4J_INVALID_ARGUMENT, "struct_size must be %zu, got %u; header and library differ",
         sizeof(yolo4j_plan_network),
         given == nullptr ? 0 : static_cast<unsigned>(given->struct_size));
  }
  if (given->threads < 1 || given->tensor_count < 1 || given->step_count < 1 ||
      given->tensors == nullptr || given->steps == nullptr || given->arena_bytes < 1 ||
      given->arena_bytes > kMostArena) {
    fail(YOLO4J_INVALID_ARGUMENT,
         "threads, tensors, steps and the arena must be positive, got %d, %d, %d and %lld",
         given->threads, given->tensor_count, given->step_count,
         static_cast<long long>(given->arena_bytes));
  }
  if (given->cpu_count < 0 || (given->cpu_count > 0 && given->cpus == nullptr)) {
    fail(YOLO4J_INVALID_ARGUMENT, "cpus must be given, got none of %d", given->cpu_count);
  }
  Network network{given->threads, given->allow_reference != 0,
                  std::vector<Tensor>(given->tensors, given->tensors + given->tensor_count),
                  given->arena_bytes,
                  std::vector<int32_t>(given->cpus, given->cpus + given->cpu_count)};
  check_processors(network.cpus, network.threads);
  for (int32_t i = 0; i < given->tensor_count; i++) {
    check_tensor(network.tensor(i), i, given->arena_bytes);
  }
  return network;
}

}  // namespace

Memory allocate(int64_t bytes) {
  Memory memory(static_cast<char*>(
      std::aligned_alloc(kAlignment, static_cast<std::size_t>(rounded(bytes < 1 ? 1 : bytes)))));
  if (!memory) {
    throw std::bad_alloc();
  }
  return memory;
}

void check_kernel(int32_t status) {
  if (status != YOLO4J_OK) {
    throw Failure{status, yolo4j_last_error()};
  }
}

int64_t element_size(int32_t dtype) { return yolo4j_dtype_size(dtype); }

Weights::Weights(const float* values, int64_t count, int32_t dtype)
    : bytes_(static_cast<std::size_t>(count * element_size(dtype))) {
  if (dtype == YOLO4J_DTYPE_F32) {
    if (count > 0) {
      std::memcpy(bytes_.data(), values, bytes_.size());
    }
    return;
  }
  for (int64_t i = 0; i < count; i++) {
    uint32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    // To the nearest, ties to the even one; weights are finite.
    const auto half = static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    std::memcpy(bytes_.data() + 2 * i, &half, sizeof half);
  }
}

}  // namespace yolo4j::plan

using namespace yolo4j::plan;

struct yolo4j_plan {
  Network network;
  std::vector<std::unique_ptr<Step>> steps;
  int64_t scratch_bytes = 0;
  int64_t weight_bytes = 0;
};

struct yolo4j_plan_context {
  const yolo4j_plan* plan;
  Memory arena;
  Memory scratch;
  std::vector<std::unique_ptr<BoundStep>> steps;
};

int32_t yolo4j_plan_abi_version(void) { return YOLO4J_PLAN_ABI_VERSION; }

const char* yolo4j_plan_onednn_version(void) {
  static const std::string text = [] {
    const dnnl_version_t* v = dnnl_version();
    return std::to_string(v->major) + "." + std::to_string(v->minor) + "." +
           std::to_string(v->patch);
  }();
  return text.c_str();
}

const char* yolo4j_plan_last_error(void) { return last_error().c_str(); }

int32_t yolo4j_plan_create(const yolo4j_plan_network* network, yolo4j_plan** plan) {
  return guarded("yolo4j_plan_create", [&] {
    if (plan == nullptr) {
      fail(YOLO4J_INVALID_ARGUMENT, "plan must not be null");
    }
    auto made = std::make_unique<yolo4j_plan>(yolo4j_plan{checked(network), {}, 0, 0});
    ThreadCount threads(made->network.threads);
    for (int32_t i = 0; i < network->step_count; i++) {
      check_step(network->steps[i], i, made->network);
      try {
        made->steps.push_back(make_step(made->network, network->steps[i]));
      } catch (const Failure& e) {
        throw Failure{e.status, "step " + std::to_string(i) + ": " + e.text};
      } catch (const dnnl::error& e) {
        throw Failure{e.status == dnnl_unimplemented ? YOLO4J_UNSUPPORTED : YOLO4J_INTERNAL,
                      "step " + std::to_string(i) + ": oneDNN: " + e.what()};
      }
      const Step& step = *made->steps.back();
      made->scratch_bytes = std::max(made->scratch_bytes, step.scratch_bytes());
      made->weight_bytes += step.weight_bytes();
    }
    *plan = made.release();
  });
}

void yolo4j_plan_destroy(yolo4j_plan* plan) { delete plan; }

int32_t yolo4j_plan_describe(const yolo4j_plan* plan, int32_t step, char* text, int64_t capacity) {
  return guarded("yolo4j_plan_describe", [&] {
    if (plan == nullptr || text == nullptr || capacity < 1 || step < 0 ||
        step >= static_cast<int32_t>(plan->steps.size())) {
      fail(YOLO4J_INVALID_ARGUMENT, "plan, text and one of its steps must be given, got step %d",
           step);
    }
    std::snprintf(text, static_cast<std::size_t>(capacity), "%s",
                  plan->steps[static_cast<std::size_t>(step)]->describe().c_str());
  });
}

int32_t yolo4j_plan_memory(const yolo4j_plan* plan, int64_t* weight_bytes, int64_t* context_bytes) {
  return guarded("yolo4j_plan_memory", [&] {
    if (plan == nullptr || weight_bytes == nullptr || context_bytes == nullptr) {
      fail(YOLO4J_INVALID_ARGUMENT, "plan and results must not be null");
    }
    *weight_bytes = plan->weight_bytes;
    *context_bytes = rounded(plan->network.arena_bytes) + rounded(plan->scratch_bytes);
  });
}

int32_t yolo4j_plan_context_create(const yolo4j_plan* plan, yolo4j_plan_context** context) {
  return guarded("yolo4j_plan_context_create", [&] {
    if (plan == nullptr || context == nullptr) {
      fail(YOLO4J_INVALID_ARGUMENT, "plan and context must not be null");
    }
    ThreadCount threads(plan->network.threads);
    auto made = std::make_unique<yolo4j_plan_context>(yolo4j_plan_context{
        plan, allocate(plan->network.arena_bytes), allocate(plan->scratch_bytes), {}});
    std::memset(made->arena.get(), 0xff, static_cast<std::size_t>(plan->network.arena_bytes));
    for (const auto& step : plan->steps) {
      made->steps.push_back(step->bind(Place{made->arena.get(), made->scratch.get()}));
    }
    *context = made.release();
  });
}

void yolo4j_plan_context_destroy(yolo4j_plan_context* context) { delete context; }

int32_t yolo4j_plan_tensor_data(const yolo4j_plan_context* context, int32_t tensor, void** data) {
  return guarded("yolo4j_plan_tensor_data", [&] {
    if (context == nullptr || data == nullptr || tensor < 0 ||
        tensor >= static_cast<int32_t>(context->plan->network.tensors.size())) {
      fail(YOLO4J_INVALID_ARGUMENT, "context and one of its tensors must be given, got tensor %d",
           tensor);
    }
    *data = context->arena.get() + context->plan->network.tensor(tensor).offset;
  });
}

int32_t yolo4j_plan_run(yolo4j_plan_context* context, const uint8_t* pixels, int64_t* times) {
  return guarded("yolo4j_plan_run", [&] {
    if (context == nullptr || pixels == nullptr) {
      fail(YOLO4J_INVALID_ARGUMENT, "context and pixels must not be null");
    }
    const Network& network = context->plan->network;
    ThreadCount threads(network.threads);
    Confined confined(network.cpus, network.threads);
    for (std::size_t i = 0; i < context->steps.size(); i++) {
      if (times != nullptr) {
        times[2 * i] = now();
      }
      context->steps[i]->run(pixels);
      if (times != nullptr) {
        times[2 * i + 1] = now();
      }
    }
  });
}
