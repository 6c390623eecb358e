// x86-64: CPUID says what the CPU has, XCR0 which registers the system saves and so lets us use.
#include <cstring>

#include "runtime/cpu_features.h"

#if defined(_MSC_VER)
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace yolo4j {
namespace {

struct Registers {
  uint32_t eax = 0;
  uint32_t ebx = 0;
  uint32_t ecx = 0;
  uint32_t edx = 0;
};

/// Zeroes for a leaf that the CPU doesn't have.
Registers cpuid(uint32_t leaf, uint32_t subleaf) noexcept {
  Registers r;
#if defined(_MSC_VER)
  int values[4] = {};
  __cpuidex(values, static_cast<int>(leaf & 0x80000000u), 0);
  if (static_cast<uint32_t>(values[0]) >= leaf) {
    __cpuidex(values, static_cast<int>(leaf), static_cast<int>(subleaf));
    std::memcpy(&r, values, sizeof r);
  }
#else
  __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
#endif
  return r;
}

constexpr bool bit(uint32_t word, int index) noexcept { return ((word >> index) & 1u) != 0; }

/// XCR0, or 0 when the system doesn't use XSAVE (reading it would then trap).
uint64_t enabled_states(const Registers& leaf1) noexcept {
  constexpr int kOsxsave = 27;
  if (!bit(leaf1.ecx, kOsxsave)) {
    return 0;
  }
#if defined(_MSC_VER)
  return _xgetbv(0);
#else
  // Written out because the intrinsic would need the whole file compiled with -mxsave.
  uint32_t low = 0;
  uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<uint64_t>(high) << 32) | low;
#endif
}

/// Linux gives a process the 8 KB of tile registers only on request.
bool tiles_permitted() noexcept {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // the state's bit in XCR0
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return true;
#endif
}

class Bits {
 public:
  void add_if(bool present, yolo4j_cpu_feature feature) noexcept {
    value_ |= present ? cpu_bit(feature) : 0;
  }
  uint64_t value() const noexcept { return value_; }

 private:
  uint64_t value_ = 0;
};

void add_avx(Bits* bits, const Registers& leaf1, const Registers& leaf7) noexcept {
  bits->add_if(bit(leaf7.ebx, 5), YOLO4J_CPU_AVX2);
  bits->add_if(bit(leaf1.ecx, 12), YOLO4J_CPU_FMA);
  bits->add_if(bit(leaf1.ecx, 29), YOLO4J_CPU_F16C);
}

void add_avx512(Bits* bits, const Registers& leaf7, const Registers& leaf7_1) noexcept {
  bits->add_if(bit(leaf7.ebx, 16), YOLO4J_CPU_AVX512F);
  bits->add_if(bit(leaf7.ebx, 30), YOLO4J_CPU_AVX512BW);
  bits->add_if(bit(leaf7.ebx, 17), YOLO4J_CPU_AVX512DQ);
  bits->add_if(bit(leaf7.ebx, 31), YOLO4J_CPU_AVX512VL);
  bits->add_if(bit(leaf7.ecx, 11), YOLO4J_CPU_AVX512_VNNI);
  bits->add_if(bit(leaf7_1.eax, 5), YOLO4J_CPU_AVX512_BF16);
  bits->add_if(bit(leaf7.edx, 23), YOLO4J_CPU_AVX512_FP16);
}

void add_amx(Bits* bits, const Registers& leaf7) noexcept {
  constexpr int kTile = 24;
  if (!bit(leaf7.edx, kTile) || !tiles_permitted()) {
    return;
  }
  bits->add_if(true, YOLO4J_CPU_AMX_TILE);
  bits->add_if(bit(leaf7.edx, 22), YOLO4J_CPU_AMX_BF16);
  bits->add_if(bit(leaf7.edx, 25), YOLO4J_CPU_AMX_INT8);
}

}  // namespace

uint64_t detect_cpu_features() noexcept {
  constexpr uint64_t kYmm = 0x6;       // SSE and AVX state
  constexpr uint64_t kZmm = 0xe6;      // and opmask, both halves of the ZMM registers
  constexpr uint64_t kTile = 0x60000;  // tile configuration and data

  Registers leaf1 = cpuid(1, 0);
  Registers leaf7 = cpuid(7, 0);
  Registers leaf7_1 = leaf7.eax >= 1 ? cpuid(7, 1) : Registers{};
  uint64_t states = enabled_states(leaf1);

  Bits bits;
  bits.add_if(bit(leaf1.ecx, 20), YOLO4J_CPU_SSE4_2);
  if ((states & kYmm) == kYmm) {
    add_avx(&bits, leaf1, leaf7);
  }
  if ((states & kZmm) == kZmm) {
    add_avx512(&bits, leaf7, leaf7_1);
  }
  if ((states & kTile) == kTile) {
    add_amx(&bits, leaf7);
  }
  return bits.value();
}

void detect_cpu_name(char* name, std::size_t capacity) noexcept {
  char brand[49] = "";
  for (uint32_t i = 0; i < 3; i++) {
    Registers r = cpuid(0x80000002u + i, 0);
    std::memcpy(brand + 16 * i, &r, sizeof r);
  }
  const char* start = brand + std::strspn(brand, " ");
  std::size_t length = std::strlen(start);
  while (length > 0 && start[length - 1] == ' ') {
    length--;
  }
  length = length < capacity ? length : capacity - 1;
  std::memcpy(name, start, length);
  name[length] = '\0';
}

}  // namespace yolo4j
