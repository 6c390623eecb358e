// Included inside the anonymous namespace of each instruction set's file, so that no two files
// share a function (runtime/README.md). Fills the family's table from the templates defined before.

// clang-format off
#define YOLO4J_ACTIVATIONS(run, element) \
  {run<element, None>, run<element, Relu>, run<element, Relu6>, run<element, Silu>, \
   run<element, Hardswish>, run<element, Hardsigmoid>, run<element, Logistic>}
// clang-format on

constexpr Kernels table() {
  return Kernels{
      {YOLO4J_ACTIVATIONS(forward_run, float), YOLO4J_ACTIVATIONS(forward_run, uint16_t)},
      {YOLO4J_ACTIVATIONS(backward_run, float), YOLO4J_ACTIVATIONS(backward_run, uint16_t)}};
}
