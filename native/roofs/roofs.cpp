// The public functions: checks, then slices of work on a team of threads.
#include "roofs/roofs.h"

#include <cstdlib>

#include "roofs/slices.h"
#include "runtime/arguments.h"
#include "runtime/cpu_features.h"
#include "runtime/status.h"
#include "runtime/team.h"
#include "yolo4j.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace yolo4j::roofs {
namespace {

constexpr double kMostSeconds = 10;
constexpr int64_t kLeastBytes = 4096;  // a thread
constexpr int64_t kMostBytes = INT64_C(1) << 36;
/// Rounds of multiply-adds that are repeated: about a microsecond.
constexpr int64_t kRounds = 256;

struct Access {
  Pass pass;
  int64_t arrays;
  int64_t times = 1;  // each of its bytes counts
};

int32_t check_run(const char* operation, int32_t threads, double seconds, const double* result) {
  int32_t status = check_not_null(operation, {{"the result", result}});
  if (status != YOLO4J_OK) {
    return status;
  }
  if (threads < 1 || threads > kMostThreads) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: threads must be from 1 to %d, got %d", operation,
                kMostThreads, threads);
  }
  // So written that NaN fails.
  if (!(seconds > 0 && seconds <= kMostSeconds)) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: seconds must be above 0 and at most %g, got %g",
                operation, kMostSeconds, seconds);
  }
  return YOLO4J_OK;
}

/// What a figure would be for, had the threads been there.
int32_t check_team(const char* operation, int32_t threads, int64_t size) {
  return size == threads
             ? YOLO4J_OK
             : fail(YOLO4J_UNSUPPORTED, "%s: the library gets %lld threads here, %d were asked for",
                    operation, static_cast<long long>(size), threads);
}

/// A team can be smaller than asked for; then nothing is measured.
template <typename Body>
int64_t in_whole_team(int32_t threads, const Body& body) {
  int64_t size = 0;
  in_team(threads, [&](const Team& team) {
    if (team.id == 0) {
      size = team.size;
    }
    if (team.size == threads) {
      body(team);
    }
  });
  return size;
}

int32_t run_multiply_add(const char* operation, MultiplyAdd multiply_add, int32_t threads,
                         double seconds, double* operations_per_second) {
  Slices slices(seconds);
  int64_t operations = 0;
  int64_t size = in_whole_team(threads, [&](const Team& team) {
    float kept = 0;
    int64_t mine = 0;
    slices.run(team,
               [&](int64_t repeats) { mine = multiply_add(repeats * kRounds, &kept) / repeats; });
    if (team.id == 0) {
      operations = mine;
    }
  });
  int32_t status = check_team(operation, threads, size);
  if (status == YOLO4J_OK) {
    *operations_per_second = static_cast<double>(operations * threads) / slices.fastest();
  }
  return status;
}

int32_t choose(const char* operation, int32_t isa, int32_t dtype, MultiplyAdd* multiply_add) {
  const char* isa_name = yolo4j_isa_name(isa);
  const char* dtype_name = yolo4j_dtype_name(dtype);
  if (isa_name == nullptr || dtype_name == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: isa and dtype must be codes of yolo4j.h, got %d and %d", operation, isa,
                dtype);
  }
  const Kernels* kernels = yolo4j_isa_supported(isa) == 1 ? family().exactly(isa) : nullptr;
  if (kernels == nullptr) {
    return fail(YOLO4J_UNSUPPORTED, "%s: this CPU (%s) or build can't run %s", operation,
                yolo4j_cpu_name(), isa_name);
  }
  uint64_t needed = 0;
  *multiply_add = nullptr;
  if (dtype == YOLO4J_DTYPE_F32) {
    *multiply_add = kernels->f32;
  } else if (dtype == YOLO4J_DTYPE_BF16) {
    *multiply_add = kernels->bf16;
    needed = cpu_bit(YOLO4J_CPU_AVX512_BF16);
  } else if (dtype == YOLO4J_DTYPE_F16) {
    *multiply_add = kernels->f16;
    needed = cpu_bit(YOLO4J_CPU_AVX512_FP16);
  } else if (dtype == YOLO4J_DTYPE_I8) {
    *multiply_add = kernels->i8;
    needed = cpu_bit(YOLO4J_CPU_AVX512_VNNI);
  }
  if (*multiply_add == nullptr || (needed & ~yolo4j_cpu_features()) != 0) {
    return fail(YOLO4J_UNSUPPORTED,
                "%s: this CPU (%s) or build has no multiply-add of %s operands with %s", operation,
                yolo4j_cpu_name(), dtype_name, isa_name);
  }
  return YOLO4J_OK;
}

