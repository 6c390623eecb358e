// CUPTI's failures in words: what stands in the way, and what to do.
#include "cupti/library.h"
#include "runtime/status.h"

namespace yolo4j::cupti {
namespace {

struct Meaning {
  Result result;
  const char* name;
  int32_t status;
  const char* advice;
};

// Names are CUPTI's, without their common beginning.
constexpr Meaning kMeanings[] = {
    {kInvalidParameter, "INVALID_PARAMETER", YOLO4J_INTERNAL,
     "this libcupti takes other arguments; use that of CUDA 13"},
    {kInvalidDevice, "INVALID_DEVICE", YOLO4J_UNSUPPORTED, "CUPTI sees no such GPU"},
    {kInvalidContext, "INVALID_CONTEXT", YOLO4J_INTERNAL, ""},
    {kInvalidOperation, "INVALID_OPERATION", YOLO4J_INTERNAL,
     "another session may be counting on this GPU; end it first"},
    {kOutOfMemory, "OUT_OF_MEMORY", YOLO4J_OUT_OF_MEMORY, ""},
    {kHardware, "HARDWARE", YOLO4J_INTERNAL, "the GPU reports a fault; dmesg may say which"},
    {kLimitReached, "MAX_LIMIT_REACHED", YOLO4J_UNSUPPORTED,
     "too many ranges or metrics at once; count fewer"},
    {kNotReady, "NOT_READY", YOLO4J_INTERNAL, ""},
    {kNotCompatible, "NOT_COMPATIBLE", YOLO4J_UNSUPPORTED,
     "libcupti and the driver don't fit; use the libcupti of the driver's CUDA version"},
    {kNotInitialized, "NOT_INITIALIZED", YOLO4J_UNSUPPORTED,
     "CUPTI can't start, usually because there is no NVIDIA driver"},
    {kInvalidMetric, "INVALID_METRIC_NAME", YOLO4J_INVALID_ARGUMENT,
     "the chip has no such metric; yolo4j profile counters --chip shows what it has"},
    {kHardwareBusy, "HARDWARE_BUSY", YOLO4J_UNSUPPORTED,
     "another process counts on this GPU; end other profilers, or pause DCGM by dcgmi profile "
     "--pause"},
    {kNotSupported, "NOT_SUPPORTED", YOLO4J_UNSUPPORTED,
     "this GPU, driver or system can't count; times by events still work"},
    {kVirtualDevice, "VIRTUALIZED_DEVICE_NOT_SUPPORTED", YOLO4J_UNSUPPORTED,
     "this virtual GPU can't count; take a GPU that is passed through whole"},
    {kNoPrivileges, "INSUFFICIENT_PRIVILEGES", YOLO4J_UNSUPPORTED,
     "only administrators may count; run as root or with CAP_SYS_ADMIN, or load the driver's "
     "module nvidia with NVreg_RestrictProfilingToAdminUsers=0"},
    {kOldProfilerActive, "OLD_PROFILER_API_INITIALIZED", YOLO4J_UNSUPPORTED,
     "this process already uses CUPTI's older event or metric functions; it can't use both"},
    {kLegacyNotSupported, "LEGACY_PROFILER_NOT_SUPPORTED", YOLO4J_UNSUPPORTED,
     "this GPU needs CUPTI's range profiler; use the libcupti of CUDA 13"},
    {kSecondSubscriber, "MULTIPLE_SUBSCRIBERS_NOT_SUPPORTED", YOLO4J_UNSUPPORTED,
     "another tool is attached to this process; run without Nsight and other profilers"},
    {kVirtualNoPrivileges, "VIRTUALIZED_DEVICE_INSUFFICIENT_PRIVILEGES", YOLO4J_UNSUPPORTED,
     "the host doesn't let this virtual GPU count; its administrator sets the vGPU plugin's "
     "enable_profiling=1"},
    {kConfidential, "CONFIDENTIAL_COMPUTING_NOT_SUPPORTED", YOLO4J_UNSUPPORTED,
     "confidential computing is on, which forbids counting; switch it off or take another "
     "machine"},
    {kMiningDevice, "CMP_DEVICE_NOT_SUPPORTED", YOLO4J_UNSUPPORTED,
     "mining GPUs (CMP) can't count; take another GPU"},
    {kPartitioned, "MIG_DEVICE_NOT_SUPPORTED", YOLO4J_UNSUPPORTED,
     "the GPU is partitioned (MIG) and its parts can't count; take a whole GPU, or have its "
     "administrator switch MIG off"},
    {kSli, "SLI_DEVICE_NOT_SUPPORTED", YOLO4J_UNSUPPORTED,
     "GPUs that are joined by SLI can't count; switch SLI off"},
    {kWsl, "WSL_DEVICE_NOT_SUPPORTED", YOLO4J_UNSUPPORTED,
     "this GPU can't count under WSL; run on Linux itself"},
    {kInvalidChip, "INVALID_CHIP_NAME", YOLO4J_INVALID_ARGUMENT,
     "this libcupti knows no such chip; yolo4j profile counters lists those it knows"},
    {kUnknown, "UNKNOWN", YOLO4J_INTERNAL, "CUPTI doesn't say why"},
};

constexpr Meaning kOther = {0, "another error", YOLO4J_INTERNAL, ""};

const Meaning& meaning(Result result) noexcept {
  for (const Meaning& known : kMeanings) {
    if (known.result == result) {
      return known;
    }
  }
  return kOther;
}

}  // namespace

const char* advice(Result result) noexcept { return meaning(result).advice; }

int32_t fail_with(const char* operation, const char* what, Result result) noexcept {
  const Meaning& m = meaning(result);
  return fail(m.status, "%s: %s must succeed, got %s (%d)%s%s", operation, what, m.name, result,
              *m.advice == '\0' ? "" : ": ", m.advice);
}

}  // namespace yolo4j::cupti
