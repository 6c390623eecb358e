#include "perf/events.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>

#include "yolo4j_profile.h"

#if defined(__linux__)
#include <dirent.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#endif

#if defined(YOLO4J_X86) && defined(__GNUC__)
#include <cpuid.h>
#endif

namespace yolo4j::perf {

#if defined(__linux__)
namespace {

#if defined(YOLO4J_X86) && defined(__GNUC__)
/// As CPUID has them: the extended family is in it.
unsigned family(unsigned signature) {
  unsigned base = (signature >> 8) & 0xF;
  return base == 0xF ? base + ((signature >> 20) & 0xFF) : base;
}

std::vector<Event> flops() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(0, &a, &b, &c, &d) == 0) {
    return {};
  }
  bool intel = b == signature_INTEL_ebx && c == signature_INTEL_ecx && d == signature_INTEL_edx;
  bool amd = b == signature_AMD_ebx && c == signature_AMD_ecx && d == signature_AMD_edx;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0) {
    return {};
  }
  if (intel && family(a) == 6) {
    return {{PERF_TYPE_RAW, 0x02C7, 1},
            {PERF_TYPE_RAW, 0x08C7, 4},
            {PERF_TYPE_RAW, 0x20C7, 8},
            {PERF_TYPE_RAW, 0x80C7, 16}};
  }
  if (amd && family(a) >= 0x17) {
    return {{PERF_TYPE_RAW, 0x0F03, 1}};
  }
  return {};
}
#else
std::vector<Event> flops() { return {}; }
#endif

int open_event(const Event& event, pid_t thread) {
  perf_event_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  attributes.size = sizeof attributes;
  attributes.type = event.type;
  attributes.config = event.config;
  attributes.inherit = 1;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return static_cast<int>(
      syscall(SYS_perf_event_open, &attributes, thread, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

/// A type of its own: a vector of plain numbers would be a symbol that the library exports.
struct Thread {
  pid_t id;
};

std::vector<Thread> threads() {
  std::vector<Thread> all;
  DIR* folder = opendir("/proc/self/task");
  if (folder == nullptr) {
    return all;
  }
  while (const dirent* entry = readdir(folder)) {
    long id = std::strtol(entry->d_name, nullptr, 10);
    if (id > 0) {
      all.push_back({static_cast<pid_t>(id)});
    }
  }
  closedir(folder);
  return all;
}

void explain(int error, Text* reason) {
  switch (error) {
    case ENOENT:
    case EOPNOTSUPP:
    case ENODEV:
      reason->append("this machine shows no such counter of its CPU, as is usual in virtual ones");
      return;
    case EACCES:
    case EPERM:
      reason->append(
          "the system refuses perf_event_open; kernel.perf_event_paranoid of 2 or less, or the"
          " capability CAP_PERFMON, allows it, unless a container forbids it");
      return;
    case ENOSYS:
      reason->append("this kernel has no perf_event_open");
      return;
    case EMFILE:
      reason->append("the process has too many open files");
      return;
    default:
      reason->append("perf_event_open failed: ");
      reason->append(std::strerror(error));
  }
}

}  // namespace

std::vector<Event> events(int32_t counter) {
  switch (counter) {
    case YOLO4J_COUNTER_CYCLES:
      return {{PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 1}};
    case YOLO4J_COUNTER_INSTRUCTIONS:
      return {{PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 1}};
    case YOLO4J_COUNTER_CACHE_MISSES:
      return {{PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES, 1}};
    case YOLO4J_COUNTER_FLOPS:
      return flops();
    default:
      return {};
  }
}

bool Files::open(const std::vector<Event>& wanted, Text* reason) {
  if (wanted.empty()) {
    reason->append("the event that counts this is not known for this CPU");
    return false;
  }
  for (const Thread& thread : threads()) {
    for (const Event& event : wanted) {
      int descriptor = open_event(event, thread.id);
      if (descriptor < 0 && errno == ESRCH) {
        break;  // a thread that has ended since
      }
      if (descriptor < 0) {
        explain(errno, reason);
        close();
        return false;
      }
      files_.push_back({descriptor, event.weight});
    }
  }
  if (files_.empty()) {
    reason->append("the system shows no threads of this process");
  }
  return !files_.empty();
}

double Files::read() const noexcept {
  double sum = 0;
  for (const File& file : files_) {
    uint64_t values[3];  // count, time enabled, time running
    if (::read(file.descriptor, values, sizeof values) != static_cast<ssize_t>(sizeof values)) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    // Enabled but never run: others held the counters, so nobody knows. Never enabled: the thread
    // slept all the time.
    if (values[1] > 0 && values[2] == 0) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    double scale =
        values[2] == 0 ? 1 : static_cast<double>(values[1]) / static_cast<double>(values[2]);
    sum += file.weight * scale * static_cast<double>(values[0]);
  }
  return sum;
}

void Files::close() noexcept {
  for (const File& file : files_) {
    ::close(file.descriptor);
  }
  files_.clear();
}
#else
std::vector<Event> events(int32_t) { return {}; }

bool Files::open(const std::vector<Event>&, Text* reason) {
  reason->append("counters of the CPU are read on Linux only");
  return false;
}

double Files::read() const noexcept { return std::numeric_limits<double>::quiet_NaN(); }

void Files::close() noexcept {}
#endif

Files::~Files() { close(); }

}  // namespace yolo4j::perf
