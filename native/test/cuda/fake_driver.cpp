// A libcuda.so.1 for tests: the kernels' own files, compiled for the CPU, behind the functions of
// NVIDIA's driver that the library and its tests call. The devices' memory is the host's, each
// buffer a malloc of its exact size, filled with NaN.
//
// Its clock stands still but for what a test lets pass, so that times of events are exact.
//
// The environment's YOLO4J_FAKE_CUDA makes it fail: no_device, zero, old_gpu, old_driver,
// context_memory, module_memory, launch, event_memory, memory; or makes it another GPU, of
// compute capability 8.0: ampere.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "cuda/kernel_list.h"
#include "cuda/kernels/all.cu"

#define FAKE extern "C" __attribute__((visibility("default"))) int

namespace {

constexpr int kDevices = 2;

struct Entry {
  const char* name;
  void (*call)(void*);
};

#define ENTRY(name) {#name, [](void* p) { hostcuda::call_with(name, static_cast<void**>(p)); }},
const Entry entries[] = {YOLO4J_CUDA_KERNELS(ENTRY)};

struct Context {
  int retained = 0;
};
Context contexts[kDevices];
Context* modules[kDevices];

/// A kernel in a context.
struct Function {
  const Entry* entry;
  Context* context;
};
Function functions[kDevices][sizeof entries / sizeof *entries];

struct Event {
  Context* context;
  double microseconds;
  int64_t recorded;  // how many were before it; 0: not recorded
};

std::mutex guard;
double clock_microseconds = 0;
double launch_microseconds = 0;
int64_t launches = 0;
int64_t events_recorded = 0;
int64_t events_waited_for = 0;
int events_alive = 0;
std::map<uint64_t, std::size_t>* buffers = new std::map<uint64_t, std::size_t>;
thread_local Context* current = nullptr;
void* last_stream = nullptr;

bool told(const char* fault) {
  const char* set = std::getenv("YOLO4J_FAKE_CUDA");
  return set != nullptr && std::strcmp(set, fault) == 0;
}

bool within(uint64_t address, std::size_t size) {
  auto next = buffers->upper_bound(address);
  return next != buffers->begin() && (--next, address + size <= next->first + next->second);
}

}  // namespace

FAKE cuInit(unsigned) { return told("no_device") ? 100 : 0; }

FAKE cuDriverGetVersion(int* version) {
  *version = 13000;
  return 0;
}

FAKE cuDeviceGetCount(int* count) {
  *count = told("zero") ? 0 : kDevices;
  return 0;
}

FAKE cuDeviceGet(int* device, int index) {
  *device = index;
  return index >= 0 && index < kDevices ? 0 : 101;
}

FAKE cuDeviceGetName(char* name, int size, int) {
  std::snprintf(name, static_cast<std::size_t>(size), "Fake GPU on the CPU");
  return 0;
}

FAKE cuDeviceGetAttribute(int* value, int attribute, int) {
  const bool ampere = told("ampere");
  const struct {
    int attribute, value;
  } known[] = {
      {5, 0x7fffffff}, {16, 1}, {38, 64 << 10}, {75, ampere ? 8 : 7}, {76, ampere ? 0 : 5}};
  *value = 0;
  for (const auto& each : known) {
    *value = each.attribute == attribute ? each.value : *value;
  }
  return 0;
}

FAKE cuDevicePrimaryCtxRetain(Context** context, int device) {
  if (told("context_memory")) {
    return 2;
  }
  std::lock_guard<std::mutex> lock(guard);
  contexts[device].retained++;
  *context = &contexts[device];
  return 0;
}

FAKE cuDevicePrimaryCtxRelease_v2(int device) {
  std::lock_guard<std::mutex> lock(guard);
  return contexts[device].retained-- > 0 ? 0 : 201;
}

FAKE cuCtxGetCurrent(Context** context) {
  *context = current;
  return 0;
}

FAKE cuCtxSetCurrent(Context* context) {
  current = context;
  return 0;
}

FAKE cuModuleLoadData(Context*** module, const void* image) {
  uint32_t magic;
  std::memcpy(&magic, image, sizeof magic);
  if (told("old_gpu") || told("old_driver") || told("module_memory")) {
    return told("old_gpu") ? 209 : told("old_driver") ? 222 : 2;
  }
  if (current == nullptr || magic != 0xba55ed50) {  // what a fat binary starts with
    return current == nullptr ? 201 : 200;
  }
  *module = &modules[current - contexts];
  **module = current;
  return 0;
}

FAKE cuModuleGetFunction(Function** function, Context** module, const char* name) {
  std::lock_guard<std::mutex> lock(guard);
  for (const Entry& entry : entries) {
    if (std::strcmp(entry.name, name) == 0) {
      *function = &functions[module - modules][&entry - entries];
      **function = Function{&entry, *module};
      return 0;
    }
  }
  return 500;
}

