#include "cuda/fake_libtorch.h"

#include <cstring>

#include "cuda/device.h"

namespace {

/// Of the driver's memory, as LibTorch's allocator has it.
struct Storage {
  explicit Storage(int64_t bytes) {
    cuda_test::must(cuda_test::memory().alloc(&address, static_cast<std::size_t>(bytes)),
                    "cuMemAlloc");
  }
  ~Storage() { cuda_test::memory().free(address); }
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  uint64_t address = 0;
};

int64_t objects = 0;
int64_t copies_made = 0;
std::vector<fake_libtorch::Registered> kernels;

}  // namespace

namespace yolo4j::torch {

struct TensorHandle {
  TensorHandle() { objects++; }
  ~TensorHandle() { objects--; }
  std::vector<int64_t> sizes, strides;
  int32_t dtype = 0;
  int32_t device_type = 0;
  int32_t device_index = 0;
  std::shared_ptr<Storage> storage;  // null: the caller's memory
  char* data = nullptr;
};

struct ListObject {
  ListObject() { objects++; }
  ~ListObject() { objects--; }
  std::vector<Value> items;
};

struct LibraryHandle {
  std::string key;
};

}  // namespace yolo4j::torch

namespace fake_libtorch {
namespace {

using yolo4j::torch::functions;
using yolo4j::torch::Library;
using yolo4j::torch::ListHandle;

std::size_t size_of(int32_t dtype) { return dtype == kFloat32 ? 4 : 2; }

float read(int32_t dtype, const void* from) {
  __half half;
  __nv_bfloat16 bfloat;
  float single;
  switch (dtype) {
    case kFloat16:
      std::memcpy(&half, from, sizeof half);
      return __half2float(half);
    case kBfloat16:
      std::memcpy(&bfloat, from, sizeof bfloat);
      return __bfloat162float(bfloat);
    default:
      std::memcpy(&single, from, sizeof single);
      return single;
  }
}

void write(int32_t dtype, void* to, float value) {
  __half half = __float2half_rn(value);
  __nv_bfloat16 bfloat = __float2bfloat16_rn(value);
  const void* from = &value;
  from = dtype == kFloat16 ? static_cast<const void*>(&half) : from;
  from = dtype == kBfloat16 ? static_cast<const void*>(&bfloat) : from;
  std::memcpy(to, from, size_of(dtype));
}

int32_t empty_strided(int64_t dim, const int64_t* sizes, const int64_t* strides, int32_t dtype,
                      int32_t device_type, int32_t device_index, Handle* result) {
  int64_t count = 1;
  for (int64_t i = 0; i < dim; i++) {
    count *= sizes[i];
  }
  Handle handle = tensor({sizes, sizes + dim}, {strides, strides + dim}, dtype, nullptr,
                         device_type, device_index);
  handle->storage = std::make_shared<Storage>(count * static_cast<int64_t>(size_of(dtype)));
  handle->data = reinterpret_cast<char*>(handle->storage->address);
  *result = handle;
  return 0;
}

int32_t reinterpret(Handle of, int64_t dim, const int64_t* sizes, const int64_t* strides,
                    int64_t offset, Handle* result) {
  Handle handle = tensor({sizes, sizes + dim}, {strides, strides + dim}, of->dtype,
                         of->data + offset * static_cast<int64_t>(size_of(of->dtype)),
                         of->device_type, of->device_index);
  handle->storage = of->storage;
  *result = handle;
  return 0;
}

/// Element by element, whatever the types and strides.
int32_t copy(Handle to, Handle from, int32_t) {
  if (to->sizes != from->sizes || to->device_type != from->device_type) {
    return 1;
  }
  copies_made++;
  int64_t count = 1;
  for (int64_t size : to->sizes) {
    count *= size;
  }
  for (int64_t i = 0; i < count; i++) {
    int64_t rest = i;
    int64_t source = 0;
    int64_t target = 0;
    for (std::size_t d = to->sizes.size(); d-- > 0;) {
      int64_t at = rest % to->sizes[d];
      rest /= to->sizes[d];
      source += at * from->strides[d];
      target += at * to->strides[d];
    }
    write(to->dtype, to->data + target * static_cast<int64_t>(size_of(to->dtype)),
          read(from->dtype, from->data + source * static_cast<int64_t>(size_of(from->dtype))));
  }
  return 0;
}

int32_t init_impl(const char* space, const char* key, const char*, uint32_t, Library* library) {
  *library = new yolo4j::torch::LibraryHandle{key};
  return std::strcmp(space, "aten");
}

int32_t impl(Library library, const char* name, Kernel kernel) {
  kernels.push_back({library->key, name, kernel});
  return 0;
}

void install_tensors() {
  functions.aoti_torch_get_dim = [](Handle t, int64_t* dim) {
    *dim = static_cast<int64_t>(t->sizes.size());
    return 0;
  };
  functions.aoti_torch_get_sizes = [](Handle t, int64_t** sizes) {
    *sizes = t->sizes.data();
    return 0;
  };
  functions.aoti_torch_get_strides = [](Handle t, int64_t** strides) {
    *strides = t->strides.data();
    return 0;
  };
  functions.aoti_torch_get_dtype = [](Handle t, int32_t* dtype) {
    *dtype = t->dtype;
    return 0;
  };
  functions.aoti_torch_get_data_ptr = [](Handle t, void** data) {
    *data = t->data;
    return 0;
  };
  functions.aoti_torch_get_device_type = [](Handle t, int32_t* type) {
    *type = t->device_type;
    return 0;
  };
  functions.aoti_torch_get_device_index = [](Handle t, int32_t* index) {
    *index = t->device_index;
    return 0;
  };
  functions.aoti_torch_empty_strided = empty_strided;
  functions.aoti_torch__reinterpret_tensor = reinterpret;
  functions.aoti_torch_copy_ = copy;
  functions.aoti_torch_delete_tensor_object = [](Handle t) {
    delete t;
    return 0;
  };
  functions.aoti_torch_new_uninitialized_tensor = [](Handle* t) {
    *t = new yolo4j::torch::TensorHandle;
    return 0;
  };
}

void install_kernels() {
  functions.yolo4j_last_error = yolo4j_last_error;
  functions.yolo4j_depthwise_output = yolo4j_depthwise_output;
  functions.yolo4j_cuda_device_count = yolo4j_cuda_device_count;
  functions.yolo4j_cuda_depthwise_workspace = yolo4j_cuda_depthwise_workspace;
  functions.yolo4j_cuda_depthwise_forward = yolo4j_cuda_depthwise_forward;
  functions.yolo4j_cuda_depthwise_backward = yolo4j_cuda_depthwise_backward;
  functions.yolo4j_cuda_squeeze_excite_workspace = yolo4j_cuda_squeeze_excite_workspace;
  functions.yolo4j_cuda_squeeze_excite_run = yolo4j_cuda_squeeze_excite_run;
  functions.yolo4j_cuda_squeeze_excite_backward = yolo4j_cuda_squeeze_excite_backward;
}

}  // namespace

void install() {
  install_tensors();
  install_kernels();
  functions.torch_list_get_item = [](ListHandle list, std::size_t index, Value* value) {
    *value = list->items.at(index);
    return 0;
  };
  functions.torch_delete_list = [](ListHandle list) {
    delete list;
    return 0;
  };
  functions.torch_get_num_threads = [](uint32_t* threads) {
    *threads = 1;
    return 0;
  };
  functions.aoti_torch_device_type_cpu = [] { return static_cast<int32_t>(kCpu); };
  functions.aoti_torch_device_type_cuda = [] { return static_cast<int32_t>(kCuda); };
  functions.aoti_torch_dtype_float32 = [] { return static_cast<int32_t>(kFloat32); };
  functions.aoti_torch_dtype_float16 = [] { return static_cast<int32_t>(kFloat16); };
  functions.aoti_torch_dtype_bfloat16 = [] { return static_cast<int32_t>(kBfloat16); };
  functions.aoti_torch_get_current_cuda_stream = [](int32_t device, void** stream) {
    *stream = stream_of(device);
    return 0;
  };
  functions.aoti_torch_library_init_impl = init_impl;
  functions.aoti_torch_library_impl = impl;
}

int32_t dtype_of(int32_t dtype) {
  return dtype == YOLO4J_DTYPE_F32 ? kFloat32 : dtype == YOLO4J_DTYPE_F16 ? kFloat16 : kBfloat16;
}

Handle tensor(std::vector<int64_t> sizes, std::vector<int64_t> strides, int32_t dtype, void* data,
              int32_t device_type, int32_t device_index) {
  Handle handle = new yolo4j::torch::TensorHandle;
  handle->sizes = std::move(sizes);
  handle->strides = std::move(strides);
  handle->dtype = dtype;
  handle->device_type = device_type;
  handle->device_index = device_index;
  handle->data = static_cast<char*>(data);
  return handle;
}

Value list(std::vector<Value> items) {
  ListHandle handle = new yolo4j::torch::ListObject;
  handle->items = std::move(items);
  return reinterpret_cast<Value>(handle);
}

Value optional(Handle tensor) {
  return tensor == nullptr ? 0
                           : reinterpret_cast<Value>(new Value(reinterpret_cast<Value>(tensor)));
}

void* data_of(Value result) { return reinterpret_cast<Handle>(result)->data; }
std::vector<int64_t> strides_of(Value result) { return reinterpret_cast<Handle>(result)->strides; }
int32_t device_of(Value result) { return reinterpret_cast<Handle>(result)->device_index; }
void release(Value result) { delete reinterpret_cast<Handle>(result); }
int64_t living() { return objects; }
int64_t copies() { return copies_made; }

void* stream_of(int32_t device) {
  return reinterpret_cast<void*>(static_cast<uintptr_t>(0x1000 + 16 * device));
}

const std::vector<Registered>& registered() { return kernels; }

}  // namespace fake_libtorch
