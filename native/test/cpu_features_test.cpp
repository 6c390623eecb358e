// Our detection against the kernel's: /proc/cpuinfo lists what both the CPU and Linux have.
#include "runtime/cpu_features.h"

#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string>

#include "check.h"

namespace {

/// Linux calls some features by other names.
std::string cpuinfo_name(int32_t feature) {
  switch (feature) {
    case YOLO4J_CPU_NEON:
      return "asimd";
    case YOLO4J_CPU_DOTPROD:
      return "asimddp";
    default:
      return yolo4j_cpu_feature_name(feature);
  }
}

std::set<std::string> cpuinfo_flags() {
  std::ifstream file("/proc/cpuinfo");
  std::set<std::string> flags;
  for (std::string line; std::getline(file, line) && flags.empty();) {
    if (line.rfind("flags", 0) == 0 || line.rfind("Features", 0) == 0) {
      std::istringstream words(line.substr(line.find(':') + 1));
      for (std::string word; words >> word;) {
        flags.insert(word);
      }
    }
  }
  return flags;
}

/// Linux may list AMX and still refuse it to a process, so there only "ours ⊆ theirs" holds.
bool may_be_refused(int32_t feature) {
  return feature >= YOLO4J_CPU_AMX_TILE && feature <= YOLO4J_CPU_AMX_INT8;
}

void agrees_with_cpuinfo(const std::set<std::string>& flags) {
  for (int32_t feature = 0; feature < 64; feature++) {
    if (yolo4j_cpu_feature_name(feature) == nullptr) {
      CHECK_EQUAL(yolo4j_cpu_features() >> feature & 1, 0);
      continue;
    }
    bool ours = (yolo4j_cpu_features() >> feature & 1) != 0;
    bool theirs = flags.count(cpuinfo_name(feature)) > 0;
    if (ours != theirs && (ours || !may_be_refused(feature))) {
      std::cerr << yolo4j_cpu_feature_name(feature) << ": ours " << ours << ", cpuinfo " << theirs
                << "\n";
      check::failures++;
    }
  }
}

}  // namespace

int main() {
  std::cout << yolo4j_cpu_name() << ": " << std::hex << yolo4j_cpu_features() << "\n";
  CHECK(yolo4j_cpu_name()[0] != '\0');
  CHECK(yolo4j_cpu_feature_name(-1) == nullptr);
  CHECK(yolo4j_cpu_feature_name(64) == nullptr);
  CHECK(yolo4j_cpu_features() == yolo4j::detect_cpu_features());
#if defined(YOLO4J_ARM64)
  CHECK((yolo4j_cpu_features() & yolo4j::cpu_bit(YOLO4J_CPU_NEON)) != 0);
#endif
  std::set<std::string> flags = cpuinfo_flags();
#if defined(YOLO4J_X86)
  bool comparable = flags.count("fpu") > 0;
#else
  bool comparable = flags.count("asimd") > 0;
#endif
  // Under user-mode emulation /proc/cpuinfo can be the host's.
  if (comparable) {
    agrees_with_cpuinfo(flags);
  } else {
    std::cout << "not compared: no /proc/cpuinfo of this architecture\n";
  }
  return check::result();
}
