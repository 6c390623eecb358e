// Included inside the anonymous namespace of each instruction set's file, so that no two files
// share a function (runtime/README.md). Fills the family's table from the templates defined before.

// clang-format off
#define YOLO4J_TAPS(kernel, element) {kernel<element, 1>, kernel<element, 2>, kernel<element, 3>}
#define YOLO4J_SIDES(kernel, element, stride) {kernel<element, stride, 3>, kernel<element, stride, 5>}
#define YOLO4J_STRIDES(kernel, element) \
  {YOLO4J_SIDES(kernel, element, 1), YOLO4J_SIDES(kernel, element, 2)}
// clang-format on

constexpr Kernels table(int64_t lanes) {
  return Kernels{
      {YOLO4J_STRIDES(pair_rows, float), YOLO4J_STRIDES(pair_rows, uint16_t)},
      {copy_columns<float>, copy_columns<uint16_t>},
      {YOLO4J_TAPS(row_sum, float), YOLO4J_TAPS(row_sum, uint16_t)},
      {YOLO4J_STRIDES(weight_row_sum, float), YOLO4J_STRIDES(weight_row_sum, uint16_t)},
      lanes,
      {{expand<float, 1>, expand<float, 2>}, {expand<uint16_t, 1>, expand<uint16_t, 2>}},
      {YOLO4J_STRIDES(plane_tile, float), YOLO4J_STRIDES(plane_tile, uint16_t)},
      {{pair_row<float, 3>, pair_row<float, 5>}, {pair_row<uint16_t, 3>, pair_row<uint16_t, 5>}},
      {{plane_weights<1, 3>, plane_weights<1, 5>}, {plane_weights<2, 3>, plane_weights<2, 5>}}};
}
