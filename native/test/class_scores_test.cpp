// Class logits of the anchors that pass: every instruction set that runs here against a plain sum
// in double precision, which anchors are written, threads, and what the functions refuse.
#include "class_scores/class_scores.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "isas.h"

namespace {

using namespace yolo4j::class_scores;
using test_buffers::Buffer;
using test_buffers::Noise;

constexpr int64_t kClasses[] = {1, 2, 6, 17, 80, 81};
constexpr float kNever = -20;

yolo4j_class_scores params(int32_t dtype, int32_t anchors, int64_t pixels, int64_t channels,
                           int64_t classes) {
  yolo4j_class_scores p{};
  p.struct_size = sizeof p;
  p.dtype = dtype;
  p.threads = 1;
  p.anchors = anchors;
  p.pixels = pixels;
  p.channels = channels;
  p.classes = classes;
  p.x_pixel_stride = channels;
  p.least_objectness = 0.25f;
  p.scale = 0.03f;
  p.zero_point = 100;
  return p;
}

/// What all of a run is made of; features in memory without a byte more than the last pixel needs.
class Case {
 public:
  explicit Case(const yolo4j_class_scores& given)
      : p(given),
        boxes(static_cast<std::size_t>(p.pixels * p.anchors * 5), 3),
        weight(static_cast<std::size_t>(p.anchors * p.classes * p.channels)),
        bias(static_cast<std::size_t>(p.anchors * p.classes)),
        y(0, p.pixels * p.anchors * p.classes),
        values_(static_cast<std::size_t>((p.pixels - 1) * p.x_pixel_stride + p.channels)) {
    Noise noise(static_cast<uint32_t>(p.channels * 7 + p.classes));
    for (std::vector<float>* floats : {&weight, &bias}) {
      for (float& v : *floats) {
        v = noise.next();
      }
    }
    for (std::size_t i = 0; i < values_.size(); i++) {
      // Between the channels of one pixel and the next stands what nobody reads.
      const bool gap = static_cast<int64_t>(i) % p.x_pixel_stride >= p.channels;
      set(i, gap ? NAN : 3 * noise.next());
    }
  }

  /// Stores the nearest value of the type.
  void set(std::size_t i, float value) {
    bytes_.resize(values_.size() * static_cast<std::size_t>(yolo4j_dtype_size(p.dtype)));
    if (p.dtype == YOLO4J_DTYPE_F32) {
      std::memcpy(bytes_.data() + 4 * i, &value, sizeof value);
      values_[i] = value;
    } else if (p.dtype == YOLO4J_DTYPE_BF16) {
      const uint16_t half = test_buffers::to_bf16(value);
      std::memcpy(bytes_.data() + 2 * i, &half, sizeof half);
      values_[i] = test_buffers::to_float(half);
    } else {
      const float byte = value / p.scale + static_cast<float>(p.zero_point);
      bytes_[i] = static_cast<uint8_t>(byte > 0 ? byte < 255 ? byte : 255 : 0);
      values_[i] = (static_cast<float>(bytes_[i]) - static_cast<float>(p.zero_point)) * p.scale;
    }
  }

  float& objectness(int64_t pixel, int64_t anchor) {
    return boxes[static_cast<std::size_t>((pixel * p.anchors + anchor) * 5 + 4)];
  }

  void objectness(const std::function<bool(int64_t, int64_t)>& passes) {
    for (int64_t i = 0; i < p.pixels; i++) {
      for (int64_t a = 0; a < p.anchors; a++) {
        objectness(i, a) = passes(i, a) ? 1.0f : (i + a) % 2 == 0 ? kNever : NAN;
      }
    }
  }

  /// Of the library's tables, or those of an instruction set.
  void run(const Scores& scores) {
    std::vector<float> packed(static_cast<std::size_t>(p.anchors * scores.anchor_floats()));
    pack(scores, weight.data(), bias.data(), packed.data());
    std::vector<double> workspace(static_cast<std::size_t>(workspace_bytes(scores) / 8));
    yolo4j::class_scores::run(scores, buffers(packed, workspace));
    CHECK(y.guards_intact());
  }

