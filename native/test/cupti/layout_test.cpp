// What api.h declares by hand has the sizes, offsets and codes of NVIDIA's own headers.
#include <cupti_profiler_host.h>
#include <cupti_profiler_target.h>
#include <cupti_range_profiler.h>
#include <cupti_target.h>
#include <cupti_version.h>

#include "check.h"
#include "cupti/api.h"

namespace ours = yolo4j::cupti;

#define SAME_SIZE(Ours, Theirs, last)                                     \
  do {                                                                    \
    YOLO4J_CUPTI_PARAMS(ours::Ours, params, last);                        \
    CHECK_EQUAL(params.size, Theirs##_STRUCT_SIZE);                       \
    CHECK_EQUAL(sizeof(ours::Ours), sizeof(Theirs));                      \
    CHECK_EQUAL(offsetof(ours::Ours, reserved), offsetof(Theirs, pPriv)); \
  } while (false)
#define SAME_FIELD(Ours, field, Theirs, theirs)                       \
  CHECK_EQUAL(offsetof(ours::Ours, field), offsetof(Theirs, theirs)); \
  CHECK_EQUAL(sizeof(ours::Ours::field), sizeof(Theirs::theirs))

namespace {

void devices() {
  SAME_SIZE(Plain, CUpti_Profiler_Initialize_Params, reserved);
  SAME_SIZE(ChipName, CUpti_Device_GetChipName_Params, name);
  SAME_FIELD(ChipName, device, CUpti_Device_GetChipName_Params, deviceIndex);
  SAME_FIELD(ChipName, name, CUpti_Device_GetChipName_Params, pChipName);
  SAME_SIZE(DeviceSupport, CUpti_Profiler_DeviceSupported_Params, api);
  SAME_FIELD(DeviceSupport, device, CUpti_Profiler_DeviceSupported_Params, cuDevice);
  SAME_FIELD(DeviceSupport, supported, CUpti_Profiler_DeviceSupported_Params, isSupported);
  SAME_FIELD(DeviceSupport, architecture, CUpti_Profiler_DeviceSupported_Params, architecture);
  SAME_FIELD(DeviceSupport, sli, CUpti_Profiler_DeviceSupported_Params, sli);
  SAME_FIELD(DeviceSupport, virtual_gpu, CUpti_Profiler_DeviceSupported_Params, vGpu);
  SAME_FIELD(DeviceSupport, confidential, CUpti_Profiler_DeviceSupported_Params,
             confidentialCompute);
  SAME_FIELD(DeviceSupport, mining, CUpti_Profiler_DeviceSupported_Params, cmp);
  SAME_FIELD(DeviceSupport, wsl, CUpti_Profiler_DeviceSupported_Params, wsl);
  SAME_FIELD(DeviceSupport, api, CUpti_Profiler_DeviceSupported_Params, api);
  SAME_SIZE(Availability, CUpti_Profiler_GetCounterAvailability_Params, image);
  SAME_FIELD(Availability, context, CUpti_Profiler_GetCounterAvailability_Params, ctx);
  SAME_FIELD(Availability, image_size, CUpti_Profiler_GetCounterAvailability_Params,
             counterAvailabilityImageSize);
  SAME_FIELD(Availability, image, CUpti_Profiler_GetCounterAvailability_Params,
             pCounterAvailabilityImage);
}

void hosts() {
  SAME_SIZE(Chips, CUpti_Profiler_Host_GetSupportedChips_Params, names);
  SAME_FIELD(Chips, count, CUpti_Profiler_Host_GetSupportedChips_Params, numChips);
  SAME_FIELD(Chips, names, CUpti_Profiler_Host_GetSupportedChips_Params, ppChipNames);
  SAME_SIZE(HostCreate, CUpti_Profiler_Host_Initialize_Params, object);
  SAME_FIELD(HostCreate, profiler, CUpti_Profiler_Host_Initialize_Params, profilerType);
  SAME_FIELD(HostCreate, chip, CUpti_Profiler_Host_Initialize_Params, pChipName);
  SAME_FIELD(HostCreate, availability, CUpti_Profiler_Host_Initialize_Params,
             pCounterAvailabilityImage);
  SAME_FIELD(HostCreate, object, CUpti_Profiler_Host_Initialize_Params, pHostObject);
  SAME_SIZE(HostDestroy, CUpti_Profiler_Host_Deinitialize_Params, object);
  SAME_FIELD(HostDestroy, object, CUpti_Profiler_Host_Deinitialize_Params, pHostObject);
  SAME_SIZE(MetricProperties, CUpti_Profiler_Host_GetMetricProperties_Params, type);
  SAME_FIELD(MetricProperties, object, CUpti_Profiler_Host_GetMetricProperties_Params, pHostObject);
  SAME_FIELD(MetricProperties, metric, CUpti_Profiler_Host_GetMetricProperties_Params, pMetricName);
  SAME_FIELD(MetricProperties, type, CUpti_Profiler_Host_GetMetricProperties_Params, metricType);
  SAME_SIZE(AddMetrics, CUpti_Profiler_Host_ConfigAddMetrics_Params, count);
  SAME_FIELD(AddMetrics, metrics, CUpti_Profiler_Host_ConfigAddMetrics_Params, ppMetricNames);
  SAME_FIELD(AddMetrics, count, CUpti_Profiler_Host_ConfigAddMetrics_Params, numMetrics);
  SAME_SIZE(ConfigSize, CUpti_Profiler_Host_GetConfigImageSize_Params, image_size);
  SAME_FIELD(ConfigSize, image_size, CUpti_Profiler_Host_GetConfigImageSize_Params,
             configImageSize);
  SAME_SIZE(ConfigImage, CUpti_Profiler_Host_GetConfigImage_Params, image);
  SAME_FIELD(ConfigImage, image_size, CUpti_Profiler_Host_GetConfigImage_Params, configImageSize);
  SAME_FIELD(ConfigImage, image, CUpti_Profiler_Host_GetConfigImage_Params, pConfigImage);
  SAME_SIZE(Passes, CUpti_Profiler_Host_GetNumOfPasses_Params, count);
  SAME_FIELD(Passes, image_size, CUpti_Profiler_Host_GetNumOfPasses_Params, configImageSize);
  SAME_FIELD(Passes, image, CUpti_Profiler_Host_GetNumOfPasses_Params, pConfigImage);
  SAME_FIELD(Passes, count, CUpti_Profiler_Host_GetNumOfPasses_Params, numOfPasses);
  SAME_SIZE(Evaluate, CUpti_Profiler_Host_EvaluateToGpuValues_Params, values);
  SAME_FIELD(Evaluate, data, CUpti_Profiler_Host_EvaluateToGpuValues_Params, pCounterDataImage);
  SAME_FIELD(Evaluate, data_size, CUpti_Profiler_Host_EvaluateToGpuValues_Params,
             counterDataImageSize);
  SAME_FIELD(Evaluate, range, CUpti_Profiler_Host_EvaluateToGpuValues_Params, rangeIndex);
  SAME_FIELD(Evaluate, metrics, CUpti_Profiler_Host_EvaluateToGpuValues_Params, ppMetricNames);
  SAME_FIELD(Evaluate, count, CUpti_Profiler_Host_EvaluateToGpuValues_Params, numMetrics);
  SAME_FIELD(Evaluate, values, CUpti_Profiler_Host_EvaluateToGpuValues_Params, pMetricValues);
}

void ranges() {
  SAME_SIZE(RangeEnable, CUpti_RangeProfiler_Enable_Params, object);
  SAME_FIELD(RangeEnable, context, CUpti_RangeProfiler_Enable_Params, ctx);
  SAME_FIELD(RangeEnable, object, CUpti_RangeProfiler_Enable_Params, pRangeProfilerObject);
  SAME_SIZE(RangeCall, CUpti_RangeProfiler_Disable_Params, object);
  SAME_SIZE(RangeCall, CUpti_RangeProfiler_Start_Params, object);
  SAME_SIZE(RangeCall, CUpti_RangeProfiler_PopRange_Params, object);
  SAME_FIELD(RangeCall, object, CUpti_RangeProfiler_Start_Params, pRangeProfilerObject);
  SAME_SIZE(DataSize, CUpti_RangeProfiler_GetCounterDataSize_Params, data_size);
  SAME_FIELD(DataSize, metrics, CUpti_RangeProfiler_GetCounterDataSize_Params, pMetricNames);
  SAME_FIELD(DataSize, count, CUpti_RangeProfiler_GetCounterDataSize_Params, numMetrics);
  SAME_FIELD(DataSize, ranges, CUpti_RangeProfiler_GetCounterDataSize_Params, maxNumOfRanges);
  SAME_FIELD(DataSize, tree_nodes, CUpti_RangeProfiler_GetCounterDataSize_Params,
             maxNumRangeTreeNodes);
  SAME_FIELD(DataSize, data_size, CUpti_RangeProfiler_GetCounterDataSize_Params, counterDataSize);
  SAME_SIZE(DataInitialize, CUpti_RangeProfiler_CounterDataImage_Initialize_Params, data);
  SAME_FIELD(DataInitialize, data_size, CUpti_RangeProfiler_CounterDataImage_Initialize_Params,
             counterDataSize);
  SAME_FIELD(DataInitialize, data, CUpti_RangeProfiler_CounterDataImage_Initialize_Params,
             pCounterData);
  SAME_SIZE(RangeConfig, CUpti_RangeProfiler_SetConfig_Params, nesting_level);
  SAME_FIELD(RangeConfig, image_size, CUpti_RangeProfiler_SetConfig_Params, configSize);
  SAME_FIELD(RangeConfig, image, CUpti_RangeProfiler_SetConfig_Params, pConfig);
  SAME_FIELD(RangeConfig, data_size, CUpti_RangeProfiler_SetConfig_Params, counterDataImageSize);
  SAME_FIELD(RangeConfig, data, CUpti_RangeProfiler_SetConfig_Params, pCounterDataImage);
  SAME_FIELD(RangeConfig, range, CUpti_RangeProfiler_SetConfig_Params, range);
  SAME_FIELD(RangeConfig, replay, CUpti_RangeProfiler_SetConfig_Params, replayMode);
  SAME_FIELD(RangeConfig, ranges, CUpti_RangeProfiler_SetConfig_Params, maxRangesPerPass);
  SAME_FIELD(RangeConfig, nesting_levels, CUpti_RangeProfiler_SetConfig_Params, numNestingLevels);
  SAME_FIELD(RangeConfig, first_nesting_level, CUpti_RangeProfiler_SetConfig_Params,
             minNestingLevel);
  SAME_FIELD(RangeConfig, pass, CUpti_RangeProfiler_SetConfig_Params, passIndex);
  SAME_FIELD(RangeConfig, nesting_level, CUpti_RangeProfiler_SetConfig_Params, targetNestingLevel);
  SAME_SIZE(RangePush, CUpti_RangeProfiler_PushRange_Params, name);
  SAME_FIELD(RangePush, name, CUpti_RangeProfiler_PushRange_Params, pRangeName);
  SAME_SIZE(RangeStop, CUpti_RangeProfiler_Stop_Params, all_submitted);
  SAME_FIELD(RangeStop, pass, CUpti_RangeProfiler_Stop_Params, passIndex);
  SAME_FIELD(RangeStop, all_submitted, CUpti_RangeProfiler_Stop_Params, isAllPassSubmitted);
  SAME_SIZE(Decode, CUpti_RangeProfiler_DecodeData_Params, dropped);
  SAME_FIELD(Decode, dropped, CUpti_RangeProfiler_DecodeData_Params, numOfRangeDropped);
  SAME_SIZE(DataInfo, CUpti_RangeProfiler_GetCounterDataInfo_Params, ranges);
  SAME_FIELD(DataInfo, data, CUpti_RangeProfiler_GetCounterDataInfo_Params, pCounterDataImage);
  SAME_FIELD(DataInfo, ranges, CUpti_RangeProfiler_GetCounterDataInfo_Params, numTotalRanges);
  SAME_SIZE(RangeInfo, CUpti_RangeProfiler_CounterData_GetRangeInfo_Params, name);
  SAME_FIELD(RangeInfo, range, CUpti_RangeProfiler_CounterData_GetRangeInfo_Params, rangeIndex);
  SAME_FIELD(RangeInfo, delimiter, CUpti_RangeProfiler_CounterData_GetRangeInfo_Params,
             rangeDelimiter);
  SAME_FIELD(RangeInfo, name, CUpti_RangeProfiler_CounterData_GetRangeInfo_Params, rangeName);
}

void codes() {
  CHECK_EQUAL(ours::kInvalidParameter, CUPTI_ERROR_INVALID_PARAMETER);
  CHECK_EQUAL(ours::kInvalidDevice, CUPTI_ERROR_INVALID_DEVICE);
  CHECK_EQUAL(ours::kInvalidContext, CUPTI_ERROR_INVALID_CONTEXT);
  CHECK_EQUAL(ours::kInvalidOperation, CUPTI_ERROR_INVALID_OPERATION);
  CHECK_EQUAL(ours::kOutOfMemory, CUPTI_ERROR_OUT_OF_MEMORY);
  CHECK_EQUAL(ours::kHardware, CUPTI_ERROR_HARDWARE);
  CHECK_EQUAL(ours::kLimitReached, CUPTI_ERROR_MAX_LIMIT_REACHED);
  CHECK_EQUAL(ours::kNotReady, CUPTI_ERROR_NOT_READY);
  CHECK_EQUAL(ours::kNotCompatible, CUPTI_ERROR_NOT_COMPATIBLE);
  CHECK_EQUAL(ours::kNotInitialized, CUPTI_ERROR_NOT_INITIALIZED);
  CHECK_EQUAL(ours::kInvalidMetric, CUPTI_ERROR_INVALID_METRIC_NAME);
  CHECK_EQUAL(ours::kHardwareBusy, CUPTI_ERROR_HARDWARE_BUSY);
  CHECK_EQUAL(ours::kNotSupported, CUPTI_ERROR_NOT_SUPPORTED);
  CHECK_EQUAL(ours::kVirtualDevice, CUPTI_ERROR_VIRTUALIZED_DEVICE_NOT_SUPPORTED);
  CHECK_EQUAL(ours::kNoPrivileges, CUPTI_ERROR_INSUFFICIENT_PRIVILEGES);
  CHECK_EQUAL(ours::kOldProfilerActive, CUPTI_ERROR_OLD_PROFILER_API_INITIALIZED);
  CHECK_EQUAL(ours::kLegacyNotSupported, CUPTI_ERROR_LEGACY_PROFILER_NOT_SUPPORTED);
  CHECK_EQUAL(ours::kSecondSubscriber, CUPTI_ERROR_MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED);
  CHECK_EQUAL(ours::kVirtualNoPrivileges, CUPTI_ERROR_VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES);
  CHECK_EQUAL(ours::kConfidential, CUPTI_ERROR_CONFIDENTIAL_COMPUTING_NOT_SUPPORTED);
  CHECK_EQUAL(ours::kMiningDevice, CUPTI_ERROR_CMP_DEVICE_NOT_SUPPORTED);
  CHECK_EQUAL(ours::kPartitioned, CUPTI_ERROR_MIG_DEVICE_NOT_SUPPORTED);
  CHECK_EQUAL(ours::kSli, CUPTI_ERROR_SLI_DEVICE_NOT_SUPPORTED);
  CHECK_EQUAL(ours::kWsl, CUPTI_ERROR_WSL_DEVICE_NOT_SUPPORTED);
  CHECK_EQUAL(ours::kInvalidChip, CUPTI_ERROR_INVALID_CHIP_NAME);
  CHECK_EQUAL(ours::kUnknown, CUPTI_ERROR_UNKNOWN);
  CHECK_EQUAL(ours::kRangeProfiler, CUPTI_PROFILER_TYPE_RANGE_PROFILER);
  CHECK_EQUAL(ours::kRangeProfiling, CUPTI_PROFILER_RANGE_PROFILING);
  CHECK_EQUAL(ours::kUserRange, CUPTI_UserRange);
  CHECK_EQUAL(ours::kUserReplay, CUPTI_UserReplay);
  CHECK_EQUAL(ours::kSupportNone, CUPTI_PROFILER_CONFIGURATION_UNSUPPORTED);
  CHECK_EQUAL(ours::kSupportDisabled, CUPTI_PROFILER_CONFIGURATION_DISABLED);
  CHECK_EQUAL(ours::kSupported, CUPTI_PROFILER_CONFIGURATION_SUPPORTED);
}

}  // namespace

int main() {
  devices();
  hosts();
  ranges();
  codes();
  return check::result();
}
