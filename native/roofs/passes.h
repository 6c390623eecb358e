// Passes over memory in terms of vectors. Included inside the anonymous namespace of each
// instruction set's file.

/// Vectors a round of the loop: as many sums as hide the latency of an addition.
constexpr int64_t kUnrolled = 8;
constexpr int64_t kStep = kUnrolled * kLanes;
static_assert(yolo4j::roofs::kPassFloats % kStep == 0, "arrays are whole rounds");

/// Keeps compilers from making the loop a call of memcpy, which may go around the caches.
inline void keep_loop() {
#if defined(__GNUC__)
  __asm__ volatile("" ::: "memory");
#endif
}

float read(float* x, float*, float*, int64_t count) {
  Vector sum[kUnrolled];
  for (int64_t k = 0; k < kUnrolled; k++) {
    sum[k] = splat(0);
  }
  for (int64_t i = 0; i < count; i += kStep) {
    for (int64_t k = 0; k < kUnrolled; k++) {
      sum[k] = add(sum[k], load(x + i + k * kLanes));
    }
  }
  for (int64_t k = 1; k < kUnrolled; k++) {
    sum[0] = add(sum[0], sum[k]);
  }
  float lanes[kLanes];
  store(lanes, sum[0]);
  float all = 0;
  for (float lane : lanes) {
    all += lane;
  }
  return all;
}

float write(float* x, float*, float*, int64_t count) {
  const Vector value = splat(x[0]);
  for (int64_t i = 0; i < count; i += kStep) {
    for (int64_t k = 0; k < kUnrolled; k++) {
      store(x + i + k * kLanes, value);
    }
    keep_loop();
  }
  return 0;
}

float copy(float* x, float* y, float*, int64_t count) {
  for (int64_t i = 0; i < count; i += kStep) {
    Vector v[kUnrolled];
    for (int64_t k = 0; k < kUnrolled; k++) {
      v[k] = load(x + i + k * kLanes);
    }
    for (int64_t k = 0; k < kUnrolled; k++) {
      store(y + i + k * kLanes, v[k]);
    }
    keep_loop();
  }
  return 0;
}

/// In place, as activations run: a line is written where it was just read. The sign is turned, so
/// that any number of passes leaves ordinary numbers.
float update(float* x, float*, float*, int64_t count) {
  const Vector minus = splat(-1);
  const Vector nothing = splat(0);
  for (int64_t i = 0; i < count; i += kStep) {
    for (int64_t k = 0; k < kUnrolled; k++) {
      store(x + i + k * kLanes, fma(load(x + i + k * kLanes), minus, nothing));
    }
    keep_loop();
  }
  return 0;
}

float triad(float* x, float* y, float* z, int64_t count) {
  const Vector half = splat(0.5f);
  for (int64_t i = 0; i < count; i += kStep) {
    Vector v[kUnrolled];
    for (int64_t k = 0; k < kUnrolled; k++) {
      v[k] = fma(load(y + i + k * kLanes), half, load(x + i + k * kLanes));
    }
    for (int64_t k = 0; k < kUnrolled; k++) {
      store(z + i + k * kLanes, v[k]);
    }
    keep_loop();
  }
  return 0;
}
