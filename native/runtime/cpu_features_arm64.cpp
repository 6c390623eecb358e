// AArch64: Advanced SIMD always; the rest by the system's word, since user code can't ask the CPU.
#include <cstdio>
#include <cstring>

#include "runtime/cpu_features.h"

#if defined(__linux__)
#include <sys/auxv.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace yolo4j {
namespace {

#if defined(__linux__)
// From the kernel's ABI; older C libraries don't define all of them.
constexpr unsigned long kHwcapDotprod = 1ul << 20;
constexpr unsigned long kHwcapSve = 1ul << 22;
constexpr unsigned long kHwcap2I8mm = 1ul << 13;
constexpr unsigned long kHwcap2Bf16 = 1ul << 14;

/// Reads a file's first line, without its line break; false when there is none.
bool read_first_line(const char* path, char* line, std::size_t capacity) noexcept {
  std::FILE* file = std::fopen(path, "r");
  if (file == nullptr) {
    return false;
  }
  bool read = std::fgets(line, static_cast<int>(capacity), file) != nullptr;
  std::fclose(file);
  if (read) {
    line[std::strcspn(line, "\n")] = '\0';
  }
  return read && line[0] != '\0';
}
#elif defined(__APPLE__)
bool sysctl_flag(const char* name) noexcept {
  int value = 0;
  std::size_t size = sizeof value;
  return sysctlbyname(name, &value, &size, nullptr, 0) == 0 && value != 0;
}
#endif

}  // namespace

uint64_t detect_cpu_features() noexcept {
  uint64_t bits = cpu_bit(YOLO4J_CPU_NEON);
#if defined(__linux__)
  unsigned long first = getauxval(AT_HWCAP);
  unsigned long second = getauxval(AT_HWCAP2);
  bits |= (first & kHwcapDotprod) != 0 ? cpu_bit(YOLO4J_CPU_DOTPROD) : 0;
  bits |= (first & kHwcapSve) != 0 ? cpu_bit(YOLO4J_CPU_SVE) : 0;
  bits |= (second & kHwcap2I8mm) != 0 ? cpu_bit(YOLO4J_CPU_I8MM) : 0;
  bits |= (second & kHwcap2Bf16) != 0 ? cpu_bit(YOLO4J_CPU_BF16) : 0;
#elif defined(__APPLE__)
  bits |= sysctl_flag("hw.optional.arm.FEAT_DotProd") ? cpu_bit(YOLO4J_CPU_DOTPROD) : 0;
  bits |= sysctl_flag("hw.optional.arm.FEAT_I8MM") ? cpu_bit(YOLO4J_CPU_I8MM) : 0;
  bits |= sysctl_flag("hw.optional.arm.FEAT_BF16") ? cpu_bit(YOLO4J_CPU_BF16) : 0;
#endif
  return bits;
}

void detect_cpu_name(char* name, std::size_t capacity) noexcept {
  name[0] = '\0';
#if defined(__linux__)
  // The CPU has no name of its own here; the board's is what people know.
  if (!read_first_line("/proc/device-tree/model", name, capacity)) {
    std::snprintf(name, capacity, "AArch64");
  }
#elif defined(__APPLE__)
  std::size_t size = capacity;
  if (sysctlbyname("machdep.cpu.brand_string", name, &size, nullptr, 0) != 0) {
    name[0] = '\0';
  }
#else
  (void)capacity;
#endif
}

}  // namespace yolo4j
