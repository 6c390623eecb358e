// Detection head to candidates on the device: those that the definition gives, by their keys.
#include <map>

#include "buffers.h"
#include "cuda/device.h"

namespace {

using namespace cuda_test;
using test_buffers::Noise;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

struct Candidate {
  double box[4];
  double score;
  int64_t class_id;
};

/// One level in one of two orders: outputs last, or outputs before rows.
yolo4j_decode level(int32_t dtype, bool outputs_last, int32_t anchors, int64_t classes,
                    int64_t height, int64_t width) {
  yolo4j_decode p = {};
  p.struct_size = sizeof p;
  p.dtype = dtype;
  p.multi_label = 1;
  p.anchors = anchors;
  p.classes = classes;
  p.height = height;
  p.width = width;
  p.output_stride = outputs_last ? 1 : height * width;
  p.column_stride = outputs_last ? 5 + classes : 1;
  p.row_stride = width * p.column_stride;
  p.anchor_stride = height * width * (5 + classes);
  p.first_key = 1000;
  p.confidence = 0.25f;
  p.stride = 8;
  for (int32_t i = 0; i < 2 * anchors; i++) {
    p.anchor_sizes[i] = static_cast<float>(10 + 3 * i);
  }
  return p;
}

std::string text(const yolo4j_decode& p) {
  return std::string(type_name(p.dtype)) + " multi " + std::to_string(p.multi_label) + " [" +
         std::to_string(p.anchors) + "," + std::to_string(p.height) + "," +
         std::to_string(p.width) + "] classes " + std::to_string(p.classes) + " output stride " +
         std::to_string(p.output_stride);
}

/// Scores come nowhere near the confidence, where rounding would decide.
float clear_logit(Noise& noise) {
  float r = noise.next();
  return r > 0.4f ? 3 + r : r > 0 ? r - 4 : -3 + r;
}

std::map<int64_t, Candidate> expect(const yolo4j_decode& p, Buffer& logits, const uint8_t* keep) {
  std::map<int64_t, Candidate> all;
  for (int64_t cell = 0; cell < p.anchors * p.height * p.width; cell++) {
    int64_t column = cell % p.width;
    int64_t row = cell / p.width % p.height;
    int64_t anchor = cell / p.width / p.height;
    auto value = [&](int64_t k) {
      return sigmoid(logits.get(anchor * p.anchor_stride + row * p.row_stride +
                                column * p.column_stride + k * p.output_stride));
    };
    double x = (2 * value(0) - 0.5 + static_cast<double>(column)) * static_cast<double>(p.stride);
    double y = (2 * value(1) - 0.5 + static_cast<double>(row)) * static_cast<double>(p.stride);
    double w = 4 * value(2) * value(2) * static_cast<double>(p.anchor_sizes[2 * anchor]);
    double h = 4 * value(3) * value(3) * static_cast<double>(p.anchor_sizes[2 * anchor + 1]);
    double confidence = static_cast<double>(p.confidence);
    int64_t best = -1;
    for (int64_t c = 0; c < p.classes; c++) {
      double score = value(4) * value(5 + c);
      if (!(value(4) > confidence && score > confidence)) {
        continue;
      }
      if (p.multi_label == 0) {
        best = best < 0 || score > value(4) * value(5 + best) ? c : best;
      } else if (keep == nullptr || keep[c] != 0) {
        all[p.first_key + cell * p.classes + c] = {
            {x - w / 2, y - h / 2, x + w / 2, y + h / 2}, score, c};
      }
    }
    if (best >= 0 && (keep == nullptr || keep[best] != 0)) {
      all[p.first_key + cell * p.classes + best] = {
          {x - w / 2, y - h / 2, x + w / 2, y + h / 2}, value(4) * value(5 + best), best};
    }
  }
  return all;
}

struct Run {
  Run(const yolo4j_decode& p, int64_t room)
      : logits(p.dtype, p.anchors * p.anchor_stride, Buffer::kInput),
        keep(YOLO4J_DTYPE_U8, p.classes, Buffer::kInput),
        boxes(YOLO4J_DTYPE_F32, 4 * room, Buffer::kOutput),
        scores(YOLO4J_DTYPE_F32, room, Buffer::kOutput),
        class_ids(YOLO4J_DTYPE_I32, room, Buffer::kOutput),
        keys(YOLO4J_DTYPE_I32, room, Buffer::kOutput),
        count(YOLO4J_DTYPE_I64, 1, Buffer::kInput) {
    Noise noise(static_cast<uint32_t>(p.classes + 7 * p.width));
    for (int64_t i = 0; i < logits.count(); i++) {
      logits.set(i, clear_logit(noise));
    }
    logits.upload();
    for (int64_t c = 0; c < p.classes; c++) {
      keep.as<uint8_t>()[c] = c % 3 != 1 ? 1 : 0;
    }
    keep.upload();
    *count.as<int64_t>() = 0;
    count.upload();
    b.struct_size = sizeof b;
    b.logits = logits.device();
    b.boxes = static_cast<float*>(boxes.device());
    b.scores = static_cast<float*>(scores.device());
    b.class_ids = static_cast<int32_t*>(class_ids.device());
    b.keys = static_cast<int32_t*>(keys.device());
    b.capacity = room;
    b.count = static_cast<int64_t*>(count.device());
  }

