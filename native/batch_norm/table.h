// Included inside the anonymous namespace of each instruction set's file, so that no two files
// share a function (runtime/README.md). Fills the family's table from the templates defined before.

// clang-format off
#define YOLO4J_ACTIVATIONS(kernel, element) \
  {kernel<element, None>, kernel<element, Relu>, kernel<element, Relu6>, kernel<element, Silu>, \
   kernel<element, Hardswish>}
#define YOLO4J_ELEMENTS(kernel) \
  {YOLO4J_ACTIVATIONS(kernel, float), YOLO4J_ACTIVATIONS(kernel, uint16_t)}
// clang-format on

constexpr Kernels table(int64_t preferred_width, int64_t lanes) {
  return Kernels{preferred_width,
                 lanes,
                 {plane_sums<float>, plane_sums<uint16_t>},
                 YOLO4J_ELEMENTS(plane_apply),
                 YOLO4J_ELEMENTS(plane_gradient_sums),
                 YOLO4J_ELEMENTS(plane_gradient),
                 {row_sums<float>, row_sums<uint16_t>},
                 YOLO4J_ELEMENTS(row_apply),
                 YOLO4J_ELEMENTS(row_gradient_sums),
                 YOLO4J_ELEMENTS(row_gradient),
                 plane_kept_silu_sums,
                 row_kept_silu_sums};
}
