// Runs a family's tests with every instruction set that this CPU runs, and says which it was.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>

#include "check.h"
#include "runtime/dispatch.h"

namespace test_isas {

/// Whether a program is asked for the part alone in which several threads run.
inline bool is_threads(int arguments, char** values) {
  return arguments > 1 && std::strcmp(values[1], "threads") == 0;
}

/// Calls body(isa's code, isa's name, kernels).
template <typename Kernels, typename Body>
void for_each_isa(const char* name, const yolo4j::KernelFamily<Kernels>& family, const Body& body) {
  for (int32_t isa = 0; isa < yolo4j::kIsaCount; isa++) {
    const Kernels* kernels = family.exactly(isa);
    const char* isa_name = yolo4j_isa_name(isa);
    if (kernels == nullptr || yolo4j_isa_supported(isa) == 0) {
      std::printf("%s %s: not run here\n", name, isa_name);
      continue;
    }
    body(isa, isa_name, kernels);
    std::printf("%s %s: done, %d failures so far\n", name, isa_name, check::failures);
  }
}

}  // namespace test_isas