  void download() {
    for (Buffer* buffer : {&boxes, &scores, &class_ids, &keys, &count}) {
      buffer->download();
    }
    CHECK(boxes.guards_intact() && scores.guards_intact() && class_ids.guards_intact() &&
          keys.guards_intact());
  }

  Buffer logits, keep, boxes, scores, class_ids, keys, count;
  yolo4j_decode_buffers b = {};
};

/// Each key once, with what belongs to it.
void check_candidates(const std::string& problem, Run& run, int64_t from, int64_t to,
                      std::map<int64_t, Candidate> expected) {
  for (int64_t i = from; i < to; i++) {
    auto found = expected.find(run.keys.as<int32_t>()[i]);
    if (found == expected.end()) {
      check::failures++;
      std::fprintf(stderr, "%s: candidate %lld has the key %d, unexpected or twice\n",
                   problem.c_str(), static_cast<long long>(i), run.keys.as<int32_t>()[i]);
      return;
    }
    const Candidate& candidate = found->second;
    CHECK_CLOSE(run.scores.get(i), candidate.score, 2e-6, 0);
    CHECK_EQUAL(run.class_ids.as<int32_t>()[i], candidate.class_id);
    for (int k = 0; k < 4; k++) {
      CHECK_CLOSE(run.boxes.get(4 * i + k), candidate.box[k], 2e-6, 1e-4);
    }
    expected.erase(found);
  }
}

void matches(const yolo4j_decode& p, bool with_keep) {
  std::size_t room = static_cast<std::size_t>(p.anchors * p.height * p.width * p.classes);
  Run run(p, static_cast<int64_t>(room) + 2);
  // Two stand there already.
  *run.count.as<int64_t>() = 2;
  run.count.upload();
  run.b.keep = with_keep ? static_cast<uint8_t*>(run.keep.device()) : nullptr;
  succeeded(text(p), yolo4j_cuda_decode_level(call(), &p, &run.b));
  run.download();
  std::map<int64_t, Candidate> expected =
      expect(p, run.logits, with_keep ? run.keep.as<uint8_t>() : nullptr);
  int64_t count = *run.count.as<int64_t>();
  CHECK_EQUAL(count, 2 + static_cast<int64_t>(expected.size()));
  CHECK(std::isnan(run.scores.get(0)) && std::isnan(run.scores.get(1)));
  if (count <= run.b.capacity) {
    check_candidates(text(p), run, 2, count, expected);
  }
}

/// Those that fit are written, all are counted.
void full_buffers_count_on() {
  yolo4j_decode p = level(YOLO4J_DTYPE_F32, true, 3, 5, 7, 6);
  Run run(p, 4);
  succeeded(text(p), yolo4j_cuda_decode_level(call(), &p, &run.b));
  run.download();
  std::map<int64_t, Candidate> expected = expect(p, run.logits, nullptr);
  CHECK(expected.size() > 4);
  CHECK_EQUAL(*run.count.as<int64_t>(), expected.size());
  check_candidates(text(p), run, 0, 4, expected);
}

void nan_is_no_candidate() {
  yolo4j_decode p = level(YOLO4J_DTYPE_F32, true, 1, 2, 1, 2);
  Run run(p, 8);
  for (int64_t i = 0; i < 14; i++) {
    run.logits.set(i, 5);
  }
  run.logits.set(4, NAN);   // the first cell's objectness
  run.logits.set(12, NAN);  // a class of the second
  run.logits.upload();
  succeeded(text(p), yolo4j_cuda_decode_level(call(), &p, &run.b));
  run.download();
  CHECK_EQUAL(*run.count.as<int64_t>(), 1);
  CHECK_EQUAL(run.class_ids.as<int32_t>()[0], 1);
}

template <typename Field, typename Value>
void refused_with(Field yolo4j_decode::*field, Value value, const char* part) {
  yolo4j_decode p = level(YOLO4J_DTYPE_F32, true, 2, 3, 4, 5);
  Run run(p, 4);
  p.*field = static_cast<Field>(value);
  CHECK_REFUSED(yolo4j_cuda_decode_level(call(), &p, &run.b), YOLO4J_INVALID_ARGUMENT, part);
  CHECK(run.scores.untouched());
}

void wrong_arguments_are_named() {
  using P = yolo4j_decode;
  refused_with(&P::struct_size, 4, "struct_size");
  refused_with(&P::anchors, 17, "anchors must be from 1 to 16, got 17");
  refused_with(&P::multi_label, 2, "multi_label must be 0 or 1");
  refused_with(&P::classes, 0, "classes must be from 1");
  refused_with(&P::height, INT64_MAX, "classes must be from 1");
  refused_with(&P::confidence, -1, "confidence must be from 0 to 1");
  refused_with(&P::confidence, NAN, "confidence must be");
  refused_with(&P::first_key, INT32_MAX, "keys must be below 2^31");
  yolo4j_decode p = level(YOLO4J_DTYPE_F32, true, 2, 3, 4, 5);
  Run run(p, 4);
  yolo4j_decode_buffers b = run.b;
  b.count = nullptr;
  CHECK_REFUSED(yolo4j_cuda_decode_level(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "count must not be null");
  b = run.b;
  b.capacity = -1;
  CHECK_REFUSED(yolo4j_cuda_decode_level(call(), &p, &b), YOLO4J_INVALID_ARGUMENT, "capacity");
  b = run.b;
  b.boxes = reinterpret_cast<float*>(reinterpret_cast<char*>(b.boxes) + 1);
  CHECK_REFUSED(yolo4j_cuda_decode_level(call(), &p, &b), YOLO4J_INVALID_ARGUMENT,
                "boxes must be aligned");
  p.dtype = YOLO4J_DTYPE_I32;
  CHECK_REFUSED(yolo4j_cuda_decode_level(call(), &p, &run.b), YOLO4J_UNSUPPORTED, "got i32");
  CHECK(run.scores.untouched());
}

}  // namespace

int main() {
  memory();
  wrong_arguments_are_named();
  full_buffers_count_on();
  nan_is_no_candidate();
  for (int32_t dtype : kFloatTypes) {
    for (bool outputs_last : {true, false}) {
      for (int64_t classes : {1, 3, 31, 32, 33, 67}) {
        for (int32_t multi : {0, 1}) {
          yolo4j_decode p = level(dtype, outputs_last, 3, classes, 5, 9);
          p.multi_label = multi;
          matches(p, classes % 2 == 0);
        }
      }
    }
  }
  return check::result();
}