int32_t choose_amx(const char* operation, int32_t dtype, MultiplyAdd* multiply_add) {
  if (dtype != YOLO4J_DTYPE_BF16 && dtype != YOLO4J_DTYPE_I8) {
    const char* name = yolo4j_dtype_name(dtype);
    return fail(YOLO4J_UNSUPPORTED, "%s: dtype must be bf16 or i8, got %s (%d)", operation,
                name == nullptr ? "none" : name, dtype);
  }
  bool bytes = dtype == YOLO4J_DTYPE_I8;
  uint64_t needed =
      cpu_bit(YOLO4J_CPU_AMX_TILE) | cpu_bit(bytes ? YOLO4J_CPU_AMX_INT8 : YOLO4J_CPU_AMX_BF16);
  *multiply_add = bytes ? kAmxI8 : kAmxBf16;
  if (*multiply_add == nullptr || (needed & ~yolo4j_cpu_features()) != 0) {
    return fail(YOLO4J_UNSUPPORTED, "%s: this CPU (%s) or build has no AMX with %s operands",
                operation, yolo4j_cpu_name(), yolo4j_dtype_name(dtype));
  }
  return YOLO4J_OK;
}

int32_t choose_access(const char* operation, int32_t access, Access* chosen) {
  const Kernels* kernels = nullptr;
  int32_t status = family().dispatch(&kernels);
  if (status != YOLO4J_OK) {
    return status;
  }
  switch (access) {
    case YOLO4J_ACCESS_READ:
      *chosen = Access{kernels->read, 1};
      return YOLO4J_OK;
    case YOLO4J_ACCESS_WRITE:
      *chosen = Access{kernels->write, 1};
      return YOLO4J_OK;
    case YOLO4J_ACCESS_COPY:
      *chosen = Access{kernels->copy, 2};
      return YOLO4J_OK;
    case YOLO4J_ACCESS_TRIAD:
      *chosen = Access{kernels->triad, 3};
      return YOLO4J_OK;
    case YOLO4J_ACCESS_UPDATE:
      *chosen = Access{kernels->update, 1, 2};
      return YOLO4J_OK;
    default:
      return fail(
          YOLO4J_INVALID_ARGUMENT,
          "%s: access must be 1 (read), 2 (write), 3 (copy), 4 (triad) or 5 (update), got %d",
          operation, access);
  }
}

/// Memory of its own; null: there is none. In huge pages where the system gives them: with small
/// ones it depends on where their frames happen to lie which lines of a cache they compete for, and
/// that is drawn anew in every run; and misses of the TLB would be measured beside memory.
class Lines {
 public:
  explicit Lines(int64_t bytes) {
    auto wanted = static_cast<std::size_t>((bytes + kPageBytes - 1) / kPageBytes * kPageBytes);
    memory_ = std::malloc(wanted + kPageBytes);
    if (memory_ == nullptr) {
      return;
    }
    auto begin = (reinterpret_cast<std::uintptr_t>(memory_) + kPageBytes - 1) / kPageBytes;
    first_ = reinterpret_cast<float*>(begin * kPageBytes);
#if defined(MADV_HUGEPAGE)
    // Refused where the kernel has none: small pages then.
    madvise(first_, wanted, MADV_HUGEPAGE);
#endif
  }
  ~Lines() { std::free(memory_); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  float* floats() const { return first_; }

 private:
  static constexpr int64_t kPageBytes = INT64_C(1) << 21;
  static_assert(kPageBytes % kLineBytes == 0, "a page begins with a line");

  void* memory_ = nullptr;
  float* first_ = nullptr;
};

int32_t run_passes(const char* operation, const Access& access, int64_t bytes, int32_t threads,
                   double seconds, double* bytes_per_second) {
  constexpr int64_t kPassBytes = kPassFloats * static_cast<int64_t>(sizeof(float));
  int64_t count = bytes / threads / access.arrays / kPassBytes * kPassFloats;
  int64_t moved = count * access.arrays * threads * static_cast<int64_t>(sizeof(float));
  Lines lines(moved);
  float* all = lines.floats();
  if (all == nullptr) {
    return fail(YOLO4J_OUT_OF_MEMORY, "%s: no memory for %lld bytes", operation,
                static_cast<long long>(moved));
  }
  Slices slices(seconds);
  int64_t size = in_whole_team(threads, [&](const Team& team) {
    // Written first by their thread, so that they lie where it runs.
    float* x = all + team.id * access.arrays * count;
    float* y = access.arrays > 1 ? x + count : nullptr;
    float* z = access.arrays > 2 ? y + count : nullptr;
    for (int64_t i = 0; i < count * access.arrays; i++) {
      x[i] = 1;
    }
    float kept = 0;
    slices.run(team, [&](int64_t repeats) {
      for (int64_t i = 0; i < repeats; i++) {
        kept += access.pass(x, y, z, count);
      }
    });
    volatile float looked_at = kept;
    (void)looked_at;
  });
  int32_t status = check_team(operation, threads, size);
  if (status == YOLO4J_OK) {
    *bytes_per_second = static_cast<double>(moved * access.times) / slices.fastest();
  }
  return status;
}

}  // namespace

