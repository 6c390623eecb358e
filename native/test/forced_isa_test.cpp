// What YOLO4J_ISA does to a process; ctest runs this once for every value.
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "check.h"
#include "yolo4j.h"

namespace {

int32_t code_of(const std::string& name) {
  for (int32_t isa = 0; yolo4j_isa_name(isa) != nullptr; isa++) {
    if (name == yolo4j_isa_name(isa)) {
      return isa;
    }
  }
  return -1;
}

void fails(int32_t expected_status, const std::string& text) {
  int32_t isa = -9;
  CHECK_EQUAL(yolo4j_dispatch_isa(&isa), expected_status);
  CHECK_EQUAL(isa, -9);
  CHECK_CONTAINS(yolo4j_last_error(), text.c_str());
}

}  // namespace

int main() {
  const char* value = std::getenv("YOLO4J_ISA");
  std::string wish = value == nullptr ? "" : value;
  int32_t wanted = code_of(wish);
  int32_t isa = -9;
  if (wish.empty()) {
    CHECK_EQUAL(yolo4j_dispatch_isa(&isa), YOLO4J_OK);
    CHECK_EQUAL(yolo4j_isa_supported(isa), 1);
  } else if (wanted < 0) {
    fails(YOLO4J_INVALID_ARGUMENT,
          "YOLO4J_ISA must be one of scalar, avx2, avx512, neon, got \"" + wish + "\"");
  } else if (yolo4j_isa_supported(wanted) == 1) {
    CHECK_EQUAL(yolo4j_dispatch_isa(&isa), YOLO4J_OK);
    CHECK_EQUAL(isa, wanted);
  } else {
    fails(YOLO4J_UNSUPPORTED, "YOLO4J_ISA=" + wish + ": this CPU (");
    CHECK_CONTAINS(yolo4j_last_error(), "; it can run scalar");
    // Every thread gets the text, whoever asked first.
    std::thread([&] { fails(YOLO4J_UNSUPPORTED, "YOLO4J_ISA=" + wish); }).join();
  }
  std::printf("%s -> %s\n", wish.c_str(), isa < 0 ? yolo4j_last_error() : yolo4j_isa_name(isa));
  return check::result();
}
