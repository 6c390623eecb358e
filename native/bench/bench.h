// What the programs that time kernels share: layers, buffers, medians, the copy ceiling.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "yolo4j.h"

namespace bench {

/// Bytes that no cache holds: buffers are rotated through so many for cold runs.
constexpr int64_t kColdBytes = INT64_C(192) << 20;
constexpr std::size_t kLine = 64;
constexpr int kSamples = 21;
constexpr double kSampleSeconds = 0.004;

/// A depthwise convolution of the mobilenetv3small_yolo5s backbone; `divisor` is the picture's side
/// over the input's. `squeezed` is that of the squeeze and excite behind it, 0 for none.
struct Layer {
  int64_t channels;
  int32_t kernel;
  int32_t stride;
  int64_t divisor;
  int64_t squeezed;
};

constexpr Layer kLayers[] = {{16, 3, 2, 2, 8},     {72, 3, 2, 4, 0},    {88, 3, 1, 8, 0},
                             {96, 5, 2, 8, 24},    {240, 5, 1, 16, 64}, {240, 5, 1, 16, 64},
                             {120, 5, 1, 16, 32},  {144, 5, 1, 16, 40}, {288, 5, 2, 16, 72},
                             {576, 5, 1, 32, 144}, {576, 5, 1, 32, 144}};

inline void check(int32_t status) {
  if (status != YOLO4J_OK) {
    std::fprintf(stderr, "%s\n", yolo4j_last_error());
    std::exit(1);
  }
}

inline float from_bf16(uint16_t half) {
  uint32_t bits = static_cast<uint32_t>(half) << 16;
  float wide;
  std::memcpy(&wide, &bits, sizeof wide);
  return wide;
}

/// Elements of float32 or bfloat16, in as many copies as cold runs take turns with.
class Tensors {
 public:
  Tensors(int32_t dtype, int64_t count, int64_t copies, uint32_t seed, float size = 1)
      : size_(dtype == YOLO4J_DTYPE_F32 ? 4 : 2), step_((count * size_ + 4095) / 4096 * 4096) {
    bytes_.resize(static_cast<std::size_t>(step_ * copies + kLine));
    std::uintptr_t base = reinterpret_cast<std::uintptr_t>(bytes_.data());
    first_ = bytes_.data() + (kLine - base % kLine) % kLine;
    for (int64_t i = 0; i < count; i++) {
      seed = seed * 1664525u + 1013904223u;
      float value = size * (static_cast<float>(seed >> 8) / 8388608.0f - 1);
      uint32_t bits;
      std::memcpy(&bits, &value, sizeof bits);
      uint16_t half = static_cast<uint16_t>(bits >> 16);
      std::memcpy(first_ + i * size_,
                  size_ == 4 ? static_cast<void*>(&value) : static_cast<void*>(&half),
                  static_cast<std::size_t>(size_));
    }
    for (int64_t copy = 1; copy < copies; copy++) {
      std::memcpy(at(copy), at(0), static_cast<std::size_t>(step_));
    }
  }

  void* at(int64_t copy) { return first_ + copy * step_; }
  double value(int64_t i) {
    return static_cast<double>(size_ == 4 ? static_cast<float*>(at(0))[i]
                                          : from_bf16(static_cast<uint16_t*>(at(0))[i]));
  }