const KernelFamily<Kernels>& family() noexcept {
  static constexpr KernelFamily<Kernels> versions = YOLO4J_WHOLE_FAMILY;
  return versions;
}

}  // namespace yolo4j::roofs

using yolo4j::fail;
namespace roofs = yolo4j::roofs;

int32_t yolo4j_peak(int32_t isa, int32_t dtype, int32_t threads, double seconds,
                    double* operations_per_second) {
  const char* operation = "yolo4j_peak";
  roofs::MultiplyAdd multiply_add = nullptr;
  int32_t status = roofs::check_run(operation, threads, seconds, operations_per_second);
  status = status == YOLO4J_OK ? roofs::choose(operation, isa, dtype, &multiply_add) : status;
  return status == YOLO4J_OK ? roofs::run_multiply_add(operation, multiply_add, threads, seconds,
                                                       operations_per_second)
                             : status;
}

int32_t yolo4j_peak_amx(int32_t dtype, int32_t threads, double seconds,
                        double* operations_per_second) {
  const char* operation = "yolo4j_peak_amx";
  roofs::MultiplyAdd multiply_add = nullptr;
  int32_t status = roofs::check_run(operation, threads, seconds, operations_per_second);
  status = status == YOLO4J_OK ? roofs::choose_amx(operation, dtype, &multiply_add) : status;
  return status == YOLO4J_OK ? roofs::run_multiply_add(operation, multiply_add, threads, seconds,
                                                       operations_per_second)
                             : status;
}

int32_t yolo4j_bandwidth(int32_t access, int64_t bytes, int32_t threads, double seconds,
                         double* bytes_per_second) {
  const char* operation = "yolo4j_bandwidth";
  roofs::Access chosen = {};
  int32_t status = roofs::check_run(operation, threads, seconds, bytes_per_second);
  if (status == YOLO4J_OK && (bytes / threads < roofs::kLeastBytes || bytes > roofs::kMostBytes)) {
    status =
        fail(YOLO4J_INVALID_ARGUMENT,
             "%s: bytes must be from %lld for each of %d threads to 2^36, got %lld", operation,
             static_cast<long long>(roofs::kLeastBytes), threads, static_cast<long long>(bytes));
  }
  status = status == YOLO4J_OK ? roofs::choose_access(operation, access, &chosen) : status;
  return status == YOLO4J_OK
             ? roofs::run_passes(operation, chosen, bytes, threads, seconds, bytes_per_second)
             : status;
}

int32_t yolo4j_cache_size(int32_t level, int64_t* bytes) {
  if (bytes == nullptr) {
    return fail(YOLO4J_INVALID_ARGUMENT, "yolo4j_cache_size: bytes must not be null");
  }
  if (level < 1 || level > 3) {
    return fail(YOLO4J_INVALID_ARGUMENT, "yolo4j_cache_size: level must be from 1 to 3, got %d",
                level);
  }
  *bytes = roofs::cache_bytes(level);
  return YOLO4J_OK;
}
