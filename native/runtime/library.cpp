// What the library says about itself.
#include "runtime/params.h"
#include "yolo4j.h"

#if defined(_OPENMP)
#include <omp.h>
#endif

#if defined(__clang__)
#define YOLO4J_COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define YOLO4J_COMPILER "gcc " __VERSION__
#elif defined(_MSC_VER)
#define YOLO4J_COMPILER "msvc"
#else
#define YOLO4J_COMPILER "unknown"
#endif

int32_t yolo4j_abi_version(void) { return YOLO4J_ABI_VERSION; }

const char* yolo4j_version(void) { return YOLO4J_VERSION; }

int32_t yolo4j_get_build_info(yolo4j_build_info* info) {
  int32_t status = yolo4j::check_params("yolo4j_get_build_info", info, sizeof(yolo4j_build_info));
  if (status != YOLO4J_OK) {
    return status;
  }
#if defined(_OPENMP)
  info->openmp = 1;
#else
  info->openmp = 0;
#endif
  info->compiler = YOLO4J_COMPILER;
  return YOLO4J_OK;
}

int32_t yolo4j_num_threads(void) {
#if defined(_OPENMP)
  return omp_get_max_threads();
#else
  return 1;
#endif
}

int32_t yolo4j_set_num_threads(int32_t threads) {
  if (threads < 1) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT,
                        "yolo4j_set_num_threads: the number of threads must be at least 1, got %d",
                        threads);
  }
#if defined(_OPENMP)
  omp_set_num_threads(threads);
#else
  if (threads > 1) {
    return yolo4j::fail(
        YOLO4J_UNSUPPORTED,
        "yolo4j_set_num_threads: this library was built without OpenMP, so 1 thread only, got %d",
        threads);
  }
#endif
  return YOLO4J_OK;
}
