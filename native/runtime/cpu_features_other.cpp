// An architecture that has scalar kernels only.
#include "runtime/cpu_features.h"

namespace yolo4j {

uint64_t detect_cpu_features() noexcept { return 0; }

void detect_cpu_name(char* name, std::size_t) noexcept { name[0] = '\0'; }

}  // namespace yolo4j
