// The public functions: checks, then the block.
#include "squeeze_excite/squeeze_excite.h"

#include <cstdint>

#include "runtime/params.h"
#include "yolo4j.h"

namespace yolo4j::squeeze_excite {
namespace {

/// Below so many elements of x a thread isn't worth waking.
constexpr int64_t kElementsForAThread = 16384;
constexpr int64_t kMostThreads = 1024;
/// With this, no size of a workspace overflows.
constexpr int64_t kMostElements = INT64_MAX >> 15;

int32_t check_codes(const char* operation, const yolo4j_squeeze_excite& p) {
  if (p.dtype != YOLO4J_DTYPE_F32 && p.dtype != YOLO4J_DTYPE_BF16) {
    const char* name = yolo4j_dtype_name(p.dtype);
    return fail(YOLO4J_UNSUPPORTED, "%s: dtype must be f32 or bf16, got %s (%d)", operation,
                name == nullptr ? "none" : name, p.dtype);
  }
  if (p.layout != YOLO4J_LAYOUT_NCHW && p.layout != YOLO4J_LAYOUT_NHWC) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: layout must be 1 (NCHW) or 2 (NHWC), got %d",
                operation, p.layout);
  }
  if (p.activation < YOLO4J_ACTIVATION_NONE || p.activation > YOLO4J_ACTIVATION_HARDSWISH) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: activation must be from 0 to %d, got %d", operation,
                YOLO4J_ACTIVATION_HARDSWISH, p.activation);
  }
  if (p.gate != YOLO4J_ACTIVATION_HARDSIGMOID && p.gate != YOLO4J_ACTIVATION_SIGMOID) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: gate must be %d (hardsigmoid) or %d (sigmoid), got %d", operation,
                YOLO4J_ACTIVATION_HARDSIGMOID, YOLO4J_ACTIVATION_SIGMOID, p.gate);
  }
  if (p.threads < 1) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: threads must be at least 1, got %d", operation,
                p.threads);
  }
  return YOLO4J_OK;
}

int32_t check_sizes(const char* operation, const yolo4j_squeeze_excite& p) {
  if (p.images < 1 || p.channels < 1 || p.pixels < 1 || p.channels > kMostElements / p.images ||
      p.pixels > kMostElements / (p.images * p.channels)) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: images, channels and pixels must be positive and their product below 2^48, "
                "got %lld, %lld, %lld",
                operation, static_cast<long long>(p.images), static_cast<long long>(p.channels),
                static_cast<long long>(p.pixels));
  }
  if (p.squeezed < 1 || p.squeezed > kMostElements / p.images ||
      p.squeezed > kMostElements / p.channels) {
    return fail(
        YOLO4J_INVALID_ARGUMENT,
        "%s: squeezed must be positive, and below 2^48 when multiplied by images or by channels, "
        "got %lld (images %lld, channels %lld)",
        operation, static_cast<long long>(p.squeezed), static_cast<long long>(p.images),
        static_cast<long long>(p.channels));
  }
  return YOLO4J_OK;
}

int32_t useful_threads(const yolo4j_squeeze_excite& p) {
  int64_t useful = p.images * p.channels * p.pixels / kElementsForAThread;
  useful = useful < 1 ? 1 : useful < kMostThreads ? useful : kMostThreads;
  return useful < p.threads ? static_cast<int32_t>(useful) : p.threads;
}

int32_t read_block(const char* operation, const yolo4j_squeeze_excite* given, Block* block) {
  yolo4j_squeeze_excite p;
  int32_t status = read_params(operation, given, sizeof(yolo4j_squeeze_excite), &p);
  status = status == YOLO4J_OK ? check_codes(operation, p) : status;
  status = status == YOLO4J_OK ? check_sizes(operation, p) : status;
  const Kernels* kernels = nullptr;
  const activation::Kernels* activations = nullptr;
  status = status == YOLO4J_OK ? family().dispatch(&kernels) : status;
  status = status == YOLO4J_OK ? activation::family().dispatch(&activations) : status;
  if (status == YOLO4J_OK) {
    *block = Block{kernels,
                   activations,
                   p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16,
                   p.layout == YOLO4J_LAYOUT_NHWC,
                   p.activation,
                   p.gate,
                   useful_threads(p),
                   p.images,
                   p.channels,
                   p.pixels,
                   p.squeezed};
  }
  return status;
}

struct Argument {
  const void* buffer;
  const char* name;
  int64_t size;
  bool wanted;
};

int32_t check_argument(const char* operation, const Argument& one) {
  if (one.wanted && one.buffer == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: %s must not be null", operation, one.name);
  }
  // Elements are read as such, so they must lie as such.
  if (reinterpret_cast<std::uintptr_t>(one.buffer) % static_cast<std::uintptr_t>(one.size) != 0) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: %s must be aligned to %lld bytes, got %p", operation,
                one.name, static_cast<long long>(one.size), one.buffer);
  }
  return YOLO4J_OK;
}

