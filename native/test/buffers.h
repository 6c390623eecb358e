// Buffers that notice a stray write, and numbers that look random; for the tests of kernels.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace test_buffers {

inline float to_float(uint16_t half) {
  uint32_t bits = static_cast<uint32_t>(half) << 16;
  float wide;
  std::memcpy(&wide, &bits, sizeof wide);
  return wide;
}

inline uint16_t to_bf16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return std::isnan(value) ? UINT16_C(0x7fc0)
                           : static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// Bytes between canaries, all of them NaN in float32 and in bfloat16 at first.
class Buffer {
 public:
  /// @param element 0 for float32, 1 for bfloat16, as in the families' tables
  Buffer(int32_t element, int64_t count)
      : size_(element == 0 ? 4 : 2),
        bytes_(static_cast<std::size_t>(count * size_ + 2 * kGuard), 0xff) {}

  void* data() { return bytes_.data() + kGuard; }
  float* floats() { return static_cast<float*>(data()); }

  float get(int64_t i) {
    if (size_ == 4) {
      return floats()[i];
    }
    return to_float(static_cast<uint16_t*>(data())[i]);
  }

  /// Stores the nearest value of the type and returns it.
  float set(int64_t i, float value) {
    if (size_ == 4) {
      return floats()[i] = value;
    }
    return to_float(static_cast<uint16_t*>(data())[i] = to_bf16(value));
  }

  bool guards_intact() const {
    for (std::size_t i = 0; i < kGuard; i++) {
      if (bytes_[i] != 0xff || bytes_[bytes_.size() - 1 - i] != 0xff) {
        return false;
      }
    }
    return true;
  }

  const std::vector<unsigned char>& bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kGuard = 64;
  int64_t size_;
  std::vector<unsigned char> bytes_;
};

/// Numbers from −1 to 1 that look random, the same every time.
class Noise {
 public:
  explicit Noise(uint32_t seed) : state_(seed) {}
  float next() {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<float>(state_ >> 8) / 8388608.0f - 1;
  }

 private:
  uint32_t state_;
};

}  // namespace test_buffers
