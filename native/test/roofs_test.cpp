// The measured roofs: refusals write nothing, figures are plausible. How high a roof is depends on
// the machine and its other work, so bounds are wide.
#include "roofs/roofs.h"

#include <cmath>
#include <cstdio>
#include <initializer_list>
#include <limits>

#include "check.h"
#include "runtime/cpu_features.h"
#include "yolo4j.h"

namespace {

constexpr double kSeconds = 0.02;
constexpr double kUntouched = -9;
constexpr int64_t kHotBytes = 32768;

/// Calls function(arguments …, &result), which must refuse with the text and write nothing.
template <typename Function, typename... Arguments>
void refuses(int32_t status, const char* text, const Function& function, Arguments... arguments) {
  double result = kUntouched;
  CHECK_EQUAL(function(arguments..., &result), status);
  CHECK(result == kUntouched);
  CHECK_CONTAINS(yolo4j_last_error(), text);
}

void bad_arguments() {
  constexpr int32_t kScalar = YOLO4J_ISA_SCALAR;
  constexpr int32_t kFloat = YOLO4J_DTYPE_F32;
  constexpr int32_t kBad = YOLO4J_INVALID_ARGUMENT;
  CHECK_EQUAL(yolo4j_peak(kScalar, kFloat, 1, kSeconds, nullptr), kBad);
  CHECK_CONTAINS(yolo4j_last_error(), "yolo4j_peak: the result must not be null");
  CHECK_EQUAL(yolo4j_peak_amx(YOLO4J_DTYPE_I8, 1, kSeconds, nullptr), kBad);
  CHECK_EQUAL(yolo4j_bandwidth(YOLO4J_ACCESS_READ, kHotBytes, 1, kSeconds, nullptr), kBad);
  refuses(kBad, "threads must be from 1 to 1024, got 0", yolo4j_peak, kScalar, kFloat, 0, kSeconds);
  refuses(kBad, "threads must be from 1 to 1024, got 1025", yolo4j_peak, kScalar, kFloat, 1025,
          kSeconds);
  for (double seconds : {0.0, -1.0, 10.5, std::numeric_limits<double>::quiet_NaN()}) {
    refuses(kBad, "seconds must be above 0 and at most 10, got", yolo4j_peak, kScalar, kFloat, 1,
            seconds);
    refuses(kBad, "yolo4j_peak_amx: seconds must be", yolo4j_peak_amx, YOLO4J_DTYPE_I8, 1, seconds);
  }
  refuses(kBad, "isa and dtype must be codes of yolo4j.h, got 99 and 1", yolo4j_peak, 99, kFloat, 1,
          kSeconds);
  refuses(kBad, "isa and dtype must be codes of yolo4j.h, got 0 and 0", yolo4j_peak, kScalar, 0, 1,
          kSeconds);
  refuses(kBad, "access must be 1 (read), 2 (write), 3 (copy), 4 (triad) or 5 (update), got 6",
          yolo4j_bandwidth, 6, kHotBytes, 1, kSeconds);
  const char* bytes = "bytes must be from 4096 for each of";
  refuses(kBad, bytes, yolo4j_bandwidth, YOLO4J_ACCESS_READ, INT64_C(4095), 1, kSeconds);
  refuses(kBad, bytes, yolo4j_bandwidth, YOLO4J_ACCESS_READ, INT64_C(8191), 2, kSeconds);
  refuses(kBad, bytes, yolo4j_bandwidth, YOLO4J_ACCESS_READ, INT64_MIN, 1, kSeconds);
  refuses(kBad, bytes, yolo4j_bandwidth, YOLO4J_ACCESS_READ, INT64_MAX, 1, kSeconds);
}

/// Every ISA with every type: a figure, or a refusal where this CPU or build lacks it.
void peaks() {
  uint64_t features = yolo4j_cpu_features();
  for (int32_t isa = 0; yolo4j_isa_name(isa) != nullptr; isa++) {
    for (int32_t dtype = 1; yolo4j_dtype_name(dtype) != nullptr; dtype++) {
      bool dots =
          isa == YOLO4J_ISA_AVX512 &&
          ((dtype == YOLO4J_DTYPE_F16 && yolo4j::roofs::kAvx512.f16 != nullptr &&
            (features & yolo4j::cpu_bit(YOLO4J_CPU_AVX512_FP16)) != 0) ||
           (dtype == YOLO4J_DTYPE_BF16 &&
            (features & yolo4j::cpu_bit(YOLO4J_CPU_AVX512_BF16)) != 0) ||
           (dtype == YOLO4J_DTYPE_I8 && (features & yolo4j::cpu_bit(YOLO4J_CPU_AVX512_VNNI)) != 0));
      if (yolo4j_isa_supported(isa) == 0) {
        refuses(YOLO4J_UNSUPPORTED, "or build can't run", yolo4j_peak, isa, dtype, 1, kSeconds);
      } else if (dtype != YOLO4J_DTYPE_F32 && !dots) {
        refuses(YOLO4J_UNSUPPORTED, "or build has no multiply-add of", yolo4j_peak, isa, dtype, 1,
                kSeconds);
      } else {
        double result = kUntouched;
        CHECK_EQUAL(yolo4j_peak(isa, dtype, 1, kSeconds, &result), YOLO4J_OK);
        CHECK(std::isfinite(result) && result > 0);
        std::printf("%s %s: %.1f Gop/s\n", yolo4j_isa_name(isa), yolo4j_dtype_name(dtype),
                    result / 1e9);
      }
    }
  }
}

/// The count goes with the work, whatever the clock: no noise in it.
void operations() {
  float kept = 0;
  CHECK_EQUAL(yolo4j::roofs::kScalar.f32(10, &kept), 2 * 12 * 10);
  CHECK(kept > 0);
#if defined(YOLO4J_X86)
  if (yolo4j_isa_supported(YOLO4J_ISA_AVX2) == 1) {
    CHECK_EQUAL(yolo4j::roofs::kAvx2.f32(10, &kept), 2 * 12 * 8 * 10);
  }
  if (yolo4j_isa_supported(YOLO4J_ISA_AVX512) == 1) {
    CHECK_EQUAL(yolo4j::roofs::kAvx512.f32(10, &kept), 2 * 24 * 16 * 10);
  }
#endif
}

void tiles() {
  uint64_t features = yolo4j_cpu_features();
  for (int32_t dtype : {YOLO4J_DTYPE_BF16, YOLO4J_DTYPE_I8}) {
    int32_t needed = dtype == YOLO4J_DTYPE_I8 ? YOLO4J_CPU_AMX_INT8 : YOLO4J_CPU_AMX_BF16;
    if ((features & yolo4j::cpu_bit(static_cast<yolo4j_cpu_feature>(needed))) == 0) {
      refuses(YOLO4J_UNSUPPORTED, "or build has no AMX with", yolo4j_peak_amx, dtype, 1, kSeconds);
      continue;
    }
    double result = kUntouched;
    CHECK_EQUAL(yolo4j_peak_amx(dtype, 1, kSeconds, &result), YOLO4J_OK);
    CHECK(std::isfinite(result) && result > 1e9);
    std::printf("amx %s: %.1f Gop/s\n", yolo4j_dtype_name(dtype), result / 1e9);
  }
  refuses(YOLO4J_UNSUPPORTED, "dtype must be bf16 or i8, got f32 (1)", yolo4j_peak_amx,
          YOLO4J_DTYPE_F32, 1, kSeconds);
}

/// The least that is taken, what the first level holds, odd sizes, and what leaves the caches.
void bandwidths() {
  const char* names[] = {"read", "write", "copy", "triad", "update"};
  for (int32_t access = YOLO4J_ACCESS_READ; access <= YOLO4J_ACCESS_UPDATE; access++) {
    for (int64_t bytes : {INT64_C(4096), kHotBytes, INT64_C(100001), INT64_C(1) << 26}) {
      double result = kUntouched;
      CHECK_EQUAL(yolo4j_bandwidth(access, bytes, 1, kSeconds, &result), YOLO4J_OK);
      CHECK(std::isfinite(result) && result > (bytes == kHotBytes ? 1e8 : 1e6));
      std::printf("%s of %lld bytes: %.1f GB/s\n", names[access - 1], static_cast<long long>(bytes),
                  result / 1e9);
    }
  }
}

template <typename Function>
void for_each_isa(const Function& function) {
  for (int32_t isa = 0; isa < yolo4j::kIsaCount; isa++) {
    const yolo4j::roofs::Kernels* kernels = yolo4j::roofs::family().exactly(isa);
    if (kernels != nullptr && yolo4j_isa_supported(isa) == 1) {
      function(*kernels);
    }
  }
}

/// What passes do to memory, between canaries: a pass that moved less would be too fast.
void passes() {
  constexpr int64_t kCount = 3 * yolo4j::roofs::kPassFloats;
  for_each_isa([](const yolo4j::roofs::Kernels& kernels) {
    float x[kCount + 1];
    float y[kCount + 1];
    float z[kCount + 1];
    for (int64_t i = 0; i <= kCount; i++) {
      x[i] = static_cast<float>(i + 1);
      y[i] = -7;
      z[i] = -7;
    }
    CHECK_CLOSE(static_cast<double>(kernels.read(x, nullptr, nullptr, kCount)),
                static_cast<double>(kCount * (kCount + 1) / 2), 1e-5, 0);
    kernels.copy(x, y, nullptr, kCount);
    kernels.triad(x, y, z, kCount);
    for (int64_t i = 0; i < kCount; i++) {
      CHECK(y[i] == x[i] && z[i] == 1.5f * x[i]);
    }
    kernels.update(x, nullptr, nullptr, kCount);
    for (int64_t i = 0; i < kCount; i++) {
      CHECK(x[i] == -static_cast<float>(i + 1));
    }
    CHECK(x[kCount] == static_cast<float>(kCount + 1));
    kernels.update(x, nullptr, nullptr, kCount);
    kernels.write(x, nullptr, nullptr, kCount);
    for (int64_t i = 0; i < kCount; i++) {
      CHECK(x[i] == 1);
    }
    CHECK(x[kCount] == kCount + 1 && y[kCount] == -7 && z[kCount] == -7);
  });
}

/// Two threads, where the build has them; on a busy machine they wait for each other long.
void threads() {
  yolo4j_build_info info = {};
  info.struct_size = sizeof info;
  CHECK_EQUAL(yolo4j_get_build_info(&info), YOLO4J_OK);
  if (info.openmp == 0) {
    const char* text = "the library gets 1 threads here, 2 were asked for";
    refuses(YOLO4J_UNSUPPORTED, text, yolo4j_peak, YOLO4J_ISA_SCALAR, YOLO4J_DTYPE_F32, 2,
            kSeconds);
    refuses(YOLO4J_UNSUPPORTED, text, yolo4j_bandwidth, YOLO4J_ACCESS_COPY, kHotBytes, 2, kSeconds);
    return;
  }
  double result = kUntouched;
  CHECK_EQUAL(yolo4j_peak(YOLO4J_ISA_SCALAR, YOLO4J_DTYPE_F32, 2, kSeconds, &result), YOLO4J_OK);
  CHECK(std::isfinite(result) && result > 0);
  CHECK_EQUAL(yolo4j_bandwidth(YOLO4J_ACCESS_COPY, kHotBytes, 2, kSeconds, &result), YOLO4J_OK);
  CHECK(std::isfinite(result) && result > 0);
}

void caches() {
  int64_t bytes = -9;
  CHECK_EQUAL(yolo4j_cache_size(1, nullptr), YOLO4J_INVALID_ARGUMENT);
  for (int32_t level : {0, 4}) {
    CHECK_EQUAL(yolo4j_cache_size(level, &bytes), YOLO4J_INVALID_ARGUMENT);
    CHECK_EQUAL(bytes, -9);
    CHECK_CONTAINS(yolo4j_last_error(), "level must be from 1 to 3, got");
  }
  for (int32_t level = 1; level <= 3; level++) {
    CHECK_EQUAL(yolo4j_cache_size(level, &bytes), YOLO4J_OK);
    CHECK(bytes == 0 || (bytes >= 1024 && bytes <= INT64_C(1) << 34));
    std::printf("level %d: %lld bytes\n", level, static_cast<long long>(bytes));
  }
}

}  // namespace

int main() {
  bad_arguments();
  peaks();
  operations();
  tiles();
  bandwidths();
  passes();
  threads();
  caches();
  return check::result();
}
