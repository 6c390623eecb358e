#include "squeeze_excite/arguments.h"

#include "runtime/arguments.h"

namespace yolo4j::squeeze_excite {

int32_t check_buffers(const char* operation, int64_t element_size,
                      const yolo4j_squeeze_excite_buffers& b) {
  int32_t status = check_not_null(operation, {{"x", b.x},
                                              {"squeeze_weight", b.squeeze_weight},
                                              {"excite_weight", b.excite_weight},
                                              {"y", b.y}});
  status = status == YOLO4J_OK ? check_aligned(operation, element_size,
                                               {{"x", b.x},
                                                {"squeeze_weight", b.squeeze_weight},
                                                {"excite_weight", b.excite_weight},
                                                {"y", b.y}})
                               : status;
  return status == YOLO4J_OK ? check_aligned(operation, 4,
                                             {{"pooled", b.pooled},
                                              {"squeeze_bias", b.squeeze_bias},
                                              {"excite_bias", b.excite_bias}})
                             : status;
}

int32_t check_buffers(const char* operation, int64_t element_size,
                      const yolo4j_squeeze_excite_backward_buffers& b) {
  int32_t status = check_not_null(operation, {{"x", b.x},
                                              {"dy", b.dy},
                                              {"squeeze_weight", b.squeeze_weight},
                                              {"excite_weight", b.excite_weight}});
  status = status == YOLO4J_OK ? check_aligned(operation, element_size,
                                               {{"x", b.x},
                                                {"dy", b.dy},
                                                {"squeeze_weight", b.squeeze_weight},
                                                {"excite_weight", b.excite_weight},
                                                {"dx", b.dx},
                                                {"dsqueeze_weight", b.dsqueeze_weight},
                                                {"dexcite_weight", b.dexcite_weight}})
                               : status;
  return status == YOLO4J_OK ? check_aligned(operation, 4,
                                             {{"squeeze_bias", b.squeeze_bias},
                                              {"excite_bias", b.excite_bias},
                                              {"dsqueeze_bias", b.dsqueeze_bias},
                                              {"dexcite_bias", b.dexcite_bias}})
                             : status;
}

}  // namespace yolo4j::squeeze_excite
