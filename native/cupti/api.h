// The part of CUPTI that the library uses, declared by hand: building it needs no header of
// NVIDIA's, and running it opens libcupti by name. native/test/cupti/layout_test.cpp compares sizes
// and offsets with NVIDIA's own headers where they are.
#pragma once

#include <cstddef>
#include <cstdint>

namespace yolo4j::cuda {
struct DriverContext;
}

namespace yolo4j::cupti {

using Result = int;  // CUptiResult

/// CUptiResult, those that mean something to us.
enum : Result {
  kOk = 0,
  kInvalidParameter = 1,
  kInvalidDevice = 2,
  kInvalidContext = 3,
  kInvalidOperation = 7,
  kOutOfMemory = 8,
  kHardware = 9,
  kLimitReached = 12,
  kNotReady = 13,
  kNotCompatible = 14,
  kNotInitialized = 15,
  kInvalidMetric = 17,
  kHardwareBusy = 26,
  kNotSupported = 27,
  kVirtualDevice = 33,
  kNoPrivileges = 35,
  kOldProfilerActive = 36,
  kLegacyNotSupported = 38,
  kSecondSubscriber = 39,
  kVirtualNoPrivileges = 40,
  kConfidential = 41,
  kMiningDevice = 42,
  kPartitioned = 43,
  kSli = 44,
  kWsl = 45,
  kInvalidChip = 46,
  kUnknown = 999
};

struct HostObject;   // CUpti_Profiler_Host_Object
struct RangeObject;  // CUpti_RangeProfiler_Object

enum : int {
  kRangeProfiler = 0,   // CUpti_ProfilerType
  kRangeProfiling = 0,  // CUpti_Profiler_API
  kUserRange = 2,       // CUpti_ProfilerRange
  kUserReplay = 3,      // CUpti_ProfilerReplayMode
  kSupportUnknown = 0,  // CUpti_Profiler_Support_Level
  kSupportNone = 1,
  kSupportDisabled = 2,
  kSupported = 3
};

// Every structure begins with its size up to the end of its last field, and a null pointer.
// Fields that are read back stand under "out".

struct Plain {  // CUpti_Profiler_Initialize_Params
  std::size_t size;
  void* reserved;
};

struct ChipName {  // CUpti_Device_GetChipName_Params
  std::size_t size;
  void* reserved;
  std::size_t device;
  const char* name;  // out
};

struct DeviceSupport {  // CUpti_Profiler_DeviceSupported_Params
  std::size_t size;
  void* reserved;
  int device;
  int supported;  // out, as those that follow
  int architecture;
  int sli;
  int virtual_gpu;
  int confidential;
  int mining;
  int wsl;
  int api;
};

struct Availability {  // CUpti_Profiler_GetCounterAvailability_Params
  std::size_t size;
  void* reserved;
  cuda::DriverContext* context;
  std::size_t image_size;  // out where `image` is null
  uint8_t* image;
};

struct Chips {  // CUpti_Profiler_Host_GetSupportedChips_Params
  std::size_t size;
  void* reserved;
  std::size_t count;         // out
  const char* const* names;  // out
};

struct HostCreate {  // CUpti_Profiler_Host_Initialize_Params
  std::size_t size;
  void* reserved;
  int profiler;
  const char* chip;
  const uint8_t* availability;
  HostObject* object;  // out
};

struct HostDestroy {  // CUpti_Profiler_Host_Deinitialize_Params
  std::size_t size;
  void* reserved;
  HostObject* object;
};

struct MetricProperties {  // CUpti_Profiler_Host_GetMetricProperties_Params
  std::size_t size;
  void* reserved;
  HostObject* object;
  const char* metric;
  const char* description;  // out, as those that follow
  const char* unit;
  const char* dimension;
  int type;
};

struct AddMetrics {  // CUpti_Profiler_Host_ConfigAddMetrics_Params
  std::size_t size;
  void* reserved;
  HostObject* object;
  const char** metrics;
  std::size_t count;
};

struct ConfigSize {  // CUpti_Profiler_Host_GetConfigImageSize_Params
  std::size_t size;
  void* reserved;
  HostObject* object;
  std::size_t image_size;  // out
};

struct ConfigImage {  // CUpti_Profiler_Host_GetConfigImage_Params
  std::size_t size;
  void* reserved;
  HostObject* object;
  std::size_t image_size;
  uint8_t* image;
};

struct Passes {  // CUpti_Profiler_Host_GetNumOfPasses_Params
  std::size_t size;
  void* reserved;
  std::size_t image_size;
  uint8_t* image;
  std::size_t count;  // out
};

struct Evaluate {  // CUpti_Profiler_Host_EvaluateToGpuValues_Params
  std::size_t size;
  void* reserved;
  HostObject* object;
  const uint8_t* data;
  std::size_t data_size;
  std::size_t range;
  const char** metrics;
  std::size_t count;
  double* values;
};

struct RangeEnable {  // CUpti_RangeProfiler_Enable_Params
  std::size_t size;
  void* reserved;
  cuda::DriverContext* context;
  RangeObject* object;  // out
};

struct RangeCall {  // CUpti_RangeProfiler_Disable_Params, _Start_Params, _PopRange_Params
  std::size_t size;
  void* reserved;
  RangeObject* object;
};

struct DataSize {  // CUpti_RangeProfiler_GetCounterDataSize_Params
  std::size_t size;
  void* reserved;
  RangeObject* object;
  const char** metrics;
  std::size_t count;
  std::size_t ranges;
  uint32_t tree_nodes;
  std::size_t data_size;  // out
};

struct DataInitialize {  // CUpti_RangeProfiler_CounterDataImage_Initialize_Params
  std::size_t size;
  void* reserved;
  RangeObject* object;
  std::size_t data_size;
  uint8_t* data;
};

struct RangeConfig {  // CUpti_RangeProfiler_SetConfig_Params
  std::size_t size;
  void* reserved;
  RangeObject* object;
  std::size_t image_size;
  const uint8_t* image;
  std::size_t data_size;
  uint8_t* data;
  int range;
  int replay;
  std::size_t ranges;
  uint16_t nesting_levels;
  uint16_t first_nesting_level;
  std::size_t pass;
  uint16_t nesting_level;
};

struct RangePush {  // CUpti_RangeProfiler_PushRange_Params
  std::size_t size;
  void* reserved;
  RangeObject* object;
  const char* name;
};

struct RangeStop {  // CUpti_RangeProfiler_Stop_Params
  std::size_t size;
  void* reserved;
  RangeObject* object;
  std::size_t pass;  // out, as those that follow
  std::size_t nesting_level;
  uint8_t all_submitted;
};

struct Decode {  // CUpti_RangeProfiler_DecodeData_Params
  std::size_t size;
  void* reserved;
  RangeObject* object;
  std::size_t dropped;  // out
};

struct DataInfo {  // CUpti_RangeProfiler_GetCounterDataInfo_Params
  std::size_t size;
  void* reserved;
  const uint8_t* data;
  std::size_t data_size;
  std::size_t ranges;  // out
};

struct RangeInfo {  // CUpti_RangeProfiler_CounterData_GetRangeInfo_Params
  std::size_t size;
  void* reserved;
  const uint8_t* data;
  std::size_t data_size;
  std::size_t range;
  const char* delimiter;
  const char* name;  // out
};

/// A structure with its size, as CUPTI wants it: without padding behind the last field.
#define YOLO4J_CUPTI_PARAMS(Type, variable, last) \
  Type variable = {};                             \
  variable.size = offsetof(Type, last) + sizeof(variable.last)

// Name as libcupti exports it, parameter; the result is always Result.
#define YOLO4J_CUPTI_FUNCTIONS(F)                                 \
  F(cuptiGetVersion, uint32_t)                                    \
  F(cuptiProfilerInitialize, Plain)                               \
  F(cuptiProfilerDeviceSupported, DeviceSupport)                  \
  F(cuptiProfilerGetCounterAvailability, Availability)            \
  F(cuptiDeviceGetChipName, ChipName)                             \
  F(cuptiProfilerHostGetSupportedChips, Chips)                    \
  F(cuptiProfilerHostInitialize, HostCreate)                      \
  F(cuptiProfilerHostDeinitialize, HostDestroy)                   \
  F(cuptiProfilerHostGetMetricProperties, MetricProperties)       \
  F(cuptiProfilerHostConfigAddMetrics, AddMetrics)                \
  F(cuptiProfilerHostGetConfigImageSize, ConfigSize)              \
  F(cuptiProfilerHostGetConfigImage, ConfigImage)                 \
  F(cuptiProfilerHostGetNumOfPasses, Passes)                      \
  F(cuptiProfilerHostEvaluateToGpuValues, Evaluate)               \
  F(cuptiRangeProfilerEnable, RangeEnable)                        \
  F(cuptiRangeProfilerDisable, RangeCall)                         \
  F(cuptiRangeProfilerGetCounterDataSize, DataSize)               \
  F(cuptiRangeProfilerCounterDataImageInitialize, DataInitialize) \
  F(cuptiRangeProfilerSetConfig, RangeConfig)                     \
  F(cuptiRangeProfilerStart, RangeCall)                           \
  F(cuptiRangeProfilerPushRange, RangePush)                       \
  F(cuptiRangeProfilerPopRange, RangeCall)                        \
  F(cuptiRangeProfilerStop, RangeStop)                            \
  F(cuptiRangeProfilerDecodeData, Decode)                         \
  F(cuptiRangeProfilerGetCounterDataInfo, DataInfo)               \
  F(cuptiRangeProfilerCounterDataGetRangeInfo, RangeInfo)

struct Api {
#define YOLO4J_CUPTI_FIELD(name, Parameter) Result (*name)(Parameter*) = nullptr;
  YOLO4J_CUPTI_FUNCTIONS(YOLO4J_CUPTI_FIELD)
#undef YOLO4J_CUPTI_FIELD
};

}  // namespace yolo4j::cupti
