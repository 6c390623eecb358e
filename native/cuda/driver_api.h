// The part of NVIDIA's driver API that the library uses, declared by hand: building it needs no
// CUDA header, and running it needs no library but the driver's own, opened at run time.
#pragma once

#include <cstddef>

namespace yolo4j::cuda {

using DriverStatus = int;                  // CUresult
using DriverDevice = int;                  // CUdevice
using DriverAddress = unsigned long long;  // CUdeviceptr
struct DriverContext;                      // CUcontext points to it, and so on
struct DriverModule;
struct DriverFunction;
struct DriverStream;
struct DriverEvent;

/// What the driver's statuses mean to us; any other is unexpected.
enum : DriverStatus {
  kDriverOk = 0,
  kDriverOutOfMemory = 2,
  kDriverNoDevice = 100,
  kDriverNoBinaryForGpu = 209,
  kDriverUnsupportedPtx = 222,
  kDriverSystemMismatch = 803,
  kDriverNotSupported = 801
};

/// CUdevice_attribute.
enum : int {
  kMostGridX = 5,
  kMostSharedBytes = 8,
  kMultiprocessors = 16,
  kL2Bytes = 38,
  kCapabilityMajor = 75,
  kCapabilityMinor = 76
};

// Names as the driver exports them, result always DriverStatus.
#define YOLO4J_CUDA_DRIVER_FUNCTIONS(F)                                                           \
  F(cuInit, (unsigned))                                                                           \
  F(cuDriverGetVersion, (int*))                                                                   \
  F(cuDeviceGetCount, (int*))                                                                     \
  F(cuDeviceGet, (DriverDevice*, int))                                                            \
  F(cuDeviceGetName, (char*, int, DriverDevice))                                                  \
  F(cuDeviceGetAttribute, (int*, int, DriverDevice))                                              \
  F(cuDevicePrimaryCtxRetain, (DriverContext**, DriverDevice))                                    \
  F(cuDevicePrimaryCtxRelease_v2, (DriverDevice))                                                 \
  F(cuCtxGetCurrent, (DriverContext**))                                                           \
  F(cuCtxSetCurrent, (DriverContext*))                                                            \
  F(cuMemAlloc_v2, (DriverAddress*, std::size_t))                                                 \
  F(cuMemFree_v2, (DriverAddress))                                                                \
  F(cuModuleLoadData, (DriverModule**, const void*))                                              \
  F(cuModuleGetFunction, (DriverFunction**, DriverModule*, const char*))                          \
  F(cuLaunchKernel, (DriverFunction*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, \
                     unsigned, DriverStream*, void**, void**))                                    \
  F(cuEventCreate, (DriverEvent**, unsigned))                                                     \
  F(cuEventRecord, (DriverEvent*, DriverStream*))                                                 \
  F(cuEventSynchronize, (DriverEvent*))                                                           \
  F(cuEventElapsedTime, (float*, DriverEvent*, DriverEvent*))                                     \
  F(cuEventDestroy_v2, (DriverEvent*))                                                            \
  F(cuGetErrorName, (DriverStatus, const char**))

struct DriverApi {
#define YOLO4J_CUDA_FIELD(name, arguments) DriverStatus(*name) arguments = nullptr;
  YOLO4J_CUDA_DRIVER_FUNCTIONS(YOLO4J_CUDA_FIELD)
#undef YOLO4J_CUDA_FIELD
};

}  // namespace yolo4j::cuda
