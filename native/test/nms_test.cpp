// Non-maximum suppression: every instruction set that runs here against the definition, with ties,
// special values and every limit; and what the public functions refuse.
#include "nms/nms.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "buffers.h"
#include "check.h"
#include "isas.h"
#include "nms/suppression.h"
#include "nms_cases.h"
#include "nms_reference.h"

namespace {

/// Sanitizers look at memory, for which fewer do; they take ten times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int64_t kCases = 1000;
#else
constexpr int64_t kCases = 10000;
#endif

using namespace yolo4j::nms;
using namespace nms_cases;
using test_buffers::Buffer;

/// The greatest float that isn't above: what the public function passes on.
float below(double threshold) {
  float nearest = static_cast<float>(threshold);
  return static_cast<double>(nearest) > threshold ? std::nextafter(nearest, -kInf) : nearest;
}

Suppression suppression(const Kernels* kernels, const Case& c) {
  int64_t candidates = std::min(c.count(), c.most_candidates);
  return Suppression{
      kernels,           c.agnostic, c.count(), candidates, std::min(candidates, c.most_kept),
      below(c.threshold)};
}

/// The inputs of a case and room for its results, between canaries.
struct Run {
  Run(Case& c, int64_t bytes, int64_t most_kept)
      : kept(0, most_kept), workspace(0, (bytes + 7) / 8 * 2), workspace_bytes(bytes) {
    buffers.struct_size = sizeof buffers;
    buffers.boxes = c.boxes.data();
    buffers.scores = c.scores.data();
    buffers.class_ids = c.agnostic ? nullptr : c.class_ids.data();
    buffers.keys = c.keys.empty() ? nullptr : c.keys.data();
    buffers.present = &present;
    buffers.kept = reinterpret_cast<int32_t*>(kept.data());
    buffers.kept_count = &kept_count;
    buffers.workspace = workspace.data();
    buffers.workspace_bytes = bytes;
    present = c.present;
  }

  /// Exactly these are kept, and nothing else was written.
  void check(const char* what, const std::vector<int32_t>& expected, int64_t most_kept) {
    bool same = kept_count == static_cast<int64_t>(expected.size());
    for (int64_t i = 0; i < most_kept && same; i++) {
      int32_t there = i < kept_count ? expected[static_cast<std::size_t>(i)] : -1;
      same = buffers.kept[i] == there;
    }
    if (!same || !kept.guards_intact() || !workspace.guards_intact()) {
      check::failures++;
      std::fprintf(stderr, "%s: %lld kept instead of %zu, or others\n", what,
                   static_cast<long long>(kept_count), expected.size());
    }
  }

