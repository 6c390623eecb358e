#include "cuda/arguments.h"

namespace yolo4j::cuda {

int32_t check_float_type(const char* operation, int32_t dtype) noexcept {
  if (dtype == YOLO4J_DTYPE_F32 || dtype == YOLO4J_DTYPE_F16 || dtype == YOLO4J_DTYPE_BF16) {
    return YOLO4J_OK;
  }
  const char* name = yolo4j_dtype_name(dtype);
  return fail(YOLO4J_UNSUPPORTED, "%s: dtype must be f32, f16 or bf16, got %s (%d)", operation,
              name == nullptr ? "none" : name, dtype);
}

int32_t check_product(const char* operation, const char* names,
                      std::initializer_list<int64_t> sizes, int64_t most_each) noexcept {
  int64_t product = 1;
  bool fits = true;
  for (int64_t size : sizes) {
    fits = fits && size > 0 && size <= most_each && size <= kMostElements / product;
    product = fits ? product * size : product;
  }
  if (fits) {
    return YOLO4J_OK;
  }
  const int64_t* s = sizes.begin();
  long long given[4] = {};
  for (std::size_t i = 0; i < sizes.size() && i < 4; i++) {
    given[i] = static_cast<long long>(s[i]);
  }
  return fail(YOLO4J_INVALID_ARGUMENT,
              "%s: %s must be from 1 to %lld and their product up to 2^48, got %lld, %lld, %lld, "
              "%lld (0 for none)",
              operation, names, static_cast<long long>(most_each), given[0], given[1], given[2],
              given[3]);
}

}  // namespace yolo4j::cuda
