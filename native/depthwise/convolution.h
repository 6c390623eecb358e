// What the passes share: checked parameters, and how a pass is cut into rows.
#pragma once

#include <cstdint>

#include "depthwise/depthwise.h"
#include "yolo4j.h"

namespace yolo4j::depthwise {

/// Checked parameters.
struct Convolution {
  const Kernels* kernels;
  int32_t element;
  int32_t activation;
  int32_t threads;
  int64_t images;
  int64_t channels;
  int64_t height;
  int64_t width;
  int64_t kernel;
  int64_t stride;
  int64_t pad_top;
  int64_t pad_left;
  int64_t out_height;
  int64_t out_width;
  bool nchw = false;

  int64_t padded() const { return (channels + kPadding - 1) / kPadding * kPadding; }
  /// Floats of a table of all taps.
  int64_t table() const { return kernel * kernel * padded(); }
  int64_t element_size() const { return element == kF32 ? 4 : 2; }
  /// The kernel's side in the tables.
  int32_t side() const { return kernel == 3 ? kSide3 : kSide5; }
  const char* at(const void* x, int64_t index) const {
    return static_cast<const char*>(x) + index * element_size();
  }
  char* at(void* x, int64_t index) const { return static_cast<char*>(x) + index * element_size(); }
  float value(const void* x, int64_t index) const;
  void put(void* x, int64_t index, double v) const;
};

using Forward = yolo4j_depthwise_forward_buffers;
using Backward = yolo4j_depthwise_backward_buffers;

/// Bytes of workspace for any pass. This and the passes are for both layouts.
int64_t workspace(const Convolution& convolution);

/// The weights as the forward pass in NHWC reads them: convolution.table() floats.
void pack_forward(const Convolution& convolution, const void* weight, float* table);

void forward(const Convolution& convolution, const Forward& buffers);
void input_gradient(const Convolution& convolution, const Backward& buffers);
void weight_gradient(const Convolution& convolution, const Backward& buffers);

/// The same in NCHW.
int64_t plane_workspace(const Convolution& convolution);
void plane_forward(const Convolution& convolution, const Forward& buffers);
void plane_input_gradient(const Convolution& convolution, const Backward& buffers);
void plane_weight_gradient(const Convolution& convolution, const Backward& buffers);

}  // namespace yolo4j::depthwise
