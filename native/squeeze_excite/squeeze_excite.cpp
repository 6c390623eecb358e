// The public functions: checks, then the block.
#include "squeeze_excite/squeeze_excite.h"

#include <cstdint>

#include "runtime/arguments.h"
#include "runtime/params.h"
#include "runtime/team.h"
#include "squeeze_excite/arguments.h"
#include "yolo4j.h"

namespace yolo4j::squeeze_excite {
namespace {

/// Below so many elements of x a thread isn't worth waking: they take about as long as the four
/// times that threads wait for each other.
constexpr int64_t kElementsForAThread = 262144;
constexpr int32_t kMostThreads = 1024;
/// With this, no size of a workspace overflows.
constexpr int64_t kMostElements = INT64_MAX >> 15;

int32_t check_codes(const char* operation, const yolo4j_squeeze_excite& p) {
  int32_t status = check_float_type(operation, p.dtype);
  status = status == YOLO4J_OK ? check_layout(operation, p.layout) : status;
  status = status == YOLO4J_OK
               ? check_activation(operation, p.activation, YOLO4J_ACTIVATION_HARDSWISH)
               : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (p.gate != YOLO4J_ACTIVATION_HARDSIGMOID && p.gate != YOLO4J_ACTIVATION_SIGMOID) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: gate must be %d (hardsigmoid) or %d (sigmoid), got %d", operation,
                YOLO4J_ACTIVATION_HARDSIGMOID, YOLO4J_ACTIVATION_SIGMOID, p.gate);
  }
  return check_threads(operation, p.threads);
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
                   useful_threads(p.threads < kMostThreads ? p.threads : kMostThreads,
                                  p.images * p.channels * p.pixels, kElementsForAThread),
                   p.images,
                   p.channels,
                   p.pixels,
                   p.squeezed};
  }
  return status;
}

int32_t check_workspace(const char* operation, const Block& block, const void* given,
                        int64_t bytes) {
  return yolo4j::check_workspace(operation, given, bytes, workspace(block));
}

/// Buffers of either run.
template <typename Given>
int32_t check_all(const char* operation, const Block& block, const Given& b) {
  int32_t status = check_buffers(operation, block.element_size(), b);
  return status == YOLO4J_OK ? check_workspace(operation, block, b.workspace, b.workspace_bytes)
                             : status;
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
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
  status = status == YOLO4J_OK ? yolo4j::squeeze_excite::check_all(operation, checked, b) : status;
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
  status = status == YOLO4J_OK ? yolo4j::squeeze_excite::check_all(operation, checked, b) : status;
  if (status == YOLO4J_OK) {
    yolo4j::squeeze_excite::gradient(checked, b);
  }
  return status;
}
