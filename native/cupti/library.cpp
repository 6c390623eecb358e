// Opens libcupti, wherever it lies.
#include "cupti/library.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "runtime/arguments.h"

#if defined(__linux__)
#include <dlfcn.h>
#endif

using yolo4j::check_not_null;
using yolo4j::fail;

#if defined(__linux__)
namespace {

constexpr const char* kName = "libcupti.so.13";

/// What is kept of the loader's own words, for a file that was named.
struct Attempt {
  void* library = nullptr;
  char reason[512] = "";

  /// Tries a file, and remembers what it was called.
  bool open(const char* file, yolo4j_cupti* cupti) noexcept {
    library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char* said = dlerror();
      std::snprintf(reason, sizeof reason, "%s", said == nullptr ? "no reason given" : said);
    } else {
      std::snprintf(cupti->path, sizeof cupti->path, "%s", file);
    }
    return library != nullptr;
  }
};

bool open_in_folder(const char* root, Attempt* attempt, yolo4j_cupti* cupti) noexcept {
  for (const char* folder : {"extras/CUPTI/lib64", "lib64", "lib"}) {
    char file[sizeof cupti->path];
    int length = std::snprintf(file, sizeof file, "%s/%s/%s", root, folder, kName);
    if (length > 0 && static_cast<std::size_t>(length) < sizeof file &&
        attempt->open(file, cupti)) {
      return true;
    }
  }
  return false;
}

int32_t open_named(const char* operation, const char* origin, const char* file, Attempt* attempt,
                   yolo4j_cupti* cupti) noexcept {
  return attempt->open(file, cupti)
             ? YOLO4J_OK
             : fail(YOLO4J_UNSUPPORTED, "%s: %s must name CUPTI's library of CUDA 13, got %s (%s)",
                    operation, origin, file, attempt->reason);
}

int32_t find(const char* operation, const char* path, Attempt* attempt,
             yolo4j_cupti* cupti) noexcept {
  const char* named = std::getenv("YOLO4J_CUPTI");
  if (path != nullptr) {
    return open_named(operation, "path", path, attempt, cupti);
  }
  if (named != nullptr && *named != '\0') {
    return open_named(operation, "YOLO4J_CUPTI", named, attempt, cupti);
  }
  if (attempt->open(kName, cupti)) {
    return YOLO4J_OK;
  }
  const char* roots[] = {std::getenv("CUDA_HOME"), std::getenv("CUDA_PATH"), "/usr/local/cuda"};
  for (const char* root : roots) {
    if (root != nullptr && *root != '\0' && open_in_folder(root, attempt, cupti)) {
      return YOLO4J_OK;
    }
  }
  return fail(YOLO4J_UNSUPPORTED,
              "%s: %s must be found by the loader or below CUDA_HOME, CUDA_PATH or "
              "/usr/local/cuda, got none; install CUDA 13's CUPTI, or name the file in "
              "YOLO4J_CUPTI",
              operation, kName);
}

int32_t look_up(const char* operation, void* library, yolo4j_cupti* cupti) noexcept {
  void* address = nullptr;
#define YOLO4J_CUPTI_LOOK_UP(name, Parameter)                                                \
  address = dlsym(library, #name);                                                           \
  std::memcpy(&cupti->api.name, &address, sizeof address);                                   \
  if (address == nullptr) {                                                                  \
    return fail(YOLO4J_UNSUPPORTED,                                                          \
                "%s: the library must have " #name ", %s hasn't; take the CUPTI of CUDA 13", \
                operation, cupti->path);                                                     \
  }
  YOLO4J_CUPTI_FUNCTIONS(YOLO4J_CUPTI_LOOK_UP)
#undef YOLO4J_CUPTI_LOOK_UP
  return YOLO4J_OK;
}

}  // namespace
#endif

int32_t yolo4j_cupti_open(const char* path, yolo4j_cupti** cupti) {
  const char* operation = "yolo4j_cupti_open";
  int32_t status = check_not_null(operation, {{"cupti", cupti}});
  if (status != YOLO4J_OK) {
    return status;
  }
  *cupti = nullptr;
#if defined(__linux__)
  auto* opened = new (std::nothrow) yolo4j_cupti{};
  if (opened == nullptr) {
    return fail(YOLO4J_OUT_OF_MEMORY, "%s: no memory", operation);
  }
  Attempt attempt;
  status = find(operation, path, &attempt, opened);
  status = status == YOLO4J_OK ? look_up(operation, attempt.library, opened) : status;
  if (status != YOLO4J_OK) {
    delete opened;
    return status;
  }
  *cupti = opened;
  return YOLO4J_OK;
#else
  (void)path;
  return fail(YOLO4J_UNSUPPORTED, "%s: GPU counters are for Linux only", operation);
#endif
}

/* CUPTI has threads and hooks of its own, so the library stays. */
void yolo4j_cupti_close(yolo4j_cupti* cupti) { delete cupti; }

const char* yolo4j_cupti_path(const yolo4j_cupti* cupti) { return cupti->path; }

int32_t yolo4j_cupti_version(const yolo4j_cupti* cupti, int32_t* version) {
  const char* operation = "yolo4j_cupti_version";
  int32_t status = check_not_null(operation, {{"cupti", cupti}, {"version", version}});
  if (status != YOLO4J_OK) {
    return status;
  }
  uint32_t given = 0;
  status = YOLO4J_CUPTI_CALL(operation, cupti, cuptiGetVersion, &given);
  *version = static_cast<int32_t>(given);
  return status;
}
