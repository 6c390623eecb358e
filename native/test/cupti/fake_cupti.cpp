// A libcupti for tests, which counts what the test calls work. As NVIDIA's does, it takes some
// metrics a pass (three), begins a pass with each call that adds some, refuses calls out of order,
// and keeps what it counted in the caller's memory.
//
// Metrics are named m0 to m99: what is counted of m<k> is the work times k + 1. The environment's
// YOLO4J_FAKE_CUPTI, "<function or setting>=<code>", makes a function fail or a setting of the
// device differ: cuptiRangeProfilerEnable=35, wsl=1.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "cupti/api.h"

#define FAKE extern "C" __attribute__((visibility("default"))) int

using namespace yolo4j::cupti;

namespace yolo4j::cupti {
struct HostObject {
  std::vector<std::string> metrics;
  std::size_t passes = 0;
};
struct RangeObject {
  uint8_t* data;
  std::size_t metrics;
  bool configured, started, in_range;
  std::size_t pass, ranges_in_pass, range;
};
}  // namespace yolo4j::cupti

namespace {

constexpr std::size_t kMetricsAPass = 3;
constexpr std::size_t kName = 32;
constexpr uint64_t kConfig = 0x1111, kData = 0x2222, kAvailable = 0x3333;

/// The heads of the caller's images; names follow, then numbers. A configuration has its passes for
/// ranges.
struct Head {
  uint64_t magic, metrics, ranges, used, dropped, decoded;
};

std::set<void*>* alive = new std::set<void*>;
RangeObject* counting = nullptr;

/// The code that the environment has for a name, or another one.
int told(const char* name, int otherwise) {
  const char* set = std::getenv("YOLO4J_FAKE_CUPTI");
  std::size_t length = std::strlen(name);
  return set != nullptr && std::strncmp(set, name, length) == 0 && set[length] == '='
             ? std::atoi(set + length + 1)
             : otherwise;
}

#define BEGIN(name, p, ...)                                     \
  if (int code = told(name, 0)) {                               \
    return code;                                                \
  }                                                             \
  if ((p)->size != (__VA_ARGS__) || (p)->reserved != nullptr) { \
    return kInvalidParameter;                                   \
  }
#define UP_TO(Type, last) (offsetof(Type, last) + sizeof(Type::last))

bool known(const char* metric) {
  char* end = nullptr;
  return metric != nullptr && metric[0] == 'm' && metric[1] != '\0' &&
         (static_cast<void>(std::strtol(metric + 1, &end, 10)), *end == '\0');
}

Head head_of(const uint8_t* image) {
  Head head;
  std::memcpy(&head, image, sizeof head);
  return head;
}

void set_head(uint8_t* image, const Head& head) { std::memcpy(image, &head, sizeof head); }

std::size_t data_bytes(std::size_t metrics, std::size_t ranges) {
  return sizeof(Head) + ranges * (kName + metrics * sizeof(double));
}

uint8_t* name_at(uint8_t* data, std::size_t range) { return data + sizeof(Head) + range * kName; }

uint8_t* value_at(uint8_t* data, std::size_t range, std::size_t metric) {
  Head head = head_of(data);
  return data + sizeof(Head) + head.ranges * kName +
         (range * head.metrics + metric) * sizeof(double);
}

std::size_t passes_of(std::size_t metrics) { return (metrics + kMetricsAPass - 1) / kMetricsAPass; }

bool is_alive(void* object) { return alive->count(object) != 0; }

}  // namespace

extern "C" __attribute__((visibility("default"))) int fake_cupti_alive() {
  return static_cast<int>(alive->size());
}

/// Work on the device, of which a pass sees its own three metrics.
extern "C" __attribute__((visibility("default"))) void fake_cupti_work(double amount) {
  RangeObject* o = counting;
  if (o == nullptr || !o->in_range || o->range >= head_of(o->data).ranges) {
    return;
  }
  for (std::size_t k = kMetricsAPass * o->pass; k < o->metrics && k < kMetricsAPass * (o->pass + 1);
       k++) {
    double value;
    std::memcpy(&value, value_at(o->data, o->range, k), sizeof value);
    value += amount * static_cast<double>(k + 1);
    std::memcpy(value_at(o->data, o->range, k), &value, sizeof value);
  }
}

FAKE cuptiGetVersion(uint32_t* version) {
  *version = 130001;
  return told("cuptiGetVersion", 0);
}

FAKE cuptiProfilerInitialize(Plain* p) {
  BEGIN("cuptiProfilerInitialize", p, UP_TO(Plain, reserved));
  return kOk;
}

FAKE cuptiProfilerDeviceSupported(DeviceSupport* p) {
  BEGIN("cuptiProfilerDeviceSupported", p, UP_TO(DeviceSupport, api));
  p->architecture = told("architecture", kSupported);
  p->sli = told("sli", kSupported);
  p->virtual_gpu = told("virtual_gpu", kSupported);
  p->confidential = told("confidential", kSupported);
  p->mining = told("mining", kSupported);
  p->wsl = told("wsl", kSupported);
  p->supported = told("supported", kSupported);
  for (int level : {p->architecture, p->sli, p->virtual_gpu, p->confidential, p->mining, p->wsl}) {
    p->supported = level == kSupported ? p->supported : static_cast<int>(kSupportNone);
  }
  return p->api == kRangeProfiling && p->device >= 0 ? kOk : kInvalidParameter;
}

