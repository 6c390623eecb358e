#include "runtime/status.h"

#include <cstring>
#include <string>
#include <thread>

#include "check.h"
#include "runtime/params.h"

namespace {

void codes_have_names() {
  CHECK_TEXT(yolo4j_status_name(YOLO4J_OK), "ok");
  CHECK_TEXT(yolo4j_status_name(YOLO4J_INTERNAL), "internal");
  CHECK(yolo4j_status_name(-1) == nullptr);
  CHECK(yolo4j_status_name(5) == nullptr);
  CHECK_TEXT(yolo4j_dtype_name(YOLO4J_DTYPE_BF16), "bf16");
  CHECK_EQUAL(yolo4j_dtype_size(YOLO4J_DTYPE_BF16), 2);
  CHECK_EQUAL(yolo4j_dtype_size(YOLO4J_DTYPE_F64), 8);
  CHECK(yolo4j_dtype_name(0) == nullptr);
  CHECK_EQUAL(yolo4j_dtype_size(9), 0);
}

void failure_keeps_text_and_returns_status() {
  CHECK_EQUAL(yolo4j::fail(YOLO4J_OUT_OF_MEMORY, "no %d bytes", 7), YOLO4J_OUT_OF_MEMORY);
  CHECK_TEXT(yolo4j_last_error(), "no 7 bytes");
  CHECK_EQUAL(yolo4j_set_num_threads(1), YOLO4J_OK);
  CHECK_TEXT(yolo4j_last_error(), "no 7 bytes");
}

void long_text_is_cut() {
  std::string text(5000, 'x');
  yolo4j::fail(YOLO4J_INTERNAL, "%s", text.c_str());
  CHECK_EQUAL(std::strlen(yolo4j_last_error()), 1023);

  yolo4j::Text list;
  list.append(text.c_str());
  list.append("y");
  CHECK_EQUAL(std::strlen(list.c_str()), 255);
}

void error_belongs_to_its_thread() {
  yolo4j::fail(YOLO4J_INTERNAL, "first");
  std::thread other([] {
    CHECK_TEXT(yolo4j_last_error(), "");
    yolo4j::fail(YOLO4J_INTERNAL, "second");
    CHECK_TEXT(yolo4j_last_error(), "second");
  });
  other.join();
  CHECK_TEXT(yolo4j_last_error(), "first");
}

void threads_must_be_positive() {
  CHECK_EQUAL(yolo4j_set_num_threads(0), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(),
             "yolo4j_set_num_threads: the number of threads must be at least 1, got 0");
  yolo4j_build_info info = {sizeof(yolo4j_build_info), -1, nullptr};
  CHECK_EQUAL(yolo4j_get_build_info(&info), YOLO4J_OK);
  CHECK(info.compiler != nullptr);
  CHECK_EQUAL(yolo4j_set_num_threads(3), info.openmp == 1 ? YOLO4J_OK : YOLO4J_UNSUPPORTED);
  CHECK_EQUAL(yolo4j_num_threads(), info.openmp == 1 ? 3 : 1);
}

void unknown_struct_size_fails_before_writing() {
  CHECK_EQUAL(yolo4j_get_build_info(nullptr), YOLO4J_INVALID_ARGUMENT);
  for (uint32_t size : {0u, uint32_t(sizeof(yolo4j_build_info) - 1),
                        uint32_t(sizeof(yolo4j_build_info) + 1), UINT32_MAX}) {
    yolo4j_build_info info = {size, -7, nullptr};
    CHECK_EQUAL(yolo4j_get_build_info(&info), YOLO4J_INVALID_ARGUMENT);
    CHECK_CONTAINS(yolo4j_last_error(), "yolo4j_get_build_info: struct_size must be from 16 to 16");
    CHECK_EQUAL(info.openmp, -7);
  }
}

struct Grown {
  uint32_t struct_size;
  int32_t old_field;
  int32_t new_field;
};

void older_callers_get_zero_for_new_fields() {
  Grown given = {offsetof(Grown, new_field), 5, 99};
  Grown seen = {0, 0, -1};
  CHECK_EQUAL(yolo4j::read_params("grown", &given, offsetof(Grown, new_field), &seen), YOLO4J_OK);
  CHECK_EQUAL(seen.old_field, 5);
  CHECK_EQUAL(seen.new_field, 0);
}

}  // namespace

int main() {
  codes_have_names();
  failure_keeps_text_and_returns_status();
  long_text_is_cut();
  error_belongs_to_its_thread();
  threads_must_be_positive();
  unknown_struct_size_fails_before_writing();
  older_callers_get_zero_for_new_fields();
  return check::result();
}
