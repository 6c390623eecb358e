// Head to candidates: every instruction set that runs here, both types, every layout, bit for bit
// against the formulas without the comparisons that save work; and what the function refuses.
#include "decode/decode.h"

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "decode/level.h"
#include "decode_reference.h"
#include "isas.h"

namespace {

using namespace yolo4j::decode;
using namespace decode_reference;
using test_buffers::Buffer;

/// Room for candidates between canaries, all NaN and -1 at first.
struct Room {
  Room(int64_t room, bool with_keys)
      : capacity(room), boxes(0, 4 * room), scores(0, room), class_ids(0, room), keys(0, room) {
    buffers.struct_size = sizeof buffers;
    buffers.boxes = boxes.floats();
    buffers.scores = scores.floats();
    buffers.class_ids = static_cast<int32_t*>(class_ids.data());
    buffers.keys = with_keys ? static_cast<int32_t*>(keys.data()) : nullptr;
    buffers.capacity = room;
    buffers.count = &count;
  }

  bool holds(int64_t i, const Candidate& c) {
    return std::memcmp(boxes.floats() + 4 * i, c.box, sizeof c.box) == 0 &&
           std::memcmp(scores.floats() + i, &c.score, sizeof c.score) == 0 &&
           integer(class_ids, i) == c.class_id &&
           integer(keys, i) == (buffers.keys == nullptr ? -1 : c.key);
  }
  bool untouched(int64_t i) {
    return std::isnan(boxes.get(4 * i)) && std::isnan(boxes.get(4 * i + 3)) &&
           std::isnan(scores.get(i)) && integer(class_ids, i) == -1 && integer(keys, i) == -1;
  }
  static int32_t integer(Buffer& from, int64_t i) { return static_cast<int32_t*>(from.data())[i]; }

  /// The candidates stand behind `before` others, as far as there is room, and nothing else does.
  bool holds_all(int64_t before, const std::vector<Candidate>& candidates) {
    int64_t size = static_cast<int64_t>(candidates.size());
    bool right = count == before + size;
    for (int64_t i = 0; i < capacity && right; i++) {
      bool here = i >= before && i < before + size;
      right = here ? holds(i, candidates[static_cast<std::size_t>(i - before)]) : untouched(i);
    }
    for (const Buffer* buffer : {&boxes, &scores, &class_ids, &keys}) {
      right = right && buffer->guards_intact();
    }
    return right;
  }

