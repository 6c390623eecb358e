// What a minor page fault costs: new pages are touched one by one.
#include <cstddef>

#include "runtime/arguments.h"
#include "runtime/status.h"
#include "yolo4j_profile.h"

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#define YOLO4J_MAPS 1
#endif

namespace {

constexpr int64_t kMostPages = INT64_C(1) << 20;

#if defined(YOLO4J_MAPS)
int32_t measure(const char* operation, int64_t pages, double* seconds) {
  int64_t page = sysconf(_SC_PAGESIZE);
  auto bytes = static_cast<std::size_t>(pages * page);
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return yolo4j::fail(YOLO4J_OUT_OF_MEMORY, "%s: no memory for %lld pages", operation,
                        static_cast<long long>(pages));
  }
#if defined(MADV_NOHUGEPAGE)
  // Else one fault may bring 512 pages.
  madvise(memory, bytes, MADV_NOHUGEPAGE);
#endif
  auto* first = static_cast<volatile char*>(memory);
  auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < pages; i++) {
    first[i * page] = 1;
  }
  std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  munmap(memory, bytes);
  *seconds = time.count() / static_cast<double>(pages);
  return YOLO4J_OK;
}
#else
int32_t measure(const char* operation, int64_t, double*) {
  return yolo4j::fail(YOLO4J_UNSUPPORTED, "%s: this system has no mmap", operation);
}
#endif

}  // namespace

int32_t yolo4j_fault_seconds(int64_t pages, double* seconds) {
  constexpr const char* kOperation = "yolo4j_fault_seconds";
  int32_t status = yolo4j::check_not_null(kOperation, {{"the result", seconds}});
  if (status != YOLO4J_OK) {
    return status;
  }
  if (pages < 1 || pages > kMostPages) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "%s: pages must be from 1 to %lld, got %lld",
                        kOperation, static_cast<long long>(kMostPages),
                        static_cast<long long>(pages));
  }
  return measure(kOperation, pages, seconds);
}