 private:
  int64_t size_;
  int64_t step_;
  std::vector<unsigned char> bytes_;
  unsigned char* first_ = nullptr;  // a line of the cache begins here, as LibTorch's memory does
};

/// This thread's time on the CPU where the system tells it: others on a shared machine don't count.
inline double seconds() {
#if defined(CLOCK_THREAD_CPUTIME_ID)
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
#else
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
#endif
}

/// The median over samples of the seconds that body(copy) takes, with copies in turn.
template <typename Body>
double median_seconds(int64_t copies, const Body& body) {
  int64_t turn = 0;
  double start = seconds();
  for (int64_t i = 0; i < 2 * copies && seconds() - start < 0.1; i++) {
    body(turn++ % copies);
  }
  double one = (seconds() - start) / static_cast<double>(turn);
  int64_t runs = static_cast<int64_t>(kSampleSeconds / one) + 1;
  std::vector<double> samples;
  for (int sample = 0; sample < kSamples; sample++) {
    start = seconds();
    for (int64_t run = 0; run < runs; run++) {
      body(turn++ % copies);
    }
    samples.push_back((seconds() - start) / static_cast<double>(runs));
  }
  std::sort(samples.begin(), samples.end());
  return samples[kSamples / 2];
}

/// Reads so many bytes of x and writes so many of y: what no kernel does faster. Copies where it
/// can, and adds up where there is more to read than to write.
inline void move(const void* x, int64_t read, void* y, int64_t written) {
  yolo4j_elementwise p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.activation = YOLO4J_ACTIVATION_NONE;
  p.threads = 1;
  p.count = std::min(read, written) / 4;
  check(yolo4j_activation_forward(&p, x, y));
  uint64_t sum = 0;
  const uint64_t* rest = static_cast<const uint64_t*>(x);
  for (int64_t i = written / 8; i < read / 8; i++) {
    sum += rest[i];
  }
  volatile uint64_t kept = sum;
  (void)kept;
}

/// Which of the two a run is, and how many copies it takes turns with.
inline int64_t copies(bool cold, int64_t bytes) { return cold ? kColdBytes / bytes + 2 : 1; }

/// What is measured: all of the table's columns but the layer.
struct Form {
  int64_t size;  // side of the picture
  int32_t dtype;
  int32_t layout;
  bool cold;
};

/// One layer's result, or a sum of them; `variant` is the time in the second column.
struct Times {
  double plain = 0;  // seconds, like the next two
  double variant = 0;
  double copy = 0;
  double bytes = 0;
  double flops = 0;
  double roof =
      0;  // seconds that no kernel goes below: the copy's, or the multipliers' at their peak

  void add(const Times& other) {
    plain += other.plain;
    variant += other.variant;
    copy += other.copy;
    bytes += other.bytes;
    flops += other.flops;
    roof += other.roof;
  }
};

/// FLOPs a second of the instruction set that kernels are dispatched to, measured once.
inline double peak() {
  static const double measured = [] {
    int32_t isa = 0;
    check(yolo4j_dispatch_isa(&isa));
    double flops = 0;
    check(yolo4j_peak(isa, YOLO4J_DTYPE_F32, 1, 0.1, &flops));
    return flops;
  }();
  return measured;
}

/// The higher of the two roofs for what is measured.
inline double roof_seconds(const Times& t) { return std::max(t.copy, t.flops / peak()); }

/// Prints a row of the table: micros, GB/s, GFLOP/s, and the copy's time and the roof against it.
inline void print(const Form& form, const std::string& layer, const Times& t) {
  std::printf("%4lld %-16s %-4s %s %-4s %9.1f %9.1f %9.1f %7.2f %7.2f %7.2f %5.2f\n",
              static_cast<long long>(form.size), layer.c_str(), yolo4j_dtype_name(form.dtype),
              form.layout == YOLO4J_LAYOUT_NHWC ? "nhwc" : "nchw", form.cold ? "cold" : "hot",
              t.plain * 1e6, t.variant * 1e6, t.copy * 1e6, t.bytes / t.plain / 1e9,
              t.flops / t.plain / 1e9, t.copy / t.plain, t.roof / t.plain);
  std::fflush(stdout);
}

/// measure(layer, form) gives the Times of a layer and prints its row; this sums them up.
template <typename Measure>
void measure_all(int64_t size, bool squeezed_only, const Measure& measure) {
  for (int32_t dtype : {YOLO4J_DTYPE_F32, YOLO4J_DTYPE_BF16}) {
    for (int32_t layout : {YOLO4J_LAYOUT_NHWC, YOLO4J_LAYOUT_NCHW}) {
      for (bool cold : {false, true}) {
        Form form{size, dtype, layout, cold};
        Times all;
        for (const Layer& layer : kLayers) {
          if (!squeezed_only || layer.squeezed > 0) {
            all.add(measure(layer, form));
          }
        }
        print(form, "all", all);
      }
    }
  }
}

/// A whole program; its arguments are sizes, 640 and 224 if there are none.
template <typename Measure>
int table(int arguments, char** values, const char* variant, bool squeezed_only,
          const Measure& measure) {
  int32_t isa = 0;
  check(yolo4j_dispatch_isa(&isa));
  std::printf("# %s, %s, 1 thread, medians of %d, multiply-add peak %.1f GF/s\n", yolo4j_cpu_name(),
              yolo4j_isa_name(isa), kSamples, peak() / 1e9);
  std::printf(
      "size layer            type form buff        us %9s   copy us    GB/s    GF/s copy/it  "
      "roof\n",
      variant);
  for (int i = 1; i < arguments; i++) {
    measure_all(std::atoll(values[i]), squeezed_only, measure);
  }
  if (arguments == 1) {
    measure_all(640, squeezed_only, measure);
    measure_all(224, squeezed_only, measure);
  }
  return 0;
}

}  // namespace bench