  yolo4j_nms_buffers buffers = {};
  int64_t present = 0;
  int64_t kept_count = -7;
  Buffer kept;
  Buffer workspace;
  int64_t workspace_bytes;
};

void check_case(const char* isa, const Kernels* kernels, Case& c, const std::string& name) {
  Suppression s = suppression(kernels, c);
  Run run(c, Workspace(s, nullptr).bytes, c.most_kept);
  run.kept_count = suppress(s, run.buffers, c.present);
  run.check((std::string(isa) + " " + name).c_str(), nms_reference::kept(c), c.most_kept);
}

void random_cases_match(const char* isa, const Kernels* kernels) {
  for (int64_t seed = 0; seed < kCases; seed++) {
    Dice dice(static_cast<uint64_t>(seed));
    dice.below(2);
    // Mostly small; sometimes so many that bins are counted, and several runs are sorted.
    int64_t count = seed % 100 == 99 ? 2000 + dice.below(4000) : dice.below(seed % 2 ? 120 : 20);
    Case c = some_case(dice, count);
    check_case(isa, kernels, c, "seed " + std::to_string(seed));
  }
}

/// More than may be looked at, where the cut runs through scores that are equal, or nearly so.
void cuts_match(const char* isa, const Kernels* kernels) {
  for (int64_t kind = 0; kind < 6; kind++) {
    Dice dice(static_cast<uint64_t>(100 + kind));
    Case c = some_case(dice, 20000);
    c.present = 20000;
    c.most_candidates = kind % 2 == 0 ? 1500 : 7001;
    c.most_kept = kind < 3 ? 100000 : 50;
    c.keys.clear();
    if (kind >= 2) {
      fill_keys(dice, c);
    }
    for (float& score : c.scores) {
      // All equal; or different in the last bits only, or in the first ones only.
      score = kind < 2   ? 0.5f
              : kind < 4 ? 0.5f + static_cast<float>(dice.below(9)) * 6e-8f
                         : std::ldexp(1.0f, static_cast<int>(-dice.below(7)));
    }
    check_case(isa, kernels, c, "cut " + std::to_string(kind));
  }
}

/// Keys must be all different; if they aren't, the earlier index comes first and nothing breaks.
void equal_keys_fall_back_to_indices(const char* isa, const Kernels* kernels) {
  for (int64_t count : {40, 5000}) {
    Dice dice(5);
    Case c = some_case(dice, count);
    c.present = count;
    c.most_candidates = count / 3;
    c.scores.assign(static_cast<std::size_t>(count), 0.25f);
    c.keys.assign(static_cast<std::size_t>(count), 7);
    check_case(isa, kernels, c, "equal keys, " + std::to_string(count));
  }
}

/// Many kept ones of one class fill many blocks; many classes fill many slots.
void many_kept_match(const char* isa, const Kernels* kernels) {
  for (bool one_class : {true, false}) {
    Dice dice(9);
    Case c;
    c.boxes.resize(4 * 3000);
    for (int64_t i = 0; i < 3000; i++) {
      c.scores.push_back(dice.unit());
      // 2^16 apart: the same lower bits.
      c.class_ids.push_back(one_class ? 3 : static_cast<int32_t>((i % 1500) << 16));
      float* box = &c.boxes[static_cast<std::size_t>(4 * i)];
      some_box(dice, false, false, box);
      if (one_class) {
        box[0] += static_cast<float>(60 * (i % 50));
        box[2] += static_cast<float>(60 * (i % 50));
      }
    }
    c.present = 3000;
    c.most_kept = 3000;
    check_case(isa, kernels, c, one_class ? "one class" : "many classes");
  }
}

/// Quotients that are 1/2 exactly: not greater than 0.5, greater than the double just below.
void the_threshold_is_compared_in_double(const char* isa, const Kernels* kernels) {
  Case c;
  c.boxes = {0, 0, 4, 4, 0, 0, 4, 2, 50, 50, 50, 50, 50, 50, 50, 50};
  c.scores = {0.9f, 0.8f, 0.7f, 0.6f};
  c.class_ids = {1, 1, 1, 1};
  c.present = 4;
  for (double threshold : {0.5, std::nextafter(0.5, 0), std::nextafter(0.5, 1), 0.0, 1.0}) {
    c.threshold = threshold;
    check_case(isa, kernels, c, "threshold " + std::to_string(threshold));
    CHECK_EQUAL(nms_reference::kept(c).size(), threshold >= 0.5 ? 4 : 3);
  }
}

yolo4j_nms valid() {
  yolo4j_nms p = {};
  p.struct_size = sizeof p;
  p.count = 6;
  p.most_candidates = 30000;
  p.most_kept = 300;
  p.iou_threshold = 0.45;
  return p;
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_nms::*field, Value value, const char* text) {
  yolo4j_nms p = valid();
  p.*field = static_cast<Field>(value);
  int64_t bytes = -7;
  CHECK_EQUAL(yolo4j_nms_workspace(&p, &bytes), YOLO4J_INVALID_ARGUMENT);
  CHECK_EQUAL(bytes, -7);
  CHECK_TEXT(yolo4j_last_error(), text);
}

void wrong_parameters_are_named() {
  using P = yolo4j_nms;
  yolo4j_nms p = valid();
  int64_t bytes = 0;
  CHECK_EQUAL(yolo4j_nms_workspace(&p, &bytes), YOLO4J_OK);
  CHECK(bytes > 0);
  p.count = 0;
  CHECK_EQUAL(yolo4j_nms_workspace(&p, &bytes), YOLO4J_OK);
  CHECK(bytes > 0);
  CHECK_EQUAL(yolo4j_nms_workspace(&p, nullptr), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(), "yolo4j_nms_workspace: bytes must not be null");
  CHECK_EQUAL(yolo4j_nms_workspace(nullptr, &bytes), YOLO4J_INVALID_ARGUMENT);
  CHECK_TEXT(yolo4j_last_error(), "yolo4j_nms_workspace: the structure must not be null");
  refused_with(&P::struct_size, 8,
               "yolo4j_nms_workspace: struct_size must be from 40 to 40, got 8; header and library "
               "differ");
  refused_with(&P::agnostic, 2, "yolo4j_nms_workspace: agnostic must be 0 or 1, got 2");
  refused_with(&P::count, -1, "yolo4j_nms_workspace: count must be from 0 to 2147483647, got -1");
  refused_with(&P::count, INT64_MAX,
               "yolo4j_nms_workspace: count must be from 0 to 2147483647, got "
               "9223372036854775807");
  refused_with(&P::most_candidates, 0,
               "yolo4j_nms_workspace: most_candidates and most_kept must be at least 1, got 0 and "
               "300");
  refused_with(&P::most_kept, -3,
               "yolo4j_nms_workspace: most_candidates and most_kept must be at least 1, got 30000 "
               "and -3");
  refused_with(&P::iou_threshold, 1.5,
               "yolo4j_nms_workspace: iou_threshold must be from 0 to 1, got 1.5");
  refused_with(&P::iou_threshold, std::nan(""),
               "yolo4j_nms_workspace: iou_threshold must be from 0 to 1, got nan");
  // The largest numbers don't overflow.
  p = valid();
  p.count = INT32_MAX;
  p.most_candidates = p.most_kept = INT64_MAX;
  CHECK_EQUAL(yolo4j_nms_workspace(&p, &bytes), YOLO4J_OK);
  CHECK(bytes > INT64_C(1) << 36);
}

Case six() {
  Dice dice(3);
  Case c = some_case(dice, 6);
  c.scores = {0.5f, 0.25f, 0.5f, 0.75f, 0.125f, 0.5f};
  c.class_ids = {0, 2, 0, 1, INT32_MAX, 2};
  c.keys.clear();
  c.agnostic = false;
  c.present = 6;
  c.most_candidates = 30000;
  c.most_kept = 300;
  c.threshold = 0.45;
  return c;
}

struct Refusal {
  Refusal() : c(six()), p(valid()), run(c, bytes(p), p.most_kept) {}