  yolo4j_class_scores_buffers buffers(const std::vector<float>& packed,
                                      std::vector<double>& workspace) {
    yolo4j_class_scores_buffers b{};
    b.struct_size = sizeof b;
    b.x = bytes_.data();
    b.boxes = boxes.data();
    b.packed = packed.data();
    b.y = y.floats();
    b.workspace = workspace.data();
    b.workspace_bytes = static_cast<int64_t>(workspace.size()) * 8;
    return b;
  }

  float logit(int64_t pixel, int64_t anchor, int64_t k) {
    return y.get((pixel * p.anchors + anchor) * p.classes + k);
  }

  bool written(int64_t pixel, int64_t anchor) {
    bool any = false;
    for (int64_t k = 0; k < p.classes; k++) {
      any = any || !std::isnan(logit(pixel, anchor, k));
    }
    return any;
  }

  /// All logits of an anchor against the sum, whose rounding grows with its terms.
  bool right(int64_t pixel, int64_t anchor) {
    for (int64_t k = 0; k < p.classes; k++) {
      const int64_t row = anchor * p.classes + k;
      double sum = static_cast<double>(bias[static_cast<std::size_t>(row)]);
      double terms = std::fabs(sum);
      for (int64_t c = 0; c < p.channels; c++) {
        const double term =
            static_cast<double>(weight[static_cast<std::size_t>(row * p.channels + c)]) *
            static_cast<double>(values_[static_cast<std::size_t>(pixel * p.x_pixel_stride + c)]);
        sum += term;
        terms += std::fabs(term);
      }
      if (!check::close(static_cast<double>(logit(pixel, anchor, k)), sum, 1e-6, 1e-6 * terms)) {
        std::fprintf(stderr, "pixel %lld, anchor %lld, class %lld: expected %g, got %g\n",
                     static_cast<long long>(pixel), static_cast<long long>(anchor),
                     static_cast<long long>(k), sum, static_cast<double>(logit(pixel, anchor, k)));
        return false;
      }
    }
    return true;
  }

  yolo4j_class_scores p;
  std::vector<float> boxes, weight, bias;
  Buffer y;

