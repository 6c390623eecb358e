// An opened libcupti: its functions, and what its failures mean.
#pragma once

#include <cstdint>

#include "cupti/api.h"
#include "yolo4j_profile.h"

struct yolo4j_cupti {
  yolo4j::cupti::Api api;
  char path[4096];
};

namespace yolo4j::cupti {

/// The library's text and status for one of CUPTI's: what failed, and what to do.
///
/// @param what the function of CUPTI that failed
int32_t fail_with(const char* operation, const char* what, Result result) noexcept;

/// What a failure means and what to do about it, "" where there is nothing to say.
const char* advice(Result result) noexcept;

/// Calls a function of CUPTI and gives our status for its result.
#define YOLO4J_CUPTI_CALL(operation, opened, function, params) \
  yolo4j::cupti::checked(operation, #function, (opened)->api.function(params))

inline int32_t checked(const char* operation, const char* what, Result result) noexcept {
  return result == kOk ? YOLO4J_OK : fail_with(operation, what, result);
}

/// What counts are planned and evaluated with: CUPTI's knowledge of one chip.
class Host {
 public:
  Host() = default;
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// @param availability what the device lets us count; null: all that the chip has
  int32_t open(const char* operation, const yolo4j_cupti* cupti, const char* chip,
               const uint8_t* availability) noexcept;

  HostObject* object() const noexcept { return object_; }

 private:
  const yolo4j_cupti* cupti_ = nullptr;
  HostObject* object_ = nullptr;
};

/// A block of bytes that CUPTI fills.
class Image {
 public:
  Image() = default;
  ~Image() { delete[] bytes_; }
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  int32_t resize(const char* operation, std::size_t size) noexcept;
  uint8_t* bytes() const noexcept { return bytes_; }
  std::size_t size() const noexcept { return size_; }

 private:
  uint8_t* bytes_ = nullptr;
  std::size_t size_ = 0;
};

/// Lets an opened host count metrics, and gives the plan of how.
int32_t configure(const char* operation, const yolo4j_cupti* cupti, const Host& host,
                  const char* const* metrics, int64_t count, Image* config) noexcept;

/// What the device of the current context lets us count. Fails without the right to count.
int32_t availability(const char* operation, const yolo4j_cupti* cupti, cuda::DriverContext* context,
                     Image* image) noexcept;

/// Fails where counting isn't possible on the device, whose context is current, and says why.
int32_t check_ready(const char* operation, const yolo4j_cupti* cupti, int32_t device) noexcept;

/// The device's chip, in CUPTI's own storage.
int32_t chip_of(const char* operation, const yolo4j_cupti* cupti, int32_t device,
                const char** chip) noexcept;

int32_t check_metrics(const char* operation, const char* const* metrics, int64_t count) noexcept;

/// Copies a name, cut to what the caller has room for.
int32_t copy_name(const char* operation, const char* from, char* to, int64_t capacity) noexcept;

}  // namespace yolo4j::cupti
