// Where libcupti is looked for, and what is said where there is none. Arguments: the fake library,
// a library that isn't CUPTI, and a folder to lay things out in.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "cuda/device.h"
#include "yolo4j_profile.h"

namespace {

std::string opened_path(const char* path) {
  yolo4j_cupti* cupti = nullptr;
  if (yolo4j_cupti_open(path, &cupti) != YOLO4J_OK) {
    CHECK(cupti == nullptr);
    return std::string("refused: ") + yolo4j_last_error();
  }
  std::string found = yolo4j_cupti_path(cupti);
  yolo4j_cupti_close(cupti);
  return found;
}

void make_folders(const std::string& path) {
  for (std::size_t end = path.find('/', 1); end != std::string::npos;
       end = path.find('/', end + 1)) {
    mkdir(path.substr(0, end).c_str(), 0777);
  }
  mkdir(path.c_str(), 0777);
}

/// Lays a link to the fake library below a root, as a toolkit has it.
std::string lay(const char* fake, const std::string& root, const char* folder) {
  make_folders(root + "/" + folder);
  std::string file = root + "/" + folder + "/libcupti.so.13";
  unlink(file.c_str());
  CHECK_EQUAL(symlink(fake, file.c_str()), 0);
  return file;
}

void a_named_file_is_taken_or_refused(const char* fake, const char* other) {
  CHECK_TEXT(opened_path(fake).c_str(), fake);
  CHECK_CONTAINS(opened_path("/nowhere/libcupti.so.13").c_str(),
                 "path must name CUPTI's library of CUDA 13, got /nowhere/libcupti.so.13 (");
  CHECK_CONTAINS(opened_path(other).c_str(), "the library must have cuptiGetVersion, ");
  setenv("YOLO4J_CUPTI", fake, 1);
  CHECK_TEXT(opened_path(nullptr).c_str(), fake);
  setenv("YOLO4J_CUPTI", "/nowhere/too", 1);
  CHECK_TEXT(opened_path(fake).c_str(), fake);
  CHECK_CONTAINS(opened_path(nullptr).c_str(),
                 "YOLO4J_CUPTI must name CUPTI's library of CUDA 13, got /nowhere/too (");
  setenv("YOLO4J_CUPTI", "", 1);
}

/// The environment has a loader that finds none.
void toolkits_are_searched_in_order(const char* fake, const std::string& root) {
  unsetenv("CUDA_HOME");
  unsetenv("CUDA_PATH");
  std::string path_root = root + "/path";
  std::string in_path = lay(fake, path_root, "lib");
  setenv("CUDA_PATH", path_root.c_str(), 1);
  CHECK_TEXT(opened_path(nullptr).c_str(), in_path.c_str());
  std::string home_root = root + "/home";
  // An earlier run laid them.
  for (const char* folder : {"lib", "lib64", "extras/CUPTI/lib64"}) {
    unlink((home_root + "/" + folder + "/libcupti.so.13").c_str());
  }
  setenv("CUDA_HOME", home_root.c_str(), 1);
  CHECK_TEXT(opened_path(nullptr).c_str(), in_path.c_str());
  std::string folder = lay(fake, home_root, "lib");
  CHECK_TEXT(opened_path(nullptr).c_str(), folder.c_str());
  folder = lay(fake, home_root, "lib64");
  CHECK_TEXT(opened_path(nullptr).c_str(), folder.c_str());
  folder = lay(fake, home_root, "extras/CUPTI/lib64");
  CHECK_TEXT(opened_path(nullptr).c_str(), folder.c_str());
  // Last, for once NVIDIA's is loaded, the loader finds it by its plain name.
  unsetenv("CUDA_HOME");
  unsetenv("CUDA_PATH");
  std::string plain = opened_path(nullptr);
  CHECK(plain.rfind("/usr/local/cuda/", 0) == 0 ||
        plain.find("install CUDA 13's CUPTI, or name the file in YOLO4J_CUPTI") !=
            std::string::npos);
}

void a_missing_library_is_no_crash() {
  yolo4j_cupti* cupti = nullptr;
  int64_t count = 0;
  int32_t number = 0;
  char name[8];
  CHECK_REFUSED(yolo4j_cupti_open(nullptr, nullptr), YOLO4J_INVALID_ARGUMENT, "cupti must not be");
  CHECK_REFUSED(yolo4j_cupti_open("/nowhere", &cupti), YOLO4J_UNSUPPORTED, "cannot open shared");
  CHECK_REFUSED(yolo4j_cupti_version(cupti, &number), YOLO4J_INVALID_ARGUMENT, "cupti must not");
  CHECK_REFUSED(yolo4j_cupti_chip_count(cupti, &count), YOLO4J_INVALID_ARGUMENT, "cupti must not");
  CHECK_REFUSED(yolo4j_cupti_chip_name(cupti, 0, name, 8), YOLO4J_INVALID_ARGUMENT, "cupti must");
  CHECK_REFUSED(yolo4j_cupti_metric_exists(cupti, "GA102", "m0", &number), YOLO4J_INVALID_ARGUMENT,
                "cupti must not be null");
  CHECK_REFUSED(yolo4j_cupti_device_ready(cupti, 0), YOLO4J_INVALID_ARGUMENT, "cupti must not");
  yolo4j_cupti_close(cupti);
}

}  // namespace

int main(int, char** argument) {
  a_missing_library_is_no_crash();
  a_named_file_is_taken_or_refused(argument[1], argument[2]);
  toolkits_are_searched_in_order(argument[1], argument[3]);
  return check::result();
}