int32_t check_workspace(const char* operation, const Block& block, const void* given,
                        int64_t bytes) {
  int64_t needed = workspace(block);
  if (given == nullptr || reinterpret_cast<std::uintptr_t>(given) % 8 != 0 || bytes < needed) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: workspace must be aligned to 8 bytes and have %lld, got %lld at %p", operation,
                static_cast<long long>(needed), static_cast<long long>(bytes), given);
  }
  return YOLO4J_OK;
}

int32_t check_buffers(const char* operation, const Block& block, const Buffers& b) {
  const Argument arguments[] = {{b.x, "x", block.element_size(), true},
                                {b.squeeze_weight, "squeeze_weight", block.element_size(), true},
                                {b.excite_weight, "excite_weight", block.element_size(), true},
                                {b.y, "y", block.element_size(), true},
                                {b.pooled, "pooled", 4, false},
                                {b.squeeze_bias, "squeeze_bias", 4, false},
                                {b.excite_bias, "excite_bias", 4, false}};
  for (const Argument& one : arguments) {
    if (int32_t status = check_argument(operation, one); status != YOLO4J_OK) {
      return status;
    }
  }
  return check_workspace(operation, block, b.workspace, b.workspace_bytes);
}

int32_t check_buffers(const char* operation, const Block& block, const Backward& b) {
  int64_t size = block.element_size();
  const Argument arguments[] = {{b.x, "x", size, true},
                                {b.dy, "dy", size, true},
                                {b.squeeze_weight, "squeeze_weight", size, true},
                                {b.excite_weight, "excite_weight", size, true},
                                {b.dx, "dx", size, false},
                                {b.dsqueeze_weight, "dsqueeze_weight", size, false},
                                {b.dexcite_weight, "dexcite_weight", size, false},
                                {b.squeeze_bias, "squeeze_bias", 4, false},
                                {b.excite_bias, "excite_bias", 4, false},
                                {b.dsqueeze_bias, "dsqueeze_bias", 4, false},
                                {b.dexcite_bias, "dexcite_bias", 4, false}};
  for (const Argument& one : arguments) {
    if (int32_t status = check_argument(operation, one); status != YOLO4J_OK) {
      return status;
    }
  }
  return check_workspace(operation, block, b.workspace, b.workspace_bytes);
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = KernelFamily<Kernels>(&kScalar)
#if defined(YOLO4J_X86)
                                                        .with(YOLO4J_ISA_AVX2, &kAvx2)
                                                        .with(YOLO4J_ISA_AVX512, &kAvx512)
#elif defined(YOLO4J_ARM64)
                                                        .with(YOLO4J_ISA_NEON, &kNeon)
#endif
      ;
  return versions;
}

}  // namespace yolo4j::squeeze_excite

using yolo4j::squeeze_excite::Backward;
using yolo4j::squeeze_excite::Block;
using yolo4j::squeeze_excite::Buffers;

int32_t yolo4j_squeeze_excite_workspace(const yolo4j_squeeze_excite* block, int64_t* bytes) {
  const char* operation = "yolo4j_squeeze_excite_workspace";
  Block checked;
  int32_t status = yolo4j::squeeze_excite::read_block(operation, block, &checked);
  if (status == YOLO4J_OK && bytes == nullptr) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: bytes must not be null", operation);
  }
  if (status == YOLO4J_OK) {
    *bytes = yolo4j::squeeze_excite::workspace(checked);
  }
  return status;
}

int32_t yolo4j_squeeze_excite_run(const yolo4j_squeeze_excite* block,
                                  const yolo4j_squeeze_excite_buffers* buffers) {
  const char* operation = "yolo4j_squeeze_excite_run";
  Block checked;
  Buffers b;
  int32_t status = yolo4j::squeeze_excite::read_block(operation, block, &checked);
  status =
      status == YOLO4J_OK ? yolo4j::read_params(operation, buffers, sizeof(Buffers), &b) : status;
  status =
      status == YOLO4J_OK ? yolo4j::squeeze_excite::check_buffers(operation, checked, b) : status;
  if (status == YOLO4J_OK) {
    yolo4j::squeeze_excite::run(checked, b);
  }
  return status;
}

int32_t yolo4j_squeeze_excite_backward(const yolo4j_squeeze_excite* block,
                                       const yolo4j_squeeze_excite_backward_buffers* buffers) {
  const char* operation = "yolo4j_squeeze_excite_backward";
  Block checked;
  Backward b;
  int32_t status = yolo4j::squeeze_excite::read_block(operation, block, &checked);
  status =
      status == YOLO4J_OK ? yolo4j::read_params(operation, buffers, sizeof(Backward), &b) : status;
  status =
      status == YOLO4J_OK ? yolo4j::squeeze_excite::check_buffers(operation, checked, b) : status;
  if (status == YOLO4J_OK) {
    yolo4j::squeeze_excite::gradient(checked, b);
  }
  return status;
}
