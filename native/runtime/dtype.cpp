#include "yolo4j.h"

namespace {

struct Dtype {
  const char* name;
  int64_t size;
};

Dtype describe(int32_t dtype) noexcept {
  switch (dtype) {
    case YOLO4J_DTYPE_F32:
      return {"f32", 4};
    case YOLO4J_DTYPE_F16:
      return {"f16", 2};
    case YOLO4J_DTYPE_BF16:
      return {"bf16", 2};
    case YOLO4J_DTYPE_F64:
      return {"f64", 8};
    case YOLO4J_DTYPE_U8:
      return {"u8", 1};
    case YOLO4J_DTYPE_I8:
      return {"i8", 1};
    case YOLO4J_DTYPE_I32:
      return {"i32", 4};
    case YOLO4J_DTYPE_I64:
      return {"i64", 8};
    default:
      return {nullptr, 0};
  }
}

}  // namespace

const char* yolo4j_dtype_name(int32_t dtype) { return describe(dtype).name; }

int64_t yolo4j_dtype_size(int32_t dtype) { return describe(dtype).size; }
