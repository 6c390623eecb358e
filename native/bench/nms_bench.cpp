// From logits to kept boxes, against the Java version's algorithm in C++ and against a plain sort
// with boxes offset by class, on the same candidates in one run: nms_bench [<repeats>]. CPU time of
// this process, medians; the versions take turns. Fails where results differ from the Java
// version's.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "baselines.h"
#include "yolo4j.h"

namespace {

using bench::Candidates;
using bench::Level;
using bench::Options;

int failures = 0;

void expect(bool right, const char* what) {
  if (!right) {
    failures++;
    std::fprintf(stderr, "%s must hold: %s\n", what, yolo4j_last_error());
  }
}

/// Milliseconds of this process.
template <typename Body>
double time_of(const Body& body) {
  std::clock_t start = std::clock();
  body();
  return 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// A picture of 640 pixels: 25,200 cells on three levels.
std::vector<Level> head(int64_t classes, float objectness, float class_logit) {
  std::vector<Level> levels = {{80, 80, classes, 8, {10, 13, 16, 30, 33, 23}, {}},
                               {40, 40, classes, 16, {30, 61, 62, 45, 59, 119}, {}},
                               {20, 20, classes, 32, {116, 90, 156, 198, 373, 326}, {}}};
  std::mt19937 random(7);
  std::normal_distribution<float> normal(0, 1);
  for (Level& level : levels) {
    int64_t outputs = classes + 5;
    level.logits.resize(static_cast<std::size_t>(3 * level.height * level.width * outputs));
    for (std::size_t i = 0; i < level.logits.size(); i++) {
      std::size_t k = i % static_cast<std::size_t>(outputs);
      level.logits[i] = normal(random) + (k == 4 ? objectness : k > 4 ? class_logit : 0);
      // A few objects.
      level.logits[i] += i % (static_cast<std::size_t>(outputs) * 97) == 4 ? 6 : 0;
    }
  }
  return levels;
}

/// Boxes around a few places, as a network gives them: one overlaps the other, few are kept.
Candidates clusters(int64_t count, int64_t places, int32_t classes) {
  std::mt19937 random(9);
  std::uniform_real_distribution<float> unit(0, 1);
  std::normal_distribution<float> jitter(0, 2);
  std::vector<float> centres(static_cast<std::size_t>(2 * places));
  for (float& centre : centres) {
    centre = 640 * unit(random);
  }
  Candidates candidates;
  for (int64_t i = 0; i < count; i++) {
    std::size_t place = random() % static_cast<std::size_t>(places);
    float x = centres[2 * place] + jitter(random);
    float y = centres[2 * place + 1] + jitter(random);
    for (float corner : {x - 40, y - 40, x + 40, y + 40}) {
      candidates.boxes.push_back(corner + jitter(random));
    }
    candidates.scores.push_back(0.001f + 0.9f * unit(random) * unit(random) * unit(random));
    candidates.class_ids.push_back(static_cast<int32_t>(place) % classes);
  }
  return candidates;
}

yolo4j_decode parameters(const Level& level, float confidence) {
  yolo4j_decode p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.multi_label = 1;
  p.anchors = 3;
  p.classes = level.classes;
  p.height = level.height;
  p.width = level.width;
  p.output_stride = 1;
  p.column_stride = level.classes + 5;
  p.row_stride = level.width * p.column_stride;
  p.anchor_stride = level.height * p.row_stride;
  p.confidence = confidence;
  p.stride = level.stride;
  std::copy(level.anchors, level.anchors + 6, p.anchor_sizes);
  return p;
}

/// Room is there before the clock runs, as a caller that decodes many pictures has it.
int64_t decode(const std::vector<Level>& levels, float confidence, Candidates& room) {
  int64_t count = 0;
  yolo4j_decode_buffers b = {};
  b.struct_size = sizeof b;
  b.boxes = room.boxes.data();
  b.scores = room.scores.data();
  b.class_ids = room.class_ids.data();
  b.capacity = room.count();
  b.count = &count;
  for (const Level& level : levels) {
    yolo4j_decode p = parameters(level, confidence);
    b.logits = level.logits.data();
    expect(yolo4j_decode_level(&p, &b) == YOLO4J_OK, "decode");
  }
  return count;
}

Candidates bench_decode(const char* name, const std::vector<Level>& levels, float confidence,
                        int repeats) {
  Candidates expected;
  for (const Level& level : levels) {
    bench::java_decode(level, confidence, expected);
  }
  Candidates room = expected;
  std::fill(room.scores.begin(), room.scores.end(), -1.0f);
  std::vector<double> ours, java;
  for (int i = 0; i < repeats; i++) {
    int64_t count = 0;
    ours.push_back(time_of([&] { count = decode(levels, confidence, room); }));
    java.push_back(time_of([&] {
      expected.boxes.clear();
      expected.scores.clear();
      expected.class_ids.clear();
      for (const Level& level : levels) {
        bench::java_decode(level, confidence, expected);
      }
    }));
    expect(count == expected.count() && room.boxes == expected.boxes &&
               room.scores == expected.scores && room.class_ids == expected.class_ids,
           "the decoded candidates are the Java version's");
  }
  std::printf("| decode, %-34s | %7lld | %6s | %8.3f | %8.3f | %8s | %6.1f | %6s |\n", name,
              static_cast<long long>(room.count()), "", median(ours), median(java), "",
              median(java) / median(ours), "");
  return room;
}

/// Parameters and memory of a suppression.
struct Suppression {
  Suppression(const Candidates& candidates, const Options& options)
      : kept(static_cast<std::size_t>(options.most_kept)) {
    p.struct_size = sizeof p;
    p.count = candidates.count();
    p.most_candidates = options.most_candidates;
    p.most_kept = options.most_kept;
    p.iou_threshold = options.threshold;
    int64_t bytes = 0;
    expect(yolo4j_nms_workspace(&p, &bytes) == YOLO4J_OK, "workspace");
    workspace.resize(static_cast<std::size_t>(bytes / 8 + 1));
    b.struct_size = sizeof b;
    b.boxes = candidates.boxes.data();
    b.scores = candidates.scores.data();
    b.class_ids = candidates.class_ids.data();
    b.kept_count = &kept_count;
    b.workspace = workspace.data();
    b.workspace_bytes = bytes;
  }

  std::vector<int32_t> run() {
    kept.resize(static_cast<std::size_t>(p.most_kept));
    b.kept = kept.data();
    expect(yolo4j_nms_run(&p, &b) == YOLO4J_OK, "suppression");
    kept.resize(static_cast<std::size_t>(kept_count));
    return kept;
  }

  yolo4j_nms p = {};
  yolo4j_nms_buffers b = {};
  std::vector<int32_t> kept;
  std::vector<double> workspace;
  int64_t kept_count = 0;
};

void bench_nms(const char* name, const Candidates& candidates, const Options& options,
               int repeats) {
  std::vector<double> ours, java, plain;
  std::vector<int32_t> our_kept, java_kept, plain_kept;
  Suppression suppression(candidates, options);
  for (int i = 0; i < repeats; i++) {
    ours.push_back(time_of([&] { our_kept = suppression.run(); }));
    java.push_back(time_of([&] { java_kept = bench::java_algorithm(candidates, options); }));
    plain.push_back(time_of([&] { plain_kept = bench::sort_and_offset(candidates, options); }));
    expect(our_kept == java_kept, "the kept boxes are the Java version's");
  }
  std::printf("| nms, %-37s | %7lld | %6zu | %8.3f | %8.3f | %8.3f | %6.1f | %6.1f |%s\n", name,
              static_cast<long long>(candidates.count()), our_kept.size(), median(ours),
              median(java), median(plain), median(java) / median(ours),
              median(plain) / median(ours),
              plain_kept == our_kept ? "" : " plain keeps others: offsets round");
}

}  // namespace

int main(int arguments, char** values) {
  int repeats = arguments > 1 ? std::atoi(values[1]) : 15;
  int32_t isa = 0;
  if (repeats < 1 || yolo4j_dispatch_isa(&isa) != YOLO4J_OK) {
    std::fprintf(stderr, "repeats must be 1 or more: %s\n", yolo4j_last_error());
    return 2;
  }
  std::printf("%s, %s, median CPU milliseconds of %d\n\n", yolo4j_cpu_name(), yolo4j_isa_name(isa),
              repeats);
  std::printf("| %-42s | %7s | %6s | %8s | %8s | %8s | %6s | %6s |\n", "", "found", "kept",
              "yolo4j", "as Java", "plain", "/ Java", "/plain");
  std::printf("|---|---|---|---|---|---|---|---|\n");
  const Options validation = {0.6, 30000, 300};
  std::vector<Level> random = head(80, -2, -4);
  Candidates many = bench_decode("random, confidence 0.001", random, 0.001f, repeats);
  bench_nms("random, confidence 0.001", many, validation, repeats);
  std::vector<Level> sparse = head(80, -6, -2);
  Candidates few = bench_decode("mostly background, confidence 0.25", sparse, 0.25f, repeats);
  bench_decode("mostly background, confidence 0.001", sparse, 0.001f, repeats);
  bench_nms("mostly background, confidence 0.25", few, {0.45, 30000, 1000}, repeats);
  bench_nms("60 objects, 20 classes", clusters(300000, 60, 20), validation, repeats);
  bench_nms("60 objects, 1 class", clusters(300000, 60, 1), validation, repeats);
  bench_nms("60 objects, 20 classes, few candidates", clusters(3000, 60, 20), validation, repeats);
  bench_nms("random, all 30000 may be kept", many, {0.6, 30000, 30000}, 1);
  return failures > 0 ? 1 : 0;
}