FAKE cuptiProfilerGetCounterAvailability(Availability* p) {
  BEGIN("cuptiProfilerGetCounterAvailability", p, UP_TO(Availability, image));
  if (p->context == nullptr) {
    return kInvalidContext;
  }
  if (p->image != nullptr) {
    if (p->image_size < sizeof kAvailable) {
      return kInvalidParameter;
    }
    std::memcpy(p->image, &kAvailable, sizeof kAvailable);
  }
  p->image_size = sizeof kAvailable;
  return kOk;
}

FAKE cuptiDeviceGetChipName(ChipName* p) {
  BEGIN("cuptiDeviceGetChipName", p, UP_TO(ChipName, name));
  p->name = p->device < 2 ? "FAKE1" : nullptr;
  return p->device < 2 ? kOk : kInvalidDevice;
}

FAKE cuptiProfilerHostGetSupportedChips(Chips* p) {
  BEGIN("cuptiProfilerHostGetSupportedChips", p, UP_TO(Chips, names));
  static const char* const names[] = {"FAKE1", "FAKE22"};
  p->count = 2;
  p->names = names;
  return kOk;
}

FAKE cuptiProfilerHostInitialize(HostCreate* p) {
  BEGIN("cuptiProfilerHostInitialize", p, UP_TO(HostCreate, object));
  if (p->profiler != kRangeProfiler ||
      (p->availability != nullptr && std::memcmp(p->availability, &kAvailable, 8) != 0)) {
    return kInvalidParameter;
  }
  if (p->chip == nullptr || std::strncmp(p->chip, "FAKE", 4) != 0) {
    return kInvalidChip;
  }
  p->object = new HostObject;
  alive->insert(p->object);
  return kOk;
}

FAKE cuptiProfilerHostDeinitialize(HostDestroy* p) {
  BEGIN("cuptiProfilerHostDeinitialize", p, UP_TO(HostDestroy, object));
  if (alive->erase(p->object) == 0) {
    return kInvalidParameter;
  }
  delete p->object;
  return kOk;
}

FAKE cuptiProfilerHostGetMetricProperties(MetricProperties* p) {
  BEGIN("cuptiProfilerHostGetMetricProperties", p, UP_TO(MetricProperties, type));
  return !is_alive(p->object) ? kInvalidParameter : known(p->metric) ? kOk : kInvalidMetric;
}

FAKE cuptiProfilerHostConfigAddMetrics(AddMetrics* p) {
  BEGIN("cuptiProfilerHostConfigAddMetrics", p, UP_TO(AddMetrics, count));
  for (std::size_t i = 0; i < p->count; i++) {
    if (!known(p->metrics[i])) {
      return kInvalidMetric;
    }
    p->object->metrics.push_back(p->metrics[i]);
  }
  p->object->passes += passes_of(p->count);
  return kOk;
}

FAKE cuptiProfilerHostGetConfigImageSize(ConfigSize* p) {
  BEGIN("cuptiProfilerHostGetConfigImageSize", p, UP_TO(ConfigSize, image_size));
  p->image_size = sizeof(Head);
  return kOk;
}

FAKE cuptiProfilerHostGetConfigImage(ConfigImage* p) {
  BEGIN("cuptiProfilerHostGetConfigImage", p, UP_TO(ConfigImage, image));
  if (p->image_size != sizeof(Head)) {
    return kInvalidParameter;
  }
  set_head(p->image, Head{kConfig, p->object->metrics.size(), p->object->passes, 0, 0, 0});
  return kOk;
}

FAKE cuptiProfilerHostGetNumOfPasses(Passes* p) {
  BEGIN("cuptiProfilerHostGetNumOfPasses", p, UP_TO(Passes, count));
  Head head = head_of(p->image);
  p->count = head.ranges;
  return head.magic == kConfig ? kOk : kInvalidParameter;
}

FAKE cuptiRangeProfilerEnable(RangeEnable* p) {
  BEGIN("cuptiRangeProfilerEnable", p, UP_TO(RangeEnable, object));
  if (p->context == nullptr || counting != nullptr) {
    return p->context == nullptr ? kInvalidContext : kInvalidOperation;
  }
  p->object = counting = new RangeObject{};
  alive->insert(p->object);
  return kOk;
}

FAKE cuptiRangeProfilerDisable(RangeCall* p) {
  BEGIN("cuptiRangeProfilerDisable", p, UP_TO(RangeCall, object));
  if (alive->erase(p->object) == 0) {
    return kInvalidOperation;
  }
  delete p->object;
  counting = nullptr;
  return kOk;
}

