#include "runtime/dispatch.h"

#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "runtime/cpu_features.h"

namespace yolo4j {
namespace {

constexpr const char* kVariable = "YOLO4J_ISA";

constexpr uint64_t kAvx2Needs =
    cpu_bit(YOLO4J_CPU_AVX2) | cpu_bit(YOLO4J_CPU_FMA) | cpu_bit(YOLO4J_CPU_F16C);
constexpr uint64_t kAvx512Needs = kAvx2Needs | cpu_bit(YOLO4J_CPU_AVX512F) |
                                  cpu_bit(YOLO4J_CPU_AVX512BW) | cpu_bit(YOLO4J_CPU_AVX512DQ) |
                                  cpu_bit(YOLO4J_CPU_AVX512VL);

constexpr uint64_t kNeeds[kIsaCount] = {0, kAvx2Needs, kAvx512Needs, cpu_bit(YOLO4J_CPU_NEON)};

void append_with_comma(Text* text, const char* name) noexcept {
  text->append(text->empty() ? "" : ", ");
  text->append(name);
}

Text isa_names(uint64_t features) noexcept {
  Text names;
  for (int32_t isa = 0; isa < kIsaCount; isa++) {
    if (isa_runs_with(isa, features)) {
      append_with_comma(&names, yolo4j_isa_name(isa));
    }
  }
  return names;
}

Text feature_names(uint64_t features) noexcept {
  Text names;
  for (int32_t feature = 0; feature < 64; feature++) {
    if ((features >> feature & 1u) != 0) {
      append_with_comma(&names, yolo4j_cpu_feature_name(feature));
    }
  }
  return names;
}

int32_t best_isa(uint64_t features) noexcept {
  for (int32_t isa : {YOLO4J_ISA_AVX512, YOLO4J_ISA_AVX2, YOLO4J_ISA_NEON}) {
    if (isa_runs_with(isa, features)) {
      return isa;
    }
  }
  return YOLO4J_ISA_SCALAR;
}

int32_t isa_by_name(const char* name) noexcept {
  for (int32_t isa = 0; isa < kIsaCount; isa++) {
    if (std::strcmp(name, yolo4j_isa_name(isa)) == 0) {
      return isa;
    }
  }
  return -1;
}

/// The outcome for this process. The wish is kept, since the environment may change later and the
/// text of a failure is given to each thread that asks.
struct Choice {
  Choice() noexcept {
    const char* value = std::getenv(kVariable);
    std::strncpy(wish, value == nullptr ? "" : value, sizeof wish - 1);
    status = choose_isa(wish, cpu_features(), &isa);
  }
  char wish[64] = "";
  int32_t isa = YOLO4J_ISA_SCALAR;
  int32_t status = YOLO4J_OK;
};

const Choice& choice() noexcept {
  static const Choice chosen;
  return chosen;
}

}  // namespace

bool isa_runs_with(int32_t isa, uint64_t features) noexcept {
  return isa >= 0 && isa < kIsaCount && (kNeeds[isa] & ~features) == 0;
}

int32_t choose_isa(const char* wish, uint64_t features, int32_t* isa) noexcept {
  if (wish == nullptr || wish[0] == '\0') {
    *isa = best_isa(features);
    return YOLO4J_OK;
  }
  int32_t wanted = isa_by_name(wish);
  if (wanted < 0) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s must be one of %s, got \"%s\"", kVariable,
                isa_names(~UINT64_C(0)).c_str(), wish);
  }
  if (!isa_runs_with(wanted, features)) {
    return fail(YOLO4J_UNSUPPORTED, "%s=%s: this CPU (%s) lacks %s; it can run %s", kVariable, wish,
                yolo4j_cpu_name(), feature_names(kNeeds[wanted] & ~features).c_str(),
                isa_names(features).c_str());
  }
  *isa = wanted;
  return YOLO4J_OK;
}

}  // namespace yolo4j

const char* yolo4j_isa_name(int32_t isa) {
  switch (isa) {
    case YOLO4J_ISA_SCALAR:
      return "scalar";
    case YOLO4J_ISA_AVX2:
      return "avx2";
    case YOLO4J_ISA_AVX512:
      return "avx512";
    case YOLO4J_ISA_NEON:
      return "neon";
    default:
      return nullptr;
  }
}

int32_t yolo4j_isa_supported(int32_t isa) {
  return yolo4j::isa_runs_with(isa, yolo4j::cpu_features()) ? 1 : 0;
}

int32_t yolo4j_dispatch_isa(int32_t* isa) {
  if (isa == nullptr) {
    return yolo4j::fail(YOLO4J_INVALID_ARGUMENT, "yolo4j_dispatch_isa: isa must not be null");
  }
  const yolo4j::Choice& chosen = yolo4j::choice();
  if (chosen.status != YOLO4J_OK) {
    // Once more for its text: the first failure may have been another thread's.
    return yolo4j::choose_isa(chosen.wish, yolo4j::cpu_features(), isa);
  }
  *isa = chosen.isa;
  return YOLO4J_OK;
}
