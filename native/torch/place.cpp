#include "torch/place.h"

#include "torch/op.h"

namespace yolo4j::torch {

Place Place::gpu_of(const char* operation, const Tensor& x) {
  Place place;
  place.device_ = x.device();
  if (place.device_.type != functions.aoti_torch_device_type_cuda()) {
    refuse("%s: x must be on a GPU, as what goes with it is", operation);
  }
  place.on_gpu_ = true;
  place.call_.struct_size = sizeof place.call_;
  place.call_.device = place.device_.index;
  if (functions.aoti_torch_get_current_cuda_stream(place.device_.index, &place.call_.stream) != 0) {
    refuse("%s: LibTorch has no current stream of GPU %d", operation, place.device_.index);
  }
  return place;
}

int64_t current_stream(int32_t device) {
  void* stream = nullptr;
  bool known = functions.aoti_torch_get_current_cuda_stream != nullptr || resolve_cuda() == nullptr;
  known = known && functions.aoti_torch_get_current_cuda_stream(device, &stream) == 0;
  return known ? static_cast<int64_t>(reinterpret_cast<intptr_t>(stream)) : -1;
}

void Place::check(const char* operation, const char* name, const Tensor& tensor) const {
  if (on_gpu_ && tensor.defined() && !(tensor.device() == device_)) {
    refuse("%s: %s must be on GPU %d, where x is", operation, name, device_.index);
  }
}

int32_t Place::dtype(const char* operation, const Tensor& x) const {
  return kernel_dtype(operation, x, on_gpu_);
}

Workspace::Workspace(const Place& place, int64_t bytes)
    : tensor_(place.on_gpu() ? Tensor::vector((bytes + 3) / 4, place.device()) : Tensor()),
      data_(place.on_gpu() ? tensor_.data() : workspace(bytes)) {}

}  // namespace yolo4j::torch
