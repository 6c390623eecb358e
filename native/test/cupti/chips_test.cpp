// NVIDIA's own libcupti, where it is installed: which metrics chips have and in how many passes, as
// the table in the argument has it. Needs neither a GPU nor a driver.
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "check.h"
#include "yolo4j_profile.h"

namespace {

constexpr int kSkipped = 77;

std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> all;
  for (std::string word; in >> word;) {
    all.push_back(word);
  }
  return all;
}

/// The passes of a metric by itself, 0 where the chip lacks it, negative after a failure.
int64_t passes_of(const yolo4j_cupti* cupti, const std::string& chip, const std::string& metric) {
  int32_t exists = -1;
  int64_t passes = 0;
  const char* name = metric.c_str();
  int32_t status = yolo4j_cupti_metric_exists(cupti, chip.c_str(), name, &exists);
  if (status == YOLO4J_OK && exists == 1) {
    status = yolo4j_cupti_passes(cupti, chip.c_str(), &name, 1, &passes);
  }
  if (status != YOLO4J_OK) {
    std::cerr << yolo4j_last_error() << "\n";
    return -1;
  }
  return passes;
}

int table_holds(const yolo4j_cupti* cupti, const char* file) {
  std::ifstream in(file);
  std::string line;
  std::vector<std::string> chips;
  int compared = 0;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#') {
      continue;
    }
    std::vector<std::string> cells = words(line);
    if (chips.empty()) {
      chips = cells;
      continue;
    }
    CHECK_EQUAL(cells.size(), chips.size());
    for (std::size_t i = 1; i < cells.size(); i++) {
      int64_t expected = cells[i] == "-" ? 0 : std::stoll(cells[i]);
      int64_t actual = passes_of(cupti, chips[i], cells[0]);
      if (actual != expected) {
        check::failures++;
        std::cerr << chips[i] << " " << cells[0] << ": expected " << expected << ", got " << actual
                  << "\n";
      }
      compared++;
    }
  }
  CHECK(compared > 300);
  return compared;
}

void chips_are_listed(const yolo4j_cupti* cupti) {
  int64_t count = 0;
  bool found = false;
  CHECK_EQUAL(yolo4j_cupti_chip_count(cupti, &count), YOLO4J_OK);
  for (int64_t i = 0; i < count; i++) {
    char name[32];
    CHECK_EQUAL(yolo4j_cupti_chip_name(cupti, i, name, sizeof name), YOLO4J_OK);
    found = found || std::string(name) == "GA102";
  }
  CHECK(found);
}

void what_is_unknown_is_refused(const yolo4j_cupti* cupti) {
  int32_t exists = -1;
  int64_t passes = -1;
  const char* metric = "no_such_metric.sum";
  CHECK_EQUAL(yolo4j_cupti_metric_exists(cupti, "GA999", metric, &exists), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "cuptiProfilerHostInitialize must succeed");
  CHECK_EQUAL(yolo4j_cupti_passes(cupti, "GA102", &metric, 1, &passes), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "of no_such_metric.sum must succeed");
  CHECK_EQUAL(passes, -1);
}

}  // namespace

int main(int, char** argument) {
  yolo4j_cupti* cupti = nullptr;
  int32_t version = 0;
  if (yolo4j_cupti_open(nullptr, &cupti) != YOLO4J_OK) {
    std::printf("skipped: %s\n", yolo4j_last_error());
    return kSkipped;
  }
  CHECK_EQUAL(yolo4j_cupti_version(cupti, &version), YOLO4J_OK);
  chips_are_listed(cupti);
  what_is_unknown_is_refused(cupti);
  if (version == 130001) {
    int compared = table_holds(cupti, argument[1]);
    std::printf("%s, version %d: %d metrics of chips\n", yolo4j_cupti_path(cupti), version,
                compared);
  } else {
    std::printf("skipped: passes are those of version 130001, %s has %d\n",
                yolo4j_cupti_path(cupti), version);
  }
  yolo4j_cupti_close(cupti);
  return check::result();
}
