// What the forward run and the gradients of squeeze and excite share on the device.
#pragma once

#include <cstdint>

#include "cuda/arguments.h"
#include "cuda/driver.h"
#include "cuda/shapes.h"
#include "squeeze_excite/arguments.h"
#include "yolo4j.h"

namespace yolo4j::cuda::squeeze_excite {

using Block = yolo4j_squeeze_excite;

int32_t read_block(const char* operation, const Block* given, Block* p);

/// Both runs' workspace, each table at a multiple of 16 bytes.
struct Tables {
  Tables(const Block& p, void* workspace);

  float* mean;      // [image][channel]
  float* hidden;    // [image][squeezed], behind the activation
  float* factor;    // [image][channel], behind the gate
  float* partial;   // NHWC: [image][tile][channel], sums of tiles
  float* before;    // [image][squeezed], the activation's argument; this and the rest for gradients
  float* dexcite;   // [image][channel]: of the factor, then of the gate's argument
  float* dsqueeze;  // [image][squeezed]: of the activation's argument
  float* shift;     // [image][channel]: what dx has from the mean
  float* partial_dots;
  int64_t bytes;
};

/// Buffers of either run, with the workspace.
template <typename Given>
int32_t check_all(const char* operation, const Block& p, const Given& b) {
  int32_t status = yolo4j::squeeze_excite::check_buffers(operation, yolo4j_dtype_size(p.dtype), b);
  return status == YOLO4J_OK
             ? check_workspace(operation, b.workspace, b.workspace_bytes, Tables(p, nullptr).bytes)
             : status;
}

/// Whether vectors of four elements are possible in x and what else has its shape.
bool vectors(const Block& p, std::initializer_list<const void*> buffers);

/// How sums over pixels are cut, NHWC.
RowSumShape sums_of(const Block& p, bool aligned);
int64_t sum_blocks(const Block& p, const RowSumShape& sums);
int32_t sum_threads(const RowSumShape& sums);
constexpr int32_t kPlaneThreads = 128;  // NCHW

/// Sums of tiles to sums over `divisor`.
int32_t run_tile_sums(Call& call, const Block& p, const float* partial, float* sums,
                      int64_t divisor);

/// What the products of the gate kernel are told: the forward run has no `before` and `gradient`.
struct GateBuffers {
  const float* in;
  const void* weight;
  const float* bias;
  float* out;
  float* before;
  float* gradient;
};
int32_t run_squeeze(Call& call, const Block& p, const GateBuffers& b);
int32_t run_excite(Call& call, const Block& p, const GateBuffers& b);

/// The last pass over x, y or their gradients.
struct ScalePass {
  ScaleShape shape;
  int64_t blocks;
  int32_t threads;
};
ScalePass plan_scale(const Block& p, std::initializer_list<const void*> buffers);

}  // namespace yolo4j::cuda::squeeze_excite
