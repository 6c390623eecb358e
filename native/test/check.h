// Checks for the test programs. A failed check prints where and what, and makes the program fail;
// the following checks still run.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstring>

namespace check {

inline int failures = 0;

inline void report(const char* file, int line, const char* text) {
  failures++;
  std::fprintf(stderr, "%s:%d: %s\n", file, line, text);
}

/// Whether |actual − expected| <= atol + rtol·|expected|. NaN equals NaN and nothing else; the
/// comparison accepts what is close, so a NaN difference can't pass.
inline bool close(double actual, double expected, double rtol, double atol) {
  if (std::isnan(expected) || std::isinf(expected)) {
    return std::isnan(expected) ? std::isnan(actual) : actual == expected;
  }
  return std::fabs(actual - expected) <= atol + rtol * std::fabs(expected);
}

inline void equal(const char* file, int line, const char* what, long long actual,
                  long long expected) {
  if (actual != expected) {
    failures++;
    std::fprintf(stderr, "%s:%d: %s: expected %lld, got %lld\n", file, line, what, expected,
                 actual);
  }
}

inline void contains(const char* file, int line, const char* text, const char* part) {
  if (text == nullptr || std::strstr(text, part) == nullptr) {
    failures++;
    std::fprintf(stderr, "%s:%d: \"%s\" must contain \"%s\"\n", file, line,
                 text == nullptr ? "(null)" : text, part);
  }
}

inline void same_text(const char* file, int line, const char* actual, const char* expected) {
  if (actual == nullptr || std::strcmp(actual, expected) != 0) {
    failures++;
    std::fprintf(stderr, "%s:%d: expected \"%s\", got \"%s\"\n", file, line, expected,
                 actual == nullptr ? "(null)" : actual);
  }
}

/// The program's exit status.
inline int result() {
  if (failures > 0) {
    std::fprintf(stderr, "%d checks failed\n", failures);
  }
  return failures > 0 ? 1 : 0;
}

}  // namespace check

#define CHECK(condition) \
  ((condition) ? (void)0 : check::report(__FILE__, __LINE__, #condition " must hold"))
#define CHECK_EQUAL(actual, expected) \
  check::equal(__FILE__, __LINE__, #actual, (long long)(actual), (long long)(expected))
#define CHECK_CLOSE(actual, expected, rtol, atol)     \
  (check::close((actual), (expected), (rtol), (atol)) \
       ? (void)0                                      \
       : check::report(__FILE__, __LINE__, #actual " must be close to " #expected))
#define CHECK_CONTAINS(text, part) check::contains(__FILE__, __LINE__, (text), (part))
#define CHECK_TEXT(actual, expected) check::same_text(__FILE__, __LINE__, (actual), (expected))