  yolo4j_decode_buffers buffers = {};
  int64_t capacity;
  int64_t count = 0;
  Buffer boxes, scores, class_ids, keys;
};

std::string text(const char* isa, const yolo4j_decode& p) {
  char text[200];
  std::snprintf(text, sizeof text,
                "%s dtype %d [%d,%lld,%lld,%lld] strides %lld,%lld,%lld,%lld confidence %g label "
                "%d",
                isa, p.dtype, p.anchors, static_cast<long long>(p.height),
                static_cast<long long>(p.width), static_cast<long long>(p.classes),
                static_cast<long long>(p.anchor_stride), static_cast<long long>(p.row_stride),
                static_cast<long long>(p.column_stride), static_cast<long long>(p.output_stride),
                static_cast<double>(p.confidence), p.multi_label);
  return text;
}

struct Fit {
  int64_t before;  // candidates that stand there
  int64_t spare;   // places after the last one; below 0 where not all fit
};

void check_level(const char* isa, const Kernels* kernels, const yolo4j_decode& p,
                 const uint8_t* keep, const Fit& fit) {
  Logits logits(p, static_cast<uint32_t>(p.classes * 31 + p.width));
  std::vector<Candidate> candidates = expected(p, logits, keep);
  int64_t room = fit.before + static_cast<int64_t>(candidates.size()) + fit.spare;
  Room to(room < 0 ? 0 : room, fit.before % 2 == 0);
  to.buffers.logits = logits.data();
  to.buffers.keep = keep;
  to.count = fit.before;
  Level checked = {kernels, p.dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16,
                   p.multi_label == 1 && p.classes > 1, p};
  to.count = decode(checked, to.buffers);
  if (!to.holds_all(fit.before, candidates)) {
    check::failures++;
    std::fprintf(stderr, "%s: %zu candidates expected, %lld found, or others\n",
                 text(isa, p).c_str(), candidates.size(),
                 static_cast<long long>(to.count - fit.before));
  }
}

void every_level_matches(const char* isa, const Kernels* kernels) {
  for (const Shape& shape : {Shape{1, 1, 1, 1}, Shape{3, 3, 5, 2}, Shape{2, 4, 8, 17},
                             Shape{3, 2, 23, 80}, Shape{1, 1, 33, 3}}) {
    std::vector<uint8_t> keep(static_cast<std::size_t>(shape.classes));
    for (std::size_t i = 0; i < keep.size(); i++) {
      keep[i] = i % 3 == 1 ? 255 : 0;
    }
    for (int layout = 0; layout < kLayouts; layout++) {
      for (int32_t dtype : {YOLO4J_DTYPE_F32, YOLO4J_DTYPE_BF16}) {
        for (float confidence : {0.0f, 0.001f, 0.25f, 0.9999f, 1.0f}) {
          yolo4j_decode p = level(shape, static_cast<Layout>(layout), dtype, confidence);
          for (int32_t multi_label : {0, 1}) {
            p.multi_label = multi_label;
            check_level(isa, kernels, p, nullptr, Fit{0, 3});
            check_level(isa, kernels, p, keep.data(), Fit{5, 0});
          }
        }
      }
    }
  }
}

/// Classes with a place of their own give the same candidates; those of cells whose objectness
/// doesn't pass aren't read, NaN as they are here.
void classes_may_stand_apart(const char* isa, const Kernels* kernels) {
  for (int32_t dtype : {YOLO4J_DTYPE_F32, YOLO4J_DTYPE_BF16}) {
    for (float confidence : {0.0f, 0.25f}) {
      yolo4j_decode p = level(Shape{3, 4, 9, 19}, kHead, dtype, confidence);
      Logits logits(p, 77);
      std::vector<Candidate> candidates = expected(p, logits, nullptr);
      p.class_anchor_stride = 19;
      p.class_row_stride = 9 * 3 * 21;
      p.class_column_stride = 3 * 21;
      p.class_output_stride = 1;
      Buffer classes(dtype == YOLO4J_DTYPE_F32 ? 0 : 1, 4 * 9 * 3 * 21);
      Buffer boxes(dtype == YOLO4J_DTYPE_F32 ? 0 : 1, 4 * 9 * 3 * 5);
      for (int64_t cell = 0; cell < 4 * 9 * 3; cell++) {
        const int64_t at[] = {cell % 3, cell / 27, cell / 3 % 9};
        for (int64_t k = 0; k < 5; k++) {
          boxes.set(cell * 5 + k, logits.at(at[0], at[1], at[2], k));
        }
        if (sigmoid(logits.at(at[0], at[1], at[2], 4)) > confidence) {
          for (int64_t k = 0; k < 19; k++) {
            classes.set(at[0] * 19 + at[1] * 9 * 3 * 21 + at[2] * 3 * 21 + k,
                        logits.at(at[0], at[1], at[2], 5 + k));
          }
        }
      }
      p.anchor_stride = 5;
      p.row_stride = 9 * 3 * 5;
      p.column_stride = 3 * 5;
      Room to(static_cast<int64_t>(candidates.size()) + 2, true);
      to.buffers.logits = boxes.data();
      to.buffers.class_logits = classes.data();
      to.count =
          decode(Level{kernels, dtype == YOLO4J_DTYPE_F32 ? kF32 : kBf16, false, p}, to.buffers);
      if (candidates.size() < 5 || !to.holds_all(0, candidates)) {
        check::failures++;
        std::fprintf(stderr,
                     "%s: %zu candidates expected of classes apart, %lld found, or others\n", isa,
                     candidates.size(), static_cast<long long>(to.count));
      }
    }
  }
}

/// More cells, and more classes, than are compared at a time.
void long_rows_match(const char* isa, const Kernels* kernels) {
  for (int layout = 0; layout < kLayouts; layout++) {
    yolo4j_decode p =
        level(Shape{2, 40, 52, 2}, static_cast<Layout>(layout), YOLO4J_DTYPE_F32, 0.25f);
    check_level(isa, kernels, p, nullptr, Fit{0, 0});
    p = level(Shape{1, 2, 3, 2100}, static_cast<Layout>(layout), YOLO4J_DTYPE_BF16, 0.001f);
    p.multi_label = 1;
    check_level(isa, kernels, p, nullptr, Fit{0, 0});
  }
}

void what_does_not_fit_is_counted(const char* isa, const Kernels* kernels) {
  yolo4j_decode p = level(Shape{3, 4, 6, 5}, kHead, YOLO4J_DTYPE_F32, 0.25f);
  p.multi_label = 1;
  for (int64_t spare : {-1, -20, -100000}) {
    check_level(isa, kernels, p, nullptr, Fit{0, spare});
    check_level(isa, kernels, p, nullptr, Fit{4, spare});
  }
}

/// Probabilities of 1 have different logits; the first class has the score.
void equal_scores_keep_the_lower_class(const char* isa, const Kernels* kernels) {
  yolo4j_decode p = level(Shape{1, 1, 1, 4}, kHead, YOLO4J_DTYPE_F32, 0.5f);
  const float logits[] = {0, 0, 0, 0, 40, 1, 30, 50, 40};
  Room room(1, true);
  room.buffers.logits = logits;
  CHECK_EQUAL(decode(Level{kernels, kF32, false, p}, room.buffers), 1);
  if (room.buffers.class_ids[0] != 1) {
    check::failures++;
    std::fprintf(stderr, "%s: class 1 comes first, got %d\n", isa, room.buffers.class_ids[0]);
  }
  // Ever so little more is more.
  const float close[] = {0, 0, 0, 0, 40, 1, 1.00001f, -1, 1};
  room.buffers.logits = close;
  CHECK_EQUAL(decode(Level{kernels, kF32, false, p}, room.buffers), 1);
  CHECK_EQUAL(room.buffers.class_ids[0], 1);
  // The best class was chosen before it is dropped.
  const uint8_t keep[] = {1, 0, 1, 1};
  room.buffers.keep = keep;
  CHECK_EQUAL(decode(Level{kernels, kF32, false, p}, room.buffers), 0);
}

struct Call {
  Call()
      : p(level(Shape{2, 3, 4, 3}, kHead, YOLO4J_DTYPE_F32, 0.25f)), logits(p, 5), room(200, true) {
    room.buffers.logits = logits.data();
  }

