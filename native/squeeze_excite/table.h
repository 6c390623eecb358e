// Included inside the anonymous namespace of each instruction set's file, so that no two files
// share a function (runtime/README.md). Fills the family's table from the templates defined before.

constexpr Kernels table() {
  return Kernels{{row_sums<float>, row_sums<uint16_t>},
                 {plane_sum<float>, plane_sum<uint16_t>},
                 {product<float>, product<uint16_t>},
                 {scale_rows<float>, scale_rows<uint16_t>},
                 {scale_plane<float>, scale_plane<uint16_t>},
                 {row_gradient_sums<float>, row_gradient_sums<uint16_t>},
                 {plane_gradient_sums<float>, plane_gradient_sums<uint16_t>},
                 {gradient_rows<float>, gradient_rows<uint16_t>},
                 {gradient_plane<float>, gradient_plane<uint16_t>},
                 {weighted_rows<float>, weighted_rows<uint16_t>}};
}