 private:
  std::vector<float> values_;
  std::vector<uint8_t> bytes_;
};

Scores of(int32_t isa, const yolo4j_class_scores& p) {
  return Scores{family().exactly(isa), yolo4j::decode::family().exactly(isa),
                yolo4j::maps::family().exactly(isa), p};
}

void check_case(int32_t isa, const char* name, const yolo4j_class_scores& p,
                const std::function<bool(int64_t, int64_t)>& passes) {
  Case one(p);
  one.objectness(passes);
  one.run(of(isa, p));
  for (int64_t i = 0; i < p.pixels; i++) {
    for (int64_t a = 0; a < p.anchors; a++) {
      if (passes(i, a) ? one.right(i, a) : !one.written(i, a)) {
        continue;
      }
      check::failures++;
      std::fprintf(stderr,
                   "%s dtype %d, anchor %lld of %d of pixel %lld of %lld, %lld channels, %lld "
                   "classes: must %sbe written\n",
                   name, p.dtype, static_cast<long long>(a), p.anchors, static_cast<long long>(i),
                   static_cast<long long>(p.pixels), static_cast<long long>(p.channels),
                   static_cast<long long>(p.classes), passes(i, a) ? "" : "not ");
      return;
    }
  }
}

bool all(int64_t, int64_t) { return true; }
bool none(int64_t, int64_t) { return false; }
bool some(int64_t pixel, int64_t anchor) { return (pixel * 5 + anchor * 3) % 7 < 2; }

void every_number_of_channels(int32_t isa, const char* name) {
  for (int64_t channels = 1; channels <= 257; channels++) {
    for (int32_t dtype : {YOLO4J_DTYPE_F32, YOLO4J_DTYPE_BF16, YOLO4J_DTYPE_U8}) {
      yolo4j_class_scores p = params(dtype, static_cast<int32_t>(1 + channels % 4), 11, channels,
                                     kClasses[channels % 6]);
      p.x_pixel_stride += channels % 3;
      check_case(isa, name, p, some);
    }
  }
}

void every_number_of_classes(int32_t isa, const char* name) {
  for (int64_t classes : kClasses) {
    for (int32_t anchors = 1; anchors <= 4; anchors++) {
      for (int32_t dtype : {YOLO4J_DTYPE_F32, YOLO4J_DTYPE_BF16, YOLO4J_DTYPE_U8}) {
        yolo4j_class_scores p = params(dtype, anchors, 45, 23, classes);
        for (int32_t threads : {1, 3}) {
          p.threads = threads;
          check_case(isa, name, p, all);
          check_case(isa, name, p, none);
          check_case(isa, name, p, some);
        }
      }
    }
  }
}

/// Tiles, and what is left of them.
void every_number_of_pairs(int32_t isa, const char* name) {
  for (int64_t pairs = 1; pairs <= 70; pairs++) {
    check_case(isa, name, params(YOLO4J_DTYPE_F32, 1, pairs, 9, 33), all);
  }
}

/// A pair's logits are the same bits whoever computes them beside which others.
void neighbours_do_not_matter(int32_t isa, const char* name) {
  yolo4j_class_scores p = params(YOLO4J_DTYPE_F32, 3, 400, 130, 80);
  p.threads = 3;
  Case whole(p);
  whole.objectness(all);
  whole.run(of(isa, p));
  p.threads = 1;
  Case part(p);
  part.objectness(some);
  part.run(of(isa, p));
  for (int64_t i = 0; i < p.pixels; i++) {
    for (int64_t a = 0; a < p.anchors; a++) {
      const int64_t at = (i * p.anchors + a) * p.classes;
      if (some(i, a) && std::memcmp(whole.y.floats() + at, part.y.floats() + at, 80 * 4) != 0) {
        check::failures++;
        std::fprintf(stderr, "%s: pixel %lld, anchor %lld differs with others\n", name,
                     static_cast<long long>(i), static_cast<long long>(a));
        return;
      }
    }
  }
}

/// Logits next to the threshold's: what decoding lets pass is there.
void whatever_decoding_reads_is_there(int32_t isa, const char*) {
  for (float least : {0.0f, 1e-30f, 0.001f, 0.25f, 0.6f, 0.9999f, 1.0f}) {
    yolo4j_class_scores p = params(YOLO4J_DTYPE_F32, 1, 41, 2, 3);
    p.least_objectness = least;
    Case one(p);
    const double wanted = static_cast<double>(least);
    float logit = least >= 1 ? 17 : static_cast<float>(std::log(wanted / (1 - wanted)));
    logit = std::isinf(logit) ? -80 : logit;
    for (int64_t i = 0; i < 41; i++) {
      one.objectness(i, 0) = i == 40 ? INFINITY : logit + static_cast<float>(i - 20) * 1e-7f;
    }
    one.run(of(isa, p));
    for (int64_t i = 0; i < 41; i++) {
      const double x = static_cast<double>(one.objectness(i, 0));
      const float probability = static_cast<float>(1 / (1 + std::exp(-x)));
      CHECK(!(probability > least) || one.right(i, 0));
    }
  }
}

/// Infinite and NaN features give what the sum gives, in their own cell alone.
void infinity_stays_in_its_cell(int32_t isa, const char*) {
  Case one(params(YOLO4J_DTYPE_F32, 1, 9, 5, 20));
  one.objectness(all);
  one.set(3 * 5 + 1, INFINITY);
  one.set(4 * 5 + 2, NAN);
  one.run(of(isa, one.p));
  for (int64_t i = 0; i < 9; i++) {
    CHECK(i == 4 ? !one.written(i, 0) : one.right(i, 0));
  }
}

struct Call {
  Call()
      : one(params(YOLO4J_DTYPE_F32, 2, 12, 7, 5)),
        packed(2 * 8 * 16),
        workspace(static_cast<std::size_t>(2000)),
        buffers(one.buffers(packed, workspace)) {
    one.objectness(some);
  }

