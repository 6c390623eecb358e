/* The headers in strict C11, and the shared library through it. */
#include <stdio.h>
#include <string.h>

#include "yolo4j.h"
#include "yolo4j_profile.h"

_Static_assert(sizeof(yolo4j_build_info) == 16 || sizeof(void*) != 8, "layout is part of the ABI");

static int failures = 0;

static void check(int condition, const char* what) {
  if (!condition) {
    failures++;
    fprintf(stderr, "%s must hold\n", what);
  }
}

int main(void) {
  yolo4j_build_info info = {sizeof info, -1, NULL};
  check(yolo4j_abi_version() == YOLO4J_ABI_VERSION, "the library's ABI version is the header's");
  check(strlen(yolo4j_version()) >= 5, "a version like 0.1.0");
  check(yolo4j_get_build_info(&info) == YOLO4J_OK, "build information");
  check(info.openmp == 0 || info.openmp == 1, "openmp is 0 or 1");
  check(yolo4j_isa_supported(YOLO4J_ISA_SCALAR) == 1, "scalar runs everywhere");
  check(strcmp(yolo4j_last_error(), "") == 0, "no error yet");
  check(yolo4j_dispatch_isa(NULL) == YOLO4J_INVALID_ARGUMENT, "null is refused");
  check(strstr(yolo4j_last_error(), "isa must not be null") != NULL, "the refusal has a text");
  yolo4j_cupti* cupti = NULL;
  check(yolo4j_cupti_open("/nowhere", &cupti) == YOLO4J_UNSUPPORTED, "no library, no counters");
  check(cupti == NULL, "and nothing to close");
  printf("yolo4j %s, %s, %s\n", yolo4j_version(), info.compiler, yolo4j_cpu_name());
  return failures > 0;
}
