#include "runtime/arguments.h"

namespace yolo4j {

int32_t check_float_type(const char* operation, int32_t dtype) noexcept {
  if (dtype == YOLO4J_DTYPE_F32 || dtype == YOLO4J_DTYPE_BF16) {
    return YOLO4J_OK;
  }
  const char* name = yolo4j_dtype_name(dtype);
  return fail(YOLO4J_UNSUPPORTED, "%s: dtype must be f32 or bf16, got %s (%d)", operation,
              name == nullptr ? "none" : name, dtype);
}

int32_t check_layout(const char* operation, int32_t layout) noexcept {
  return layout == YOLO4J_LAYOUT_NCHW || layout == YOLO4J_LAYOUT_NHWC
             ? YOLO4J_OK
             : fail(YOLO4J_INVALID_ARGUMENT, "%s: layout must be 1 (NCHW) or 2 (NHWC), got %d",
                    operation, layout);
}

int32_t check_activation(const char* operation, int32_t activation, int32_t last) noexcept {
  return activation >= 0 && activation <= last
             ? YOLO4J_OK
             : fail(YOLO4J_INVALID_ARGUMENT, "%s: activation must be from 0 to %d, got %d",
                    operation, last, activation);
}

int32_t check_threads(const char* operation, int32_t threads) noexcept {
  return threads >= 1 ? YOLO4J_OK
                      : fail(YOLO4J_INVALID_ARGUMENT, "%s: threads must be at least 1, got %d",
                             operation, threads);
}

int32_t check_not_null(const char* operation, std::initializer_list<Named> pointers) noexcept {
  for (const Named& one : pointers) {
    if (one.pointer == nullptr) {
      return fail(YOLO4J_INVALID_ARGUMENT, "%s: %s must not be null", operation, one.name);
    }
  }
  return YOLO4J_OK;
}

int32_t check_aligned(const char* operation, int64_t bytes,
                      std::initializer_list<Named> pointers) noexcept {
  for (const Named& one : pointers) {
    if (!all_aligned(bytes, {one.pointer})) {
      return fail(YOLO4J_INVALID_ARGUMENT, "%s: %s must be aligned to %lld bytes, got %p",
                  operation, one.name, static_cast<long long>(bytes), one.pointer);
    }
  }
  return YOLO4J_OK;
}

int32_t check_workspace(const char* operation, const void* workspace, int64_t given, int64_t needed,
                        int64_t alignment) noexcept {
  if (workspace == nullptr || !all_aligned(alignment, {workspace}) || given < needed) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: workspace must be aligned to %lld bytes and have %lld, got %lld at %p",
                operation, static_cast<long long>(alignment), static_cast<long long>(needed),
                static_cast<long long>(given), workspace);
  }
  return YOLO4J_OK;
}

}  // namespace yolo4j
