// Sizes of caches, as the system tells them.
#include <cstdio>
#include <cstring>

#include "roofs/roofs.h"

#if defined(__linux__)
#include <unistd.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace yolo4j::roofs {
namespace {

#if defined(__linux__)
/// The first word of a file of the first core's index-th cache, "" where there is none.
void read_word(int index, const char* name, char (&word)[32]) noexcept {
  char path[96];
  std::snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s", index, name);
  word[0] = '\0';
  std::FILE* file = std::fopen(path, "r");
  if (file != nullptr) {
    if (std::fscanf(file, "%31s", word) != 1) {
      word[0] = '\0';
    }
    std::fclose(file);
  }
}

/// "32K" and the like; 0 for anything else.
int64_t parse_bytes(const char* word) noexcept {
  long long number = 0;
  char unit = '\0';
  int found = std::sscanf(word, "%lld%c", &number, &unit);
  if (found < 1 || number < 0 || number > (INT64_MAX >> 30)) {
    return 0;
  }
  int shift = unit == 'K' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0;
  return static_cast<int64_t>(number) << shift;
}

/// What the kernel shows of the caches that one core reaches. Asked first: glibc's answer for the
/// last level may be that of all cores together.
int64_t kernel_bytes(int32_t level) noexcept {
  constexpr int kMostCaches = 16;
  char word[32];
  for (int index = 0; index < kMostCaches; index++) {
    read_word(index, "level", word);
    if (word[0] != static_cast<char>('0' + level) || word[1] != '\0') {
      continue;
    }
    read_word(index, "type", word);
    if (std::strcmp(word, "Data") == 0 || std::strcmp(word, "Unified") == 0) {
      read_word(index, "size", word);
      return parse_bytes(word);
    }
  }
  return 0;
}

int64_t library_bytes(int32_t level) noexcept {
#if defined(_SC_LEVEL1_DCACHE_SIZE)
  constexpr int kNames[] = {_SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE};
  long bytes = sysconf(kNames[level - 1]);
  return bytes < 0 ? 0 : bytes;
#else
  (void)level;
  return 0;
#endif
}
#endif

}  // namespace

int64_t cache_bytes(int32_t level) noexcept {
#if defined(__linux__)
  int64_t bytes = kernel_bytes(level);
  return bytes > 0 ? bytes : library_bytes(level);
#elif defined(__APPLE__)
  constexpr const char* kNames[] = {"hw.l1dcachesize", "hw.l2cachesize", "hw.l3cachesize"};
  int64_t bytes = 0;
  size_t size = sizeof bytes;
  return sysctlbyname(kNames[level - 1], &bytes, &size, nullptr, 0) == 0 && bytes > 0 ? bytes : 0;
#else
  (void)level;
  return 0;
#endif
}

}  // namespace yolo4j::roofs
