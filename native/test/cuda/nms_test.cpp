// Suppression on the device against the definition, in many random cases with ties.
#include <algorithm>
#include <limits>
#include <memory>

#include "buffers.h"
#include "cuda/device.h"

namespace {

using namespace cuda_test;
using test_buffers::Noise;

/// Candidates on the host.
struct Problem {
  std::vector<float> boxes, scores;
  std::vector<int32_t> class_ids, keys;
};

uint32_t rising_bits(float score) {
  uint32_t bits;
  std::memcpy(&bits, &score, sizeof bits);
  bits = std::isnan(score) ? 0x7fc00000u : bits;
  return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

/// In float32, operation by operation.
float overlap(const float* a, const float* b) {
  float width = std::fmax(std::fmin(a[2], b[2]) - std::fmax(a[0], b[0]), 0.0f);
  float height = std::fmax(std::fmin(a[3], b[3]) - std::fmax(a[1], b[1]), 0.0f);
  float inter = width * height;
  float area_a = (a[2] - a[0]) * (a[3] - a[1]);
  float area_b = (b[2] - b[0]) * (b[3] - b[1]);
  return inter / (area_a + area_b - inter);
}

std::vector<int32_t> expect(const yolo4j_nms& p, const Problem& c, int64_t present,
                            bool with_keys) {
  std::vector<int32_t> order;
  for (int64_t i = 0; i < std::min(present, p.count); i++) {
    order.push_back(static_cast<int32_t>(i));
  }
  std::sort(order.begin(), order.end(), [&](int32_t i, int32_t j) {
    uint32_t a = rising_bits(c.scores[static_cast<std::size_t>(i)]);
    uint32_t b = rising_bits(c.scores[static_cast<std::size_t>(j)]);
    int32_t first = with_keys ? c.keys[static_cast<std::size_t>(i)] : i;
    int32_t second = with_keys ? c.keys[static_cast<std::size_t>(j)] : j;
    return a != b ? a > b : first < second;
  });
  order.resize(std::min(order.size(), static_cast<std::size_t>(p.most_candidates)));
  std::vector<int32_t> kept;
  for (int32_t i : order) {
    if (static_cast<int64_t>(kept.size()) == p.most_kept) {
      break;
    }
    bool suppressed = std::any_of(kept.begin(), kept.end(), [&](int32_t k) {
      bool same = p.agnostic != 0 || c.class_ids[static_cast<std::size_t>(i)] ==
                                         c.class_ids[static_cast<std::size_t>(k)];
      return same && static_cast<double>(overlap(&c.boxes[static_cast<std::size_t>(4 * k)],
                                                 &c.boxes[static_cast<std::size_t>(4 * i)])) >
                         p.iou_threshold;
    });
    if (!suppressed) {
      kept.push_back(i);
    }
  }
  return kept;
}

yolo4j_nms nms(int64_t count) {
  yolo4j_nms p = {};
  p.struct_size = sizeof p;
  p.count = count;
  p.most_candidates = 30000;
  p.most_kept = 300;
  p.iou_threshold = 0.45;
  return p;
}

/// Few different scores, boxes on a grid: ties everywhere, IoUs that meet the threshold exactly.
Problem random_problem(Noise& noise, int64_t count, int spread) {
  Problem c;
  for (int64_t i = 0; i < count; i++) {
    auto whole = [&](int n) {
      return static_cast<int>((noise.next() + 1) / 2 * 0.999f * static_cast<float>(n));
    };
    float x = static_cast<float>(whole(spread));
    float y = static_cast<float>(whole(spread));
    float w = static_cast<float>(whole(4));
    float h = static_cast<float>(whole(4) + 1);
    for (float v : {x, y, x + w, y + h}) {
      c.boxes.push_back(v);
    }
    c.scores.push_back(static_cast<float>(whole(9)) / 8);
    c.class_ids.push_back(whole(3));
    c.keys.push_back(static_cast<int32_t>((i * 7919) % 1000003 - 500000));
  }
  return c;
}

struct Run {
  Run(const yolo4j_nms& problem, const Problem& c, int64_t there)
      : p(problem),
        boxes(YOLO4J_DTYPE_F32, 4 * p.count, Buffer::kInput),
        scores(YOLO4J_DTYPE_F32, p.count, Buffer::kInput),
        class_ids(YOLO4J_DTYPE_I32, p.count, Buffer::kInput),
        keys(YOLO4J_DTYPE_I32, p.count, Buffer::kInput),
        present(YOLO4J_DTYPE_I64, 1, Buffer::kInput),
        kept(YOLO4J_DTYPE_I32, p.most_kept, Buffer::kOutput),
        kept_count(YOLO4J_DTYPE_I64, 1, Buffer::kOutput) {
    std::copy(c.boxes.begin(), c.boxes.end(), boxes.as<float>());
    std::copy(c.scores.begin(), c.scores.end(), scores.as<float>());
    std::copy(c.class_ids.begin(), c.class_ids.end(), class_ids.as<int32_t>());
    std::copy(c.keys.begin(), c.keys.end(), keys.as<int32_t>());
    *present.as<int64_t>() = there;
    for (Buffer* buffer : {&boxes, &scores, &class_ids, &keys, &present}) {
      buffer->upload();
    }
    int64_t bytes = 0;
    succeeded("workspace", yolo4j_cuda_nms_workspace(&p, &bytes));
    CHECK(bytes > 0);
    workspace = std::make_unique<Buffer>(YOLO4J_DTYPE_U8, bytes, Buffer::kOutput);
    b.struct_size = sizeof b;
    b.boxes = static_cast<float*>(boxes.device());
    b.scores = static_cast<float*>(scores.device());
    b.class_ids = static_cast<int32_t*>(class_ids.device());
    b.kept = static_cast<int32_t*>(kept.device());
    b.kept_count = static_cast<int64_t*>(kept_count.device());
    b.workspace = workspace->device();
    b.workspace_bytes = bytes;
  }

  yolo4j_nms p;
  Buffer boxes, scores, class_ids, keys, present, kept, kept_count;
  std::unique_ptr<Buffer> workspace;
  yolo4j_nms_buffers b = {};
};

void matches(const yolo4j_nms& p, const Problem& c, int64_t there, bool with_keys,
             bool with_present) {
  Run run(p, c, there);
  run.b.keys = with_keys ? static_cast<int32_t*>(run.keys.device()) : nullptr;
  run.b.present = with_present ? static_cast<int64_t*>(run.present.device()) : nullptr;
  std::string problem = "count " + std::to_string(p.count) + " there " + std::to_string(there) +
                        " most " + std::to_string(p.most_candidates) + ", " +
                        std::to_string(p.most_kept) + " agnostic " + std::to_string(p.agnostic);
  succeeded(problem, yolo4j_cuda_nms_run(call(), &p, &run.b));
  run.kept.download();
  run.kept_count.download();
  run.workspace->download();
  CHECK(run.kept.guards_intact() && run.kept_count.guards_intact() &&
        run.workspace->guards_intact());
  std::vector<int32_t> expected = expect(p, c, with_present ? there : p.count, with_keys);
  int64_t count = *run.kept_count.as<int64_t>();
  bool same = count == static_cast<int64_t>(expected.size());
  for (int64_t i = 0; same && i < p.most_kept; i++) {
    // What isn't used isn't written.
    int32_t wanted = i < count ? expected[static_cast<std::size_t>(i)] : -1;
    same = run.kept.as<int32_t>()[i] == wanted;
  }
  if (!same) {
    check::failures++;
    std::fprintf(stderr, "%s: kept %lld, expected %zu, or others than expected\n", problem.c_str(),
                 static_cast<long long>(count), expected.size());
  }
}

void random_cases_match() {
  Noise noise(11);
  for (int i = 0; i < 50; i++) {
    int64_t count = i % 10 == 0 ? i / 10 : 1 + static_cast<int64_t>((noise.next() + 1) * 130);
    yolo4j_nms p = nms(count);
    p.agnostic = i % 2;
    p.most_kept = i % 3 == 0 ? 5 : 300;
    p.most_candidates = i % 4 == 0 ? 63 + i % 3 : 30000;
    p.iou_threshold = i % 5 == 0 ? 1.0 / 3 : i % 7 == 0 ? 0 : 0.5;
    Problem c = random_problem(noise, count, i % 2 == 0 ? 6 : 20);
    matches(p, c, count - i % 5, i % 3 != 1, i % 4 != 1);
  }
}

/// More than one block of the sort, more than one word and window; what exists may be less or more
/// than the room.
void large_cases_match() {
  Noise noise(5);
  for (int64_t count : {1023, 1024, 1025}) {
    matches(nms(count), random_problem(noise, count, 60), count, true, true);
  }
  Problem c = random_problem(noise, 2500, 60);
  matches(nms(2500), c, 2500, true, true);
  matches(nms(2500), c, 900, false, true);
  matches(nms(2500), c, 2507, true, true);
  yolo4j_nms p = nms(4700);
  p.most_kept = 4700;
  matches(p, random_problem(noise, 4700, 100), 4700, true, false);
}

void special_numbers_have_their_places() {
  const float inf = std::numeric_limits<float>::infinity();
  Problem c;
  // No two overlap, but the last two have no area and the same place.
  const float scores[] = {0.5f, NAN, -0.0f, 0.0f, inf, -inf, 1e-40f, -NAN, 0.5f, 0.5f};
  for (int i = 0; i < 10; i++) {
    float x = static_cast<float>(10 * (i < 9 ? i : 8));
    float size = i < 8 ? 1 : 0;
    for (float v : {x, 0.0f, x + size, size}) {
      c.boxes.push_back(v);
    }
    c.scores.push_back(scores[i]);
    c.class_ids.push_back(0);
    c.keys.push_back(100 - i);
  }
  matches(nms(10), c, 10, false, false);
  matches(nms(10), c, 10, true, false);
  matches(nms(10), c, 0, true, true);
  matches(nms(10), c, -3, true, true);
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_nms::*field, Value value, const char* part) {
  yolo4j_nms p = nms(8);
  p.*field = static_cast<Field>(value);
  int64_t bytes = -7;
  CHECK_REFUSED(yolo4j_cuda_nms_workspace(&p, &bytes), YOLO4J_INVALID_ARGUMENT, part);
  CHECK_EQUAL(bytes, -7);
}

void wrong_arguments_are_named() {
  using P = yolo4j_nms;
  refused_with(&P::struct_size, 4, "struct_size");
  refused_with(&P::count, -1, "count must be from 0 to 2^29");
  refused_with(&P::count, INT64_MAX, "count must be");
  refused_with(&P::most_kept, -1, "most_kept 0 or more");
  refused_with(&P::iou_threshold, 1.5, "iou_threshold must be from 0 to 1, got 1.5");
  refused_with(&P::iou_threshold, NAN, "iou_threshold must be");
  refused_with(&P::agnostic, 2, "agnostic must be 0 or 1");
  Noise noise(3);
  yolo4j_nms p = nms(8);
  Run run(p, random_problem(noise, 8, 4), 8);
  yolo4j_nms_buffers b = run.b;
  b.scores = nullptr;
  CHECK_REFUSED(yolo4j_cuda_nms_run(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "scores must not be null");
  b = run.b;
  b.class_ids = nullptr;
  CHECK_REFUSED(yolo4j_cuda_nms_run(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "class_ids must not be null unless agnostic is 1");
  b = run.b;
  b.workspace_bytes--;
  CHECK_REFUSED(yolo4j_cuda_nms_run(call(), &p, &b), YOLO4J_INVALID_ARGUMENT, "workspace must be");
  b = run.b;
  b.workspace = static_cast<char*>(b.workspace) + 8;
  CHECK_REFUSED(yolo4j_cuda_nms_run(call(), &p, &b), YOLO4J_INVALID_ARGUMENT, "aligned to 16");
  b = run.b;
  b.struct_size = 8;
  CHECK_REFUSED(yolo4j_cuda_nms_run(call(), &p, &b), YOLO4J_INVALID_ARGUMENT, "struct_size");
  CHECK(run.kept.untouched());
  CHECK(run.kept_count.untouched());
}

}  // namespace

int main() {
  memory();
  wrong_arguments_are_named();
  special_numbers_have_their_places();
  random_cases_match();
  large_cases_match();
  return check::result();
}
