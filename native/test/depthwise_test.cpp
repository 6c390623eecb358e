// Depthwise convolution: every instruction set that runs here, both types and layouts, against the
// definition in double precision; threads, special values, and what the public functions refuse.
#include "depthwise/depthwise.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "check.h"
#include "depthwise/convolution.h"
#include "depthwise_reference.h"
#include "isas.h"

namespace {

using namespace depthwise_test;

void check_run(const char* isa, const Convolution& problem, bool with_bias) {
  Run run(problem);
  run.execute(with_bias);
  Expected expected(run, with_bias);
  compare(isa, run, "y", run.y, expected.y, problem.activation);
  compare(isa, run, "dx", run.dx, expected.dx, YOLO4J_ACTIVATION_NONE);
  compare(isa, run, "dweight", run.dweight, expected.dweight, YOLO4J_ACTIVATION_NONE);
  compare(isa, run, "pooled", run.pooled, expected.pooled, YOLO4J_ACTIVATION_NONE);
}

/// Both types of a problem.
void check_types(const char* isa, Convolution k, bool with_bias) {
  for (int32_t element : {kF32, kBf16}) {
    k.element = element;
    check_run(isa, k, with_bias);
  }
}

/// Calls body(kernel, stride, padding) for all that there is, and all paddings of interest.
template <typename Body>
void for_forms(const Body& body) {
  for (int64_t kernel : {3, 5}) {
    for (int64_t stride : {1, 2}) {
      int64_t half = kernel / 2;
      for (const Padding& pad :
           {Padding{half, half, half, half}, Padding{0, 0, 0, 0}, Padding{0, 1, kernel - 1, 2},
            Padding{kernel - 1, kernel - 1, 0, 0}}) {
        body(kernel, stride, pad);
      }
    }
  }
}

/// Channels around every register, widths around every tile.
void every_shape_matches(const char* isa, const Kernels* kernels) {
  for_forms([&](int64_t kernel, int64_t stride, const Padding& pad) {
    for (int64_t channels : {1, 3, 8, 16, 17, 24, 40}) {
      for (int64_t width : {1, 2, 5, 6, 13, 20}) {
        int64_t height = width == 13 ? 4 : width;
        if (width + pad.left + pad.right >= kernel && height + pad.top + pad.bottom >= kernel) {
          check_types(isa, convolution(kernels, kF32, channels, height, width, kernel, stride, pad),
                      channels % 2 == 0);
        }
      }
    }
  });
}

/// Widths around every register and block of them, heights around every tile.
void every_plane_matches(const char* isa, const Kernels* kernels) {
  for_forms([&](int64_t kernel, int64_t stride, const Padding& pad) {
    for (int64_t width : {1, 2, 3, 4, 7, 8, 9, 14, 15, 16, 17, 19, 25, 31, 35, 41, 67, 83}) {
      for (int64_t height : {1, 4, 7, 10}) {
        if (width + pad.left + pad.right >= kernel && height + pad.top + pad.bottom >= kernel) {
          Convolution k = convolution(kernels, kF32, 3, height, width, kernel, stride, pad);
          k.nchw = true;
          check_types(isa, k, height % 2 == 0);
        }
      }
    }
  });
}

/// Widths around strips of 5×5 and around whole, half and no tiles of 3×3.
void every_strip_matches(const char* isa, const Kernels* kernels) {
  for_forms([&](int64_t kernel, int64_t stride, const Padding& pad) {
    for (int64_t channels : {8, 20}) {
      for (int64_t width : {9, 11, 12, 16, 23, 28, 33, 57, 64, 65, 66, 113, 130}) {
        check_types(isa, convolution(kernels, kF32, channels, 6, width, kernel, stride, pad),
                    width % 2 == 0);
      }
    }
  });
}

/// So many channels that a block of them is done at a time.
void many_channels_match(const char* isa, const Kernels* kernels) {
  for (int32_t element : {kF32, kBf16}) {
    for (int64_t channels : {480, 577}) {
      check_run(isa, convolution(kernels, element, channels, 7, 9, 5, 1, Padding{2, 2, 2, 2}),
                true);
      check_run(isa, convolution(kernels, element, channels, 8, 11, 3, 2, Padding{1, 1, 1, 1}),
                false);
    }
  }
}

void activations_match(const char* isa, const Kernels* kernels) {
  for (int32_t activation = 0; activation <= YOLO4J_ACTIVATION_HARDSWISH; activation++) {
    for (int32_t element : {kF32, kBf16}) {
      Convolution k = convolution(kernels, element, 24, 9, 10, 3, 1, Padding{1, 1, 1, 1});
      k.activation = activation;
      check_run(isa, k, true);
      k.nchw = true;
      check_run(isa, k, true);
    }
  }
}

/// More rows than parts, and sums of more than one run of float32.
void large_sums_match(const char* isa, const Kernels* kernels) {
  for (bool nchw : {false, true}) {
    for (int64_t channels : {1, 8, 40}) {
      Convolution k = convolution(kernels, kF32, channels, 150, 61, 3, 1, Padding{1, 1, 1, 1});
      k.nchw = nchw;
      check_run(isa, k, false);
      k = convolution(kernels, kF32, channels, 75, 62, 5, 2, Padding{2, 2, 2, 2});
      k.nchw = nchw;
      check_run(isa, k, false);
    }
  }
}

void threads_change_no_bit(const char* isa, const Kernels* kernels) {
  for (int form = 0; form < 8; form++) {
    Convolution k = convolution(kernels, form & 4 ? kBf16 : kF32, form & 4 ? 3 : 40, 33, 21, 5,
                                form & 2 ? 1 : 2, Padding{2, 2, 2, 2});
    k.nchw = (form & 1) != 0;
    Run one(k);
    one.execute(true);
    for (int32_t threads : {2, 3, 7}) {
      k.threads = threads;
      Run many(k);
      many.execute(true);
      if (one.y.bytes() != many.y.bytes() || one.dx.bytes() != many.dx.bytes() ||
          one.dweight.bytes() != many.dweight.bytes() ||
          one.pooled.bytes() != many.pooled.bytes()) {
        check::failures++;
        std::fprintf(stderr, "%s %s: %d threads give other bits than one\n", isa,
                     one.text().c_str(), threads);
      }
    }
  }
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// A NaN reaches the outputs whose window holds it, in its channel, and no other.
void nan_stays_in_its_window(const Kernels* kernels) {
  for (bool nchw : {false, true}) {
    Convolution k = convolution(kernels, kF32, 17, 12, 12, 3, 1, Padding{1, 1, 1, 1});
    k.nchw = nchw;
    Run run(k);
    run.x.set(run.input(0, 16, 5, 6), kNan);
    run.dy.set(run.output(1, 3, 11, 11), kNan);
    run.execute(false);
    for (int64_t n = 0; n < 2; n++) {
      for (int64_t i = 0; i < 17 * 12 * 12; i++) {
        int64_t c = i / 144;
        int64_t row = i / 12 % 12;
        int64_t column = i % 12;
        bool in_y = n == 0 && c == 16 && row >= 4 && row <= 6 && column >= 5 && column <= 7;
        bool in_dx = n == 1 && c == 3 && row >= 10 && column >= 10;
        CHECK(std::isnan(run.y.get(run.output(n, c, row, column))) == in_y);
        CHECK(std::isnan(run.dx.get(run.input(n, c, row, column))) == in_dx);
      }
    }
  }
}

/// A NaN in the last columns reaches the gradients of the taps that met it, and no others.
void nan_stays_with_its_taps(const Kernels* kernels) {
  for (bool nchw : {false, true}) {
    for (int64_t stride : {1, 2}) {
      Convolution k = convolution(kernels, kF32, 3, 9, 13, 3, stride, Padding{0, 0, 0, 0});
      k.nchw = nchw;
      Run run(k);
      run.x.set(run.input(0, 1, 8, 12), kNan);
      run.execute(false);
      for (int64_t i = 0; i < 27; i++) {
        CHECK(std::isnan(run.dweight.get(i)) == (i == 9 + 8));
      }
    }
  }
}

yolo4j_depthwise valid() {
  yolo4j_depthwise p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.layout = YOLO4J_LAYOUT_NHWC;
  p.threads = 1;
  p.kernel = 3;
  p.stride = 2;
  p.pad_top = p.pad_left = p.pad_bottom = p.pad_right = 1;
  p.images = 1;
  p.channels = 8;
  p.height = 7;
  p.width = 10;
  return p;
}

void refused(const yolo4j_depthwise& p, int32_t status, const char* text) {
  int64_t height = -7;
  int64_t width = -7;
  CHECK_EQUAL(yolo4j_depthwise_output(&p, &height, &width), status);
  CHECK_EQUAL(height, -7);
  CHECK_CONTAINS(yolo4j_last_error(), text);
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_depthwise::*field, Value value, int32_t status, const char* text) {
  yolo4j_depthwise p = valid();
  p.*field = static_cast<Field>(value);
  refused(p, status, text);
}

void wrong_parameters_are_named() {
  using P = yolo4j_depthwise;
  int64_t height = 0;
  int64_t width = 0;
  yolo4j_depthwise p = valid();
  CHECK_EQUAL(yolo4j_depthwise_output(&p, &height, &width), YOLO4J_OK);
  CHECK_EQUAL(height, 4);
  CHECK_EQUAL(width, 5);
  CHECK_EQUAL(yolo4j_depthwise_output(nullptr, &height, &width), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_depthwise_output(&p, nullptr, &width), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_depthwise_workspace(&p, nullptr), YOLO4J_INVALID_ARGUMENT);
  refused_with(&P::struct_size, 8, YOLO4J_INVALID_ARGUMENT, "struct_size must be from");
  refused_with(&P::dtype, YOLO4J_DTYPE_I8, YOLO4J_UNSUPPORTED, "must be f32 or bf16, got i8");
  refused_with(&P::dtype, 99, YOLO4J_UNSUPPORTED, "got none (99)");
  refused_with(&P::layout, 0, YOLO4J_INVALID_ARGUMENT,
               "yolo4j_depthwise_output: layout must be 1 (NCHW) or 2 (NHWC), got 0");
  refused_with(&P::layout, 3, YOLO4J_INVALID_ARGUMENT,
               "layout must be 1 (NCHW) or 2 (NHWC), got 3");
  refused_with(&P::activation, 5, YOLO4J_INVALID_ARGUMENT, "activation must be from 0 to 4, got 5");
  refused_with(&P::activation, -1, YOLO4J_INVALID_ARGUMENT, "activation must be");
  refused_with(&P::threads, 0, YOLO4J_INVALID_ARGUMENT, "threads must be at least 1, got 0");
  refused_with(&P::kernel, 4, YOLO4J_UNSUPPORTED, "kernel must be 3 or 5 and stride 1 or 2");
  refused_with(&P::stride, 3, YOLO4J_UNSUPPORTED, "got 3 and 3");
  refused_with(&P::pad_left, 3, YOLO4J_INVALID_ARGUMENT, "padding must be from 0 to 2, got 1, 3");
  refused_with(&P::pad_bottom, -1, YOLO4J_INVALID_ARGUMENT, "padding must be");
  refused_with(&P::images, 0, YOLO4J_INVALID_ARGUMENT, "must be positive");
  refused_with(&P::width, -1, YOLO4J_INVALID_ARGUMENT, "must be positive");
  refused_with(&P::channels, INT64_MAX, YOLO4J_INVALID_ARGUMENT, "their product below 2^45");
  refused_with(&P::height, INT64_MAX / 4, YOLO4J_INVALID_ARGUMENT, "their product below 2^45");
  p.height = 1;
  p.pad_top = 0;
  refused(p, YOLO4J_INVALID_ARGUMENT, "must be at least the kernel's 3, got 2 and 12");
}

void weights_are_packed_for_nhwc() {
  yolo4j_depthwise p = valid();
  int64_t bytes = 0;
  CHECK_EQUAL(yolo4j_depthwise_packed_bytes(&p, &bytes), YOLO4J_OK);
  CHECK_EQUAL(bytes, 16 * 9 * 4);
  CHECK_EQUAL(yolo4j_depthwise_packed_bytes(&p, nullptr), YOLO4J_INVALID_ARGUMENT);
  std::vector<float> weight(8 * 9);
  for (std::size_t i = 0; i < weight.size(); i++) {
    weight[i] = static_cast<float>(i) + 1;
  }
  std::vector<float> packed(16 * 9, -7.0f);
  CHECK_EQUAL(yolo4j_depthwise_pack(&p, weight.data(), packed.data(), bytes - 1),
              YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "packed must have 576 bytes, got 575");
  CHECK_EQUAL(yolo4j_depthwise_pack(&p, nullptr, packed.data(), bytes), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(packed[0], -7.0f);
  CHECK_EQUAL(yolo4j_depthwise_pack(&p, weight.data(), packed.data(), bytes), YOLO4J_OK);
  CHECK_EQUAL(packed[0], 1.0f);
  CHECK_EQUAL(packed[1], 10.0f);
  CHECK_EQUAL(packed[8], 0.0f);
  CHECK_EQUAL(packed[16], 2.0f);
  p.layout = YOLO4J_LAYOUT_NCHW;
  CHECK_EQUAL(yolo4j_depthwise_packed_bytes(&p, &bytes), YOLO4J_UNSUPPORTED);
  CHECK_CONTAINS(yolo4j_last_error(), "weights are packed for NHWC, got NCHW");
  CHECK_EQUAL(yolo4j_depthwise_pack(&p, weight.data(), packed.data(), bytes), YOLO4J_UNSUPPORTED);
}

void wrong_buffers_are_named_and_untouched() {
  yolo4j_depthwise p = valid();
  p.images = 2;
  Run run(convolution(&kScalar, kF32, 8, 7, 10, 3, 2, Padding{1, 1, 1, 1}));
  int64_t bytes = 0;
  CHECK_EQUAL(yolo4j_depthwise_workspace(&p, &bytes), YOLO4J_OK);
  std::vector<double> workspace(static_cast<std::size_t>(bytes) / 8 + 1);
  Forward f = {};
  f.struct_size = sizeof f;
  f.weight = run.weight.data();
  f.y = run.y.data();
  f.workspace = workspace.data();
  f.workspace_bytes = bytes;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "x, weight and y must not be null");
  f.x = static_cast<char*>(run.x.data()) + 1;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "x must be aligned to 4 bytes");
  f.x = run.x.data();
  f.workspace_bytes = bytes - 1;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "workspace must be aligned to 8 bytes and have");
  f.workspace_bytes = bytes;
  f.struct_size = 4;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_INVALID_ARGUMENT);
  f.struct_size = sizeof f;
  f.pooled = reinterpret_cast<float*>(static_cast<char*>(run.pooled.data()) + 2);
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "pooled must be aligned to 4 bytes, got ");
  CHECK(std::isnan(run.y.get(0)));
  // A caller that was compiled before there was `pooled`.
  f.struct_size = offsetof(Forward, pooled);
  f.pooled = run.pooled.floats();
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_OK);
  CHECK(!std::isnan(run.y.get(run.outputs() - 1)));
  CHECK(std::isnan(run.pooled.get(0)));
  f.struct_size = sizeof f;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_OK);
  CHECK(!std::isnan(run.pooled.get(0)));
  std::vector<float> packed(16 * 9);
  f.packed = packed.data();
  p.layout = YOLO4J_LAYOUT_NCHW;
  CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_UNSUPPORTED);
  CHECK_CONTAINS(yolo4j_last_error(), "packed weights are for NHWC, got NCHW");
  p.layout = YOLO4J_LAYOUT_NHWC;

  Backward b = {};
  b.struct_size = sizeof b;
  b.workspace = workspace.data();
  b.workspace_bytes = bytes;
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "dy must not be null");
  b.dy = run.dy.data();
  b.dx = run.dx.data();
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_INVALID_ARGUMENT);
  b.weight = run.weight.data();
  p.activation = YOLO4J_ACTIVATION_RELU;
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "activation must be 0, got 1");
  p.activation = YOLO4J_ACTIVATION_NONE;
  CHECK(std::isnan(run.dx.get(0)));
  // Each gradient may be left out.
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_OK);
  CHECK(!std::isnan(run.dx.get(0)));
  CHECK(std::isnan(run.dweight.get(0)));
  b.dx = nullptr;
  b.weight = nullptr;
  b.dweight = run.dweight.data();
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_INVALID_ARGUMENT);
  b.x = run.x.data();
  CHECK_EQUAL(yolo4j_depthwise_backward(&p, &b), YOLO4J_OK);
  CHECK(!std::isnan(run.dweight.get(0)));
}