  static int64_t bytes(const yolo4j_nms& p) {
    int64_t bytes = 0;
    CHECK_EQUAL(yolo4j_nms_workspace(&p, &bytes), YOLO4J_OK);
    return bytes;
  }

  /// Refused with this text, and nothing was written.
  void expect(const char* text) {
    Buffer kept_before = run.kept;
    Buffer workspace_before = run.workspace;
    CHECK_EQUAL(yolo4j_nms_run(&p, &run.buffers), YOLO4J_INVALID_ARGUMENT);
    CHECK_TEXT(yolo4j_last_error(), text);
    CHECK_EQUAL(run.kept_count, -7);
    CHECK(run.kept.bytes() == kept_before.bytes());
    CHECK(run.workspace.bytes() == workspace_before.bytes());
  }

  Case c;
  yolo4j_nms p;
  Run run;
};

template <typename Change>
void refused_buffers(const char* text, const Change& change) {
  Refusal refusal;
  change(refusal);
  refusal.expect(text);
}

void wrong_buffers_are_named_and_untouched() {
  const char* nulls = "yolo4j_nms_run: boxes, scores, kept and kept_count must not be null";
  refused_buffers(nulls, [](Refusal& r) { r.run.buffers.boxes = nullptr; });
  refused_buffers(nulls, [](Refusal& r) { r.run.buffers.scores = nullptr; });
  refused_buffers(nulls, [](Refusal& r) { r.run.buffers.kept = nullptr; });
  refused_buffers(nulls, [](Refusal& r) { r.run.buffers.kept_count = nullptr; });
  refused_buffers("yolo4j_nms_run: class_ids must not be null where agnostic is 0",
                  [](Refusal& r) { r.run.buffers.class_ids = nullptr; });
  refused_buffers("yolo4j_nms_run: class_ids must be 0 or more, got -4 at 3",
                  [](Refusal& r) { r.c.class_ids[3] = -4; });
  refused_buffers("yolo4j_nms_run: present must be from 0 to count, 6, got 7",
                  [](Refusal& r) { r.run.present = 7; });
  refused_buffers("yolo4j_nms_run: present must be from 0 to count, 6, got -1",
                  [](Refusal& r) { r.run.present = -1; });
  refused_buffers(
      "yolo4j_nms_run: struct_size must be from 80 to 80, got 81; header and library differ",
      [](Refusal& r) { r.run.buffers.struct_size = 81; });
  Refusal r;
  char text[200];
  const char* boxes = reinterpret_cast<const char*>(r.run.buffers.boxes) + 2;
  std::snprintf(text, sizeof text, "yolo4j_nms_run: boxes must be aligned to 4 bytes, got %p",
                static_cast<const void*>(boxes));
  r.run.buffers.boxes = reinterpret_cast<const float*>(boxes);
  r.expect(text);
  r.run.buffers.boxes = r.c.boxes.data();
  long long bytes = r.run.workspace_bytes;
  r.run.buffers.workspace_bytes--;
  std::snprintf(text, sizeof text,
                "yolo4j_nms_run: workspace must be aligned to 8 bytes and have %lld, got %lld at "
                "%p",
                bytes, bytes - 1, r.run.buffers.workspace);
  r.expect(text);
}

/// The public functions run the kernels of the wish, or refuse where this CPU can't meet it.
int dispatched() {
  Case c = six();
  yolo4j_nms p = valid();
  int64_t bytes = 0;
  int32_t isa = 0;
  int32_t status = yolo4j_nms_workspace(&p, &bytes);
  CHECK_EQUAL(status, yolo4j_dispatch_isa(&isa));
  if (status != YOLO4J_OK) {
    CHECK_CONTAINS(yolo4j_last_error(), "YOLO4J_ISA=");
    return check::result();
  }
  for (bool agnostic : {false, true}) {
    for (int64_t present : {6, 4, 0}) {
      c.agnostic = agnostic;
      c.present = present;
      p.agnostic = agnostic ? 1 : 0;
      Run run(c, bytes, c.most_kept);
      run.buffers.present = present == 6 ? nullptr : &run.present;
      CHECK_EQUAL(yolo4j_nms_run(&p, &run.buffers), YOLO4J_OK);
      run.check("dispatched", nms_reference::kept(c), c.most_kept);
    }
  }
  // IoUs of 1/2 exactly; the doubles beside it round to the same float.
  c.boxes = {0, 0, 4, 4, 0, 0, 4, 2, 9, 9, 9, 9, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9};
  c.agnostic = true;
  c.present = 6;
  c.scores = {0.9f, 0.8f, 0.7f, 0.6f, 0.5f, 0.4f};
  p.agnostic = 1;
  for (double threshold : {0.5, std::nextafter(0.5, 0), std::nextafter(0.5, 1)}) {
    c.threshold = p.iou_threshold = threshold;
    Run run(c, bytes, c.most_kept);
    CHECK_EQUAL(yolo4j_nms_run(&p, &run.buffers), YOLO4J_OK);
    run.check("threshold", nms_reference::kept(c), c.most_kept);
    CHECK_EQUAL(run.kept_count, threshold >= 0.5 ? 6 : 5);
  }
  // Nothing to look at needs no buffers.
  p.count = 0;
  Run none(c, bytes, 1);
  none.buffers.boxes = none.buffers.scores = nullptr;
  none.buffers.class_ids = nullptr;
  none.buffers.present = nullptr;
  none.buffers.kept = nullptr;
  CHECK_EQUAL(yolo4j_nms_run(&p, &none.buffers), YOLO4J_OK);
  CHECK_EQUAL(none.kept_count, 0);
  return check::result();
}

}  // namespace

int main(int arguments, char**) {
  if (arguments > 1) {
    return dispatched();
  }
  wrong_parameters_are_named();
  wrong_buffers_are_named_and_untouched();
  test_isas::for_each_isa("nms", family(), [](int32_t, const char* name, const Kernels* kernels) {
    random_cases_match(name, kernels);
    cuts_match(name, kernels);
    equal_keys_fall_back_to_indices(name, kernels);
    many_kept_match(name, kernels);
    the_threshold_is_compared_in_double(name, kernels);
  });
  return check::result();
}