  Case one;
  std::vector<float> packed;
  std::vector<double> workspace;
  yolo4j_class_scores_buffers buffers;
};

/// Refused with this text, and nothing was written.
template <typename Change>
void refused(int32_t status, const char* text, const Change& change) {
  Call call;
  change(call);
  CHECK_EQUAL(yolo4j_class_scores_run(&call.one.p, &call.buffers), status);
  CHECK_TEXT(yolo4j_last_error(), (std::string("yolo4j_class_scores_run: ") + text).c_str());
  for (unsigned char byte : call.one.y.bytes()) {
    CHECK(byte == 0xff);
  }
}

#define REFUSED(text, statement) \
  refused(YOLO4J_INVALID_ARGUMENT, text, [](Call& c) { (void)c, statement; })

void wrong_arguments_are_named() {
  refused(YOLO4J_UNSUPPORTED, "dtype must be f32, bf16 or u8, got 2",
          [](Call& c) { c.one.p.dtype = YOLO4J_DTYPE_F16; });
  REFUSED("threads must be at least 1, got 0", c.one.p.threads = 0);
  REFUSED("anchors must be from 1 to 16, got 17", c.one.p.anchors = 17);
  REFUSED(
      "pixels must be from 1 to 2147483647, channels and classes to 2^20, got 2147483648, 7 and 5",
      c.one.p.pixels = INT64_C(1) << 31);
  REFUSED("x_pixel_stride must be from 7 channels to 1048576, got 6", c.one.p.x_pixel_stride = 6);
  REFUSED("least_objectness must be from 0 to 1, got nan", c.one.p.least_objectness = NAN);
  REFUSED("bytes need a finite scale above 0 and a zero point from 0 to 255, got 0.03 and 256",
          (c.one.p.dtype = YOLO4J_DTYPE_U8, c.one.p.zero_point = 256));
  REFUSED("boxes must not be null", c.buffers.boxes = nullptr);
  Call call;
  int64_t bytes = 0;
  CHECK_EQUAL(yolo4j_class_scores_workspace(&call.one.p, &bytes), YOLO4J_OK);
  call.buffers.workspace_bytes = bytes - 1;
  CHECK_EQUAL(yolo4j_class_scores_run(&call.one.p, &call.buffers), YOLO4J_INVALID_ARGUMENT);
  CHECK_CONTAINS(yolo4j_last_error(), "workspace");
  CHECK_EQUAL(yolo4j_class_scores_run(nullptr, &call.buffers), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_class_scores_packed(&call.one.p, nullptr), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(yolo4j_class_scores_pack(&call.one.p, nullptr, nullptr, call.packed.data()),
              YOLO4J_INVALID_ARGUMENT);
}

/// The public functions run the kernels of the wish, or refuse where this CPU can't meet it.
int dispatched() {
  int32_t isa = 0;
  Call call;
  int64_t floats = 0;
  const int32_t status = yolo4j_class_scores_packed(&call.one.p, &floats);
  CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
  if (status != YOLO4J_OK) {
    CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
    return check::result();
  }
  CHECK_EQUAL(floats, call.packed.size());
  CHECK_EQUAL(yolo4j_class_scores_pack(&call.one.p, call.one.weight.data(), call.one.bias.data(),
                                       call.packed.data()),
              YOLO4J_OK);
  CHECK_EQUAL(yolo4j_class_scores_run(&call.one.p, &call.buffers), YOLO4J_OK);
  for (int64_t i = 0; i < 12; i++) {
    for (int64_t a = 0; a < 2; a++) {
      CHECK(some(i, a) ? call.one.right(i, a) : !call.one.written(i, a));
    }
  }
  return check::result();
}

}  // namespace

int main(int arguments, char** values) {
  if (arguments > 1 && !test_isas::is_threads(arguments, values)) {
    return dispatched();
  }
  if (!test_isas::is_threads(arguments, values)) {
    wrong_arguments_are_named();
  }
  test_isas::for_each_isa("class_scores", family(),
                          [&](int32_t isa, const char* name, const Kernels*) {
                            neighbours_do_not_matter(isa, name);
                            if (test_isas::is_threads(arguments, values)) {
                              return;
                            }
                            every_number_of_channels(isa, name);
                            every_number_of_classes(isa, name);
                            every_number_of_pairs(isa, name);
                            whatever_decoding_reads_is_there(isa, name);
                            infinity_stays_in_its_cell(isa, name);
                          });
  return check::result();
}