/// The public functions run the kernels of the wish, or refuse where this CPU can't meet it.
int dispatched() {
  for (int32_t layout : {YOLO4J_LAYOUT_NCHW, YOLO4J_LAYOUT_NHWC}) {
    int32_t isa = 0;
    yolo4j_depthwise p = valid();
    p.layout = layout;
    p.images = 2;
    int64_t bytes = 0;
    int32_t status = yolo4j_depthwise_workspace(&p, &bytes);
    CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
    if (status != YOLO4J_OK) {
      CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
      continue;
    }
    Convolution k = convolution(family().best(isa), kF32, 8, 7, 10, 3, 2, Padding{1, 1, 1, 1});
    k.nchw = layout == YOLO4J_LAYOUT_NCHW;
    Run direct(k);
    direct.execute(true);
    Run run(k);
    std::vector<double> workspace(static_cast<std::size_t>(bytes) / 8 + 1);
    Forward f = {};
    f.struct_size = sizeof f;
    f.x = run.x.data();
    f.weight = run.weight.data();
    f.bias = run.bias.floats();
    f.y = run.y.data();
    f.workspace = workspace.data();
    f.workspace_bytes = bytes;
    f.pooled = run.pooled.floats();
    CHECK_EQUAL(yolo4j_depthwise_forward(&p, &f), YOLO4J_OK);
    CHECK(run.y.bytes() == direct.y.bytes());
    CHECK(run.pooled.bytes() == direct.pooled.bytes());
  }
  return check::result();
}

}  // namespace

int main(int arguments, char** values) {
  const bool threads_alone = test_isas::is_threads(arguments, values);
  if (arguments > 1 && !threads_alone) {
    return dispatched();
  }
  wrong_parameters_are_named();
  weights_are_packed_for_nhwc();
  wrong_buffers_are_named_and_untouched();
  test_isas::for_each_isa("depthwise", family(),
                          [threads_alone](int32_t, const char* name, const Kernels* kernels) {
                            threads_change_no_bit(name, kernels);
                            if (threads_alone) {
                              return;
                            }
                            every_shape_matches(name, kernels);
                            every_strip_matches(name, kernels);
                            every_plane_matches(name, kernels);
                            many_channels_match(name, kernels);
                            activations_match(name, kernels);
                            large_sums_match(name, kernels);
                            nan_stays_in_its_window(kernels);
                            nan_stays_with_its_taps(kernels);
                          });
  return check::result();
}
