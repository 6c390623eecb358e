// The part of LibTorch's exported C ABI that we call, resolved at run time: no headers of LibTorch
// and no link to it, so that this library loads wherever LibTorch's own does.
#pragma once

#include <cstddef>
#include <cstdint>

#include "yolo4j.h"

namespace yolo4j::torch {

/// What LibTorch passes for every argument and result of an operation: a tensor's handle, an
/// integer, the bits of a double, or, for an optional argument, 0 or a pointer to another one.
using Value = uint64_t;
/// A tensor that we own one reference of.
using Handle = struct TensorHandle*;
/// A list that we own.
using ListHandle = struct ListObject*;
using Library = struct LibraryHandle*;
using Kernel = void (*)(Value* stack, uint64_t arguments, uint64_t results);

/// Name, result, parameters. All that return int32_t give 0 for success.
// clang-format off
#define YOLO4J_LIBTORCH_FUNCTIONS(X) \
  X(aoti_torch_abi_version, uint64_t, (void)) \
  X(aoti_torch_library_init_impl, int32_t, (const char*, const char*, const char*, uint32_t, Library*)) \
  X(aoti_torch_library_impl, int32_t, (Library, const char*, Kernel)) \
  X(aoti_torch_get_dim, int32_t, (Handle, int64_t*)) \
  X(aoti_torch_get_sizes, int32_t, (Handle, int64_t**)) \
  X(aoti_torch_get_strides, int32_t, (Handle, int64_t**)) \
  X(aoti_torch_get_dtype, int32_t, (Handle, int32_t*)) \
  X(aoti_torch_get_data_ptr, int32_t, (Handle, void**)) \
  X(aoti_torch_empty_strided, int32_t, (int64_t, const int64_t*, const int64_t*, int32_t, int32_t, int32_t, Handle*)) \
  X(aoti_torch_delete_tensor_object, int32_t, (Handle)) \
  X(aoti_torch_new_uninitialized_tensor, int32_t, (Handle*)) \
  X(torch_list_get_item, int32_t, (ListHandle, size_t, Value*)) \
  X(torch_delete_list, int32_t, (ListHandle)) \
  X(aoti_torch_device_type_cpu, int32_t, (void)) \
  X(aoti_torch_dtype_float32, int32_t, (void)) \
  X(aoti_torch_dtype_bfloat16, int32_t, (void)) \
  X(torch_get_num_threads, int32_t, (uint32_t*))

/// Of libyolo4j, which is loaded beside us.
#define YOLO4J_KERNEL_FUNCTIONS(X) \
  X(yolo4j_abi_version, int32_t, (void)) \
  X(yolo4j_last_error, const char*, (void)) \
  X(yolo4j_batch_norm_workspace, int32_t, (const yolo4j_batch_norm*, int64_t*)) \
  X(yolo4j_batch_norm_forward, int32_t, (const yolo4j_batch_norm*, const yolo4j_batch_norm_forward_buffers*)) \
  X(yolo4j_batch_norm_backward, int32_t, (const yolo4j_batch_norm*, const yolo4j_batch_norm_backward_buffers*)) \
  X(yolo4j_depthwise_output, int32_t, (const yolo4j_depthwise*, int64_t*, int64_t*)) \
  X(yolo4j_depthwise_workspace, int32_t, (const yolo4j_depthwise*, int64_t*)) \
  X(yolo4j_depthwise_forward, int32_t, (const yolo4j_depthwise*, const yolo4j_depthwise_forward_buffers*)) \
  X(yolo4j_depthwise_backward, int32_t, (const yolo4j_depthwise*, const yolo4j_depthwise_backward_buffers*)) \
  X(yolo4j_squeeze_excite_workspace, int32_t, (const yolo4j_squeeze_excite*, int64_t*)) \
  X(yolo4j_squeeze_excite_run, int32_t, (const yolo4j_squeeze_excite*, const yolo4j_squeeze_excite_buffers*)) \
  X(yolo4j_squeeze_excite_backward, int32_t, (const yolo4j_squeeze_excite*, const yolo4j_squeeze_excite_backward_buffers*))
// clang-format on

/// What operations on GPUs need beside: of libtorch_cpu.so, of libtorch_cuda.so, which only
/// LibTorch's build for GPUs has, and of libyolo4j. Without them those operations aren't
/// registered, and those on the CPU are all the same.
// clang-format off
#define YOLO4J_LIBTORCH_DEVICE_FUNCTIONS(X) \
  X(aoti_torch_get_device_type, int32_t, (Handle, int32_t*)) \
  X(aoti_torch_get_device_index, int32_t, (Handle, int32_t*)) \
  X(aoti_torch_device_type_cuda, int32_t, (void)) \
  X(aoti_torch_dtype_float16, int32_t, (void)) \
  X(aoti_torch_copy_, int32_t, (Handle to, Handle from, int32_t non_blocking)) \
  X(aoti_torch__reinterpret_tensor, int32_t, (Handle, int64_t, const int64_t*, const int64_t*, int64_t, Handle*))

#define YOLO4J_LIBTORCH_CUDA_FUNCTIONS(X) \
  X(aoti_torch_get_current_cuda_stream, int32_t, (int32_t device, void** stream))

#define YOLO4J_CUDA_FUNCTIONS(X) \
  X(yolo4j_cuda_device_count, int32_t, (int32_t*)) \
  X(yolo4j_cuda_depthwise_workspace, int32_t, (const yolo4j_depthwise*, int64_t*)) \
  X(yolo4j_cuda_depthwise_forward, int32_t, (const yolo4j_cuda_call*, const yolo4j_depthwise*, const yolo4j_depthwise_forward_buffers*)) \
  X(yolo4j_cuda_depthwise_backward, int32_t, (const yolo4j_cuda_call*, const yolo4j_depthwise*, const yolo4j_depthwise_backward_buffers*)) \
  X(yolo4j_cuda_squeeze_excite_workspace, int32_t, (const yolo4j_squeeze_excite*, int64_t*)) \
  X(yolo4j_cuda_squeeze_excite_run, int32_t, (const yolo4j_cuda_call*, const yolo4j_squeeze_excite*, const yolo4j_squeeze_excite_buffers*)) \
  X(yolo4j_cuda_squeeze_excite_backward, int32_t, (const yolo4j_cuda_call*, const yolo4j_squeeze_excite*, const yolo4j_squeeze_excite_backward_buffers*))
// clang-format on

#define YOLO4J_FUNCTION_POINTER(name, result, parameters) result(*name) parameters;

/// The libraries' functions; null until resolve() succeeded, and those for GPUs resolve_cuda().
struct Functions {
  YOLO4J_LIBTORCH_FUNCTIONS(YOLO4J_FUNCTION_POINTER)
  YOLO4J_KERNEL_FUNCTIONS(YOLO4J_FUNCTION_POINTER)
  YOLO4J_LIBTORCH_DEVICE_FUNCTIONS(YOLO4J_FUNCTION_POINTER)
  YOLO4J_LIBTORCH_CUDA_FUNCTIONS(YOLO4J_FUNCTION_POINTER)
  YOLO4J_CUDA_FUNCTIONS(YOLO4J_FUNCTION_POINTER)
};

extern Functions functions;

/// Finds the functions in the libraries that this process has loaded, and checks both versions.
/// Returns null, or why it can't be done, in static storage or thread-local storage.
const char* resolve();

/// The same for what operations on GPUs need, after resolve() has succeeded. LibTorch's library for
/// GPUs must have been loaded by then.
const char* resolve_cuda();

}  // namespace yolo4j::torch