FAKE cuLaunchKernel(Function* function, unsigned blocks, unsigned, unsigned, unsigned threads,
                    unsigned, unsigned, unsigned shared_bytes, void* stream, void** arguments,
                    void**) {
  if (told("launch") || current != function->context) {
    return told("launch") ? 719 : 400;
  }
  std::lock_guard<std::mutex> lock(guard);
  last_stream = stream;
  hostcuda::launch(function->entry->call, arguments, blocks, threads, shared_bytes);
  clock_microseconds += launch_microseconds;
  launches++;
  return 0;
}

FAKE cuGetErrorName(int status, const char** name) {
  *name = status == 2     ? "CUDA_ERROR_OUT_OF_MEMORY"
          : status == 100 ? "CUDA_ERROR_NO_DEVICE"
          : status == 209 ? "CUDA_ERROR_NO_BINARY_FOR_GPU"
          : status == 222 ? "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"
          : status == 719 ? "CUDA_ERROR_LAUNCH_FAILED"
                          : nullptr;
  return *name == nullptr ? 1 : 0;
}

FAKE cuEventCreate(Event** event, unsigned flags) {
  std::lock_guard<std::mutex> lock(guard);
  if (current == nullptr || flags != 0 || (told("event_memory") && events_alive == 3)) {
    return current == nullptr ? 201 : flags != 0 ? 1 : 2;
  }
  *event = new Event{current, 0, 0};
  events_alive++;
  return 0;
}

FAKE cuEventRecord(Event* event, void* stream) {
  std::lock_guard<std::mutex> lock(guard);
  if (current != event->context) {
    return 400;
  }
  last_stream = stream;
  event->microseconds = clock_microseconds;
  event->recorded = ++events_recorded;
  return 0;
}

FAKE cuEventSynchronize(Event* event) {
  std::lock_guard<std::mutex> lock(guard);
  events_waited_for = event->recorded > events_waited_for ? event->recorded : events_waited_for;
  return 0;
}

/// As the driver does, it refuses events that nobody has waited for.
FAKE cuEventElapsedTime(float* milliseconds, Event* from, Event* to) {
  std::lock_guard<std::mutex> lock(guard);
  if (from->recorded == 0 || to->recorded == 0) {
    return 400;
  }
  if (from->recorded > events_waited_for || to->recorded > events_waited_for) {
    return 600;
  }
  *milliseconds = static_cast<float>((to->microseconds - from->microseconds) / 1000);
  return 0;
}

FAKE cuEventDestroy_v2(Event* event) {
  std::lock_guard<std::mutex> lock(guard);
  delete event;
  events_alive--;
  return 0;
}

// What only the tests call.

extern "C" __attribute__((visibility("default"))) void fake_let_pass(double microseconds) {
  std::lock_guard<std::mutex> lock(guard);
  clock_microseconds += microseconds;
}

/// From now on the clock passes with each launch, however much work it has.
extern "C" __attribute__((visibility("default"))) void fake_launches_take(double microseconds) {
  std::lock_guard<std::mutex> lock(guard);
  launch_microseconds = microseconds;
}

extern "C" __attribute__((visibility("default"))) int64_t fake_launches() { return launches; }

extern "C" __attribute__((visibility("default"))) int64_t fake_buffers_alive() {
  std::lock_guard<std::mutex> lock(guard);
  return static_cast<int64_t>(buffers->size());
}

extern "C" __attribute__((visibility("default"))) int fake_events_alive() { return events_alive; }

FAKE cuMemAlloc_v2(uint64_t* address, std::size_t size) {
  if (size == 0 || told("memory")) {
    return size == 0 ? 1 : 2;
  }
  void* memory = std::malloc(size);
  std::memset(memory, 0xff, size);
  *address = reinterpret_cast<uint64_t>(memory);
  std::lock_guard<std::mutex> lock(guard);
  (*buffers)[*address] = size;
  return 0;
}

FAKE cuMemFree_v2(uint64_t address) {
  std::lock_guard<std::mutex> lock(guard);
  if (buffers->erase(address) == 0) {
    return 1;
  }
  std::free(reinterpret_cast<void*>(address));
  return 0;
}

FAKE cuMemcpyHtoD_v2(uint64_t to, const void* from, std::size_t size) {
  std::lock_guard<std::mutex> lock(guard);
  if (!within(to, size)) {
    return 1;
  }
  std::memcpy(reinterpret_cast<void*>(to), from, size);
  return 0;
}

FAKE cuMemcpyDtoH_v2(void* to, uint64_t from, std::size_t size) {
  std::lock_guard<std::mutex> lock(guard);
  if (!within(from, size)) {
    return 1;
  }
  std::memcpy(to, reinterpret_cast<void*>(from), size);
  return 0;
}

FAKE cuCtxSynchronize() { return 0; }

/// The stream of the last launch.
extern "C" __attribute__((visibility("default"))) void* fake_last_stream() { return last_stream; }