  int32_t run() { return yolo4j_decode_level(&p, &room.buffers); }

  yolo4j_decode p;
  Logits logits;
  Room room;
};

/// A caller that was compiled before there were class logits.
void older_callers_keep_working() {
  Call call;
  std::vector<Candidate> candidates = expected(call.p, call.logits, nullptr);
  call.p.struct_size = 216;
  call.room.buffers.struct_size = 72;
  call.room.buffers.class_logits = &call;  // not theirs
  CHECK_EQUAL(call.run(), YOLO4J_OK);
  CHECK(call.room.holds_all(0, candidates));
}

/// Refused with this text, and nothing was written.
template <typename Change>
void refused(int32_t status, const char* text, const Change& change) {
  Call call;
  change(call.p, call.room);
  int64_t count = call.room.count;
  CHECK_EQUAL(call.run(), status);
  CHECK_TEXT(yolo4j_last_error(), text);
  CHECK_EQUAL(call.room.count, count);
  call.room.count = 0;
  CHECK(call.room.holds_all(0, {}));
}

template <typename Change>
void refused(const char* text, const Change& change) {
  refused(YOLO4J_INVALID_ARGUMENT, text, change);
}

#define SET(statement) [](yolo4j_decode& p, Room& room) { (void)p, (void)room, statement; }

void wrong_parameters_are_named() {
  refused(YOLO4J_UNSUPPORTED, "yolo4j_decode_level: dtype must be f32 or bf16, got f16 (2)",
          SET(p.dtype = YOLO4J_DTYPE_F16));
  refused(YOLO4J_UNSUPPORTED, "yolo4j_decode_level: dtype must be f32 or bf16, got none (77)",
          SET(p.dtype = 77));
  refused(
      "yolo4j_decode_level: struct_size must be from 216 to 248, got 4; header and library "
      "differ",
      SET(p.struct_size = 4));
  refused("yolo4j_decode_level: multi_label must be 0 or 1, got 2", SET(p.multi_label = 2));
  refused("yolo4j_decode_level: anchors must be from 1 to 16, got 0", SET(p.anchors = 0));
  refused("yolo4j_decode_level: anchors must be from 1 to 16, got 17", SET(p.anchors = 17));
  refused("yolo4j_decode_level: classes must be from 1 to 2147483647, got 0", SET(p.classes = 0));
  refused(
      "yolo4j_decode_level: height and width must be positive and their product at most 2^27, "
      "got 3 and 0",
      SET(p.width = 0));
  refused(
      "yolo4j_decode_level: height and width must be positive and their product at most 2^27, "
      "got 9223372036854775807 and 4",
      SET(p.height = INT64_MAX));
  const char* strides =
      "yolo4j_decode_level: anchor_stride, row_stride, column_stride and output_stride must be 0 "
      "or more and reach less than 2^57 elements, got 96, 32, 8, ";
  refused((std::string(strides) + "-1").c_str(), SET(p.output_stride = -1));
  refused((std::string(strides) + "9223372036854775807").c_str(), SET(p.output_stride = INT64_MAX));
  refused("yolo4j_decode_level: confidence must be from 0 to 1, got nan", SET(p.confidence = kNan));
  refused("yolo4j_decode_level: confidence must be from 0 to 1, got -0.5",
          SET(p.confidence = -0.5f));
  refused("yolo4j_decode_level: stride must be positive and finite, got 0", SET(p.stride = 0));
  refused("yolo4j_decode_level: anchor_sizes must be positive and finite, got inf at 3",
          SET(p.anchor_sizes[3] = kInf));
}

void wrong_buffers_are_named_and_untouched() {
  refused("yolo4j_decode_level: logits and count must not be null",
          SET(room.buffers.logits = nullptr));
  refused("yolo4j_decode_level: logits and count must not be null",
          SET(room.buffers.count = nullptr));
  const char* nulls =
      "yolo4j_decode_level: boxes, scores and class_ids must not be null where capacity is above "
      "0";
  refused(nulls, SET(room.buffers.boxes = nullptr));
  refused(nulls, SET(room.buffers.scores = nullptr));
  refused(nulls, SET(room.buffers.class_ids = nullptr));
  refused("yolo4j_decode_level: capacity and count must be 0 or more, got -1, 0",
          SET(room.buffers.capacity = -1));
  refused("yolo4j_decode_level: capacity and count must be 0 or more, got 200, -5",
          SET(room.count = -5));
  refused(
      "yolo4j_decode_level: first_key must be 0 or more and at most 2147483576 for the level's "
      "72 keys to be below 2^31, got 2147483577",
      SET(p.first_key = INT64_C(2147483577)));
  refused(
      "yolo4j_decode_level: first_key must be 0 or more and at most 2147483576 for the level's "
      "72 keys to be below 2^31, got -1",
      SET(p.first_key = -1));
  refused(
      "yolo4j_decode_level: struct_size must be from 72 to 80, got 88; header and library "
      "differ",
      SET(room.buffers.struct_size = 88));
  refused(
      "yolo4j_decode_level: class_anchor_stride, class_row_stride, class_column_stride and "
      "class_output_stride must be 0 or more and reach less than 2^57 elements, got 0, 0, -3, 0",
      SET((room.buffers.class_logits = room.buffers.logits, p.class_column_stride = -3)));
  Call call;
  const char* odd = static_cast<const char*>(call.logits.data()) + 2;
  char text[100];
  std::snprintf(text, sizeof text, "yolo4j_decode_level: logits must be aligned to 4 bytes, got %p",
                static_cast<const void*>(odd));
  call.room.buffers.logits = odd;
  CHECK_EQUAL(call.run(), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(), text);
  CHECK_EQUAL(yolo4j_decode_level(&call.p, nullptr), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(), "yolo4j_decode_level: the structure must not be null");
}

/// The public function runs the kernels of the wish, or refuses where this CPU can't meet it.
int dispatched() {
  int32_t isa = 0;
  Call call;
  std::vector<Candidate> candidates = expected(call.p, call.logits, nullptr);
  int64_t size = static_cast<int64_t>(candidates.size());
  int32_t status = call.run();
  CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
  if (status != YOLO4J_OK) {
    CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
    return check::result();
  }
  CHECK(size > 2);
  CHECK(call.room.holds_all(0, candidates));
  // A second level, of which one doesn't fit; a third, of which none does; without any room.
  call.room.buffers.capacity = 2 * size - 1;
  CHECK_EQUAL(call.run(), YOLO4J_OUT_OF_MEMORY);
  std::string text = "yolo4j_decode_level: capacity must be at least " + std::to_string(2 * size) +
                     " for the candidates found, got " + std::to_string(2 * size - 1);
  CHECK_TEXT(yolo4j_last_error(), text.c_str());
  CHECK_EQUAL(call.room.count, 2 * size);
  CHECK(call.room.holds(2 * size - 2, candidates[static_cast<std::size_t>(size - 2)]));
  CHECK(call.room.untouched(2 * size - 1));
  CHECK_EQUAL(call.run(), YOLO4J_OUT_OF_MEMORY);
  CHECK_EQUAL(call.room.count, 3 * size);
  CHECK(call.room.untouched(2 * size - 1));
  call.room.count = 0;
  call.room.buffers.capacity = 0;
  call.room.buffers.boxes = nullptr;
  CHECK_EQUAL(call.run(), YOLO4J_OUT_OF_MEMORY);
  CHECK_EQUAL(call.room.count, size);
  // Keys that aren't wanted aren't checked.
  call.room.buffers.keys = nullptr;
  call.p.first_key = INT64_MAX;
  CHECK_EQUAL(call.run(), YOLO4J_OUT_OF_MEMORY);
  return check::result();
}

}  // namespace

int main(int arguments, char**) {
  if (arguments > 1) {
    return dispatched();
  }
  wrong_parameters_are_named();
  wrong_buffers_are_named_and_untouched();
  older_callers_keep_working();
  test_isas::for_each_isa("decode", family(),
                          [](int32_t, const char* name, const Kernels* kernels) {
                            every_level_matches(name, kernels);
                            long_rows_match(name, kernels);
                            classes_may_stand_apart(name, kernels);
                            what_does_not_fit_is_counted(name, kernels);
                            equal_scores_keep_the_lower_class(name, kernels);
                          });
  return check::result();
}