FAKE cuptiRangeProfilerGetCounterDataSize(DataSize* p) {
  BEGIN("cuptiRangeProfilerGetCounterDataSize", p, UP_TO(DataSize, data_size));
  if (p->tree_nodes < p->ranges) {
    return kInvalidParameter;
  }
  for (std::size_t i = 0; i < p->count; i++) {
    if (!known(p->metrics[i])) {
      return kInvalidMetric;
    }
  }
  p->object->metrics = p->count;
  p->data_size = data_bytes(p->count, p->ranges);
  return kOk;
}

FAKE cuptiRangeProfilerCounterDataImageInitialize(DataInitialize* p) {
  BEGIN("cuptiRangeProfilerCounterDataImageInitialize", p, UP_TO(DataInitialize, data));
  std::size_t each = kName + p->object->metrics * sizeof(double);
  set_head(p->data, Head{kData, p->object->metrics, (p->data_size - sizeof(Head)) / each, 0, 0, 0});
  return kOk;
}

FAKE cuptiRangeProfilerSetConfig(RangeConfig* p) {
  BEGIN("cuptiRangeProfilerSetConfig", p, UP_TO(RangeConfig, nesting_level));
  Head config = head_of(p->image);
  Head data = head_of(p->data);
  if (config.magic != kConfig || data.magic != kData || config.metrics != p->object->metrics ||
      config.ranges != passes_of(config.metrics) || p->range != kUserRange ||
      p->replay != kUserReplay || p->nesting_levels != 1 || p->first_nesting_level != 1 ||
      p->ranges != data.ranges || p->pass != 0 ||
      p->data_size != data_bytes(data.metrics, data.ranges)) {
    return kInvalidParameter;
  }
  p->object->data = p->data;
  p->object->configured = true;
  return kOk;
}

FAKE cuptiRangeProfilerStart(RangeCall* p) {
  BEGIN("cuptiRangeProfilerStart", p, UP_TO(RangeCall, object));
  if (!p->object->configured || p->object->started) {
    return kInvalidOperation;
  }
  p->object->started = true;
  p->object->ranges_in_pass = 0;
  return kOk;
}

FAKE cuptiRangeProfilerPushRange(RangePush* p) {
  BEGIN("cuptiRangeProfilerPushRange", p, UP_TO(RangePush, name));
  RangeObject* o = p->object;
  if (!o->started || o->in_range || std::strlen(p->name) >= kName) {
    return kInvalidOperation;
  }
  o->in_range = true;
  Head head = head_of(o->data);
  for (o->range = 0; o->range < head.used; o->range++) {
    if (std::strcmp(reinterpret_cast<char*>(name_at(o->data, o->range)), p->name) == 0) {
      return kOk;
    }
  }
  if (head.used == head.ranges) {
    head.dropped++;
  } else {
    std::memcpy(name_at(o->data, head.used++), p->name, std::strlen(p->name) + 1);
  }
  set_head(o->data, head);
  return kOk;
}

FAKE cuptiRangeProfilerPopRange(RangeCall* p) {
  BEGIN("cuptiRangeProfilerPopRange", p, UP_TO(RangeCall, object));
  if (!p->object->in_range) {
    return kInvalidOperation;
  }
  p->object->in_range = false;
  return kOk;
}

FAKE cuptiRangeProfilerStop(RangeStop* p) {
  BEGIN("cuptiRangeProfilerStop", p, UP_TO(RangeStop, all_submitted));
  if (!p->object->started || p->object->in_range) {
    return kInvalidOperation;
  }
  p->object->started = false;
  p->object->pass++;
  p->all_submitted = p->object->pass * kMetricsAPass >= p->object->metrics ? 1 : 0;
  return kOk;
}

FAKE cuptiRangeProfilerDecodeData(Decode* p) {
  BEGIN("cuptiRangeProfilerDecodeData", p, UP_TO(Decode, dropped));
  Head head = head_of(p->object->data);
  head.decoded = 1;
  set_head(p->object->data, head);
  p->dropped = head.dropped;
  return kOk;
}

FAKE cuptiRangeProfilerGetCounterDataInfo(DataInfo* p) {
  BEGIN("cuptiRangeProfilerGetCounterDataInfo", p, UP_TO(DataInfo, ranges));
  Head head = head_of(p->data);
  p->ranges = head.decoded == 1 ? head.used : 0;
  return kOk;
}

FAKE cuptiRangeProfilerCounterDataGetRangeInfo(RangeInfo* p) {
  BEGIN("cuptiRangeProfilerCounterDataGetRangeInfo", p, UP_TO(RangeInfo, name));
  if (p->range >= head_of(p->data).used || p->delimiter == nullptr) {
    return kInvalidParameter;
  }
  p->name = reinterpret_cast<const char*>(name_at(const_cast<uint8_t*>(p->data), p->range));
  return kOk;
}

FAKE cuptiProfilerHostEvaluateToGpuValues(Evaluate* p) {
  BEGIN("cuptiProfilerHostEvaluateToGpuValues", p, UP_TO(Evaluate, values));
  for (std::size_t i = 0; i < p->count; i++) {
    if (p->object->metrics[i] != p->metrics[i]) {
      return kInvalidMetric;
    }
    std::memcpy(&p->values[i], value_at(const_cast<uint8_t*>(p->data), p->range, i),
                sizeof(double));
  }
  return kOk;
}
