// Runs a family's tests with every instruction set that this CPU runs, and says which it was.
#pragma once

#include <cstdint>
#include <cstdio>

#include "check.h"
#include "runtime/dispatch.h"

namespace test_isas {

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
