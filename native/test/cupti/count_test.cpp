// Counts real work: what an activation moves through the second cache. On a GPU, where it may be
// counted there; else, with the fake library as the argument, on the fake driver.
#include <vector>

#include "cuda/device.h"
#include "yolo4j_profile.h"

namespace {

constexpr int kSkipped = 77;
constexpr int64_t kElements = INT64_C(1) << 12;       // for the fake driver's fibers
constexpr int64_t kElementsOnGpu = INT64_C(1) << 26;  // 256 MiB: above any cache

/// The fake library's work, which it can't see by itself.
void (*fake_work)(double) = nullptr;

yolo4j_cupti* open_cupti(const char* fake) {
  yolo4j_cupti* cupti = nullptr;
  if (yolo4j_cupti_open(fake, &cupti) != YOLO4J_OK) {
    return nullptr;
  }
  if (fake != nullptr) {
    cuda_test::look_up(dlopen(fake, RTLD_NOW), "fake_cupti_work", &fake_work);
  }
  if (yolo4j_cupti_device_ready(cupti, 0) != YOLO4J_OK) {
    yolo4j_cupti_close(cupti);
    return nullptr;
  }
  return cupti;
}

void run(cuda_test::Buffer& x, cuda_test::Buffer& y) {
  yolo4j_elementwise p = {};
  p.struct_size = sizeof p;
  p.dtype = YOLO4J_DTYPE_F32;
  p.activation = YOLO4J_ACTIVATION_RELU;
  p.count = x.count();
  cuda_test::succeeded(
      "activation", yolo4j_cuda_activation_forward(cuda_test::call(), &p, x.device(), y.device()));
  if (fake_work != nullptr) {
    fake_work(8.0 * static_cast<double>(x.count()));
  }
  cuda_test::must(cuda_test::memory().synchronize(), "cuCtxSynchronize");
}

void bytes_are_those_of_the_work(const yolo4j_cupti* cupti,
                                 const std::vector<const char*>& metrics) {
  int64_t count = fake_work != nullptr ? kElements : kElementsOnGpu;
  cuda_test::Buffer x(YOLO4J_DTYPE_F32, count, cuda_test::Buffer::kInput);
  cuda_test::Buffer y(YOLO4J_DTYPE_F32, count, cuda_test::Buffer::kInput);
  run(x, y);
  yolo4j_cupti_counting counting = {sizeof counting, 0, 1, 2};
  yolo4j_cupti_session* session = nullptr;
  cuda_test::succeeded("begin",
                       yolo4j_cupti_session_begin(cupti, &counting, metrics.data(), &session));
  for (int32_t another = session == nullptr ? 0 : 1; another == 1;) {
    another = 0;
    cuda_test::succeeded("pass", yolo4j_cupti_session_begin_pass(session));
    cuda_test::succeeded("push", yolo4j_cupti_session_push(session, "relu"));
    run(x, y);
    cuda_test::succeeded("pop", yolo4j_cupti_session_pop(session));
    cuda_test::succeeded("pass", yolo4j_cupti_session_end_pass(session, &another));
  }
  double values[2] = {-7, -7};
  cuda_test::succeeded("values", yolo4j_cupti_session_values(session, 0, values, 2));
  double bytes = 8.0 * static_cast<double>(count);
  std::printf("%.0f bytes of %.0f, %.0f ns\n", values[0], bytes, values[1]);
  CHECK(values[0] >= 0.85 * bytes && values[0] <= 1.15 * bytes);
  CHECK(values[1] > 0);
  yolo4j_cupti_session_end(session);
}

}  // namespace

int main(int arguments, char** argument) {
  cuda_test::memory();
  yolo4j_cupti* cupti = open_cupti(arguments > 1 ? argument[1] : nullptr);
  if (cupti == nullptr) {
    std::printf("skipped: %s\n", yolo4j_last_error());
    return kSkipped;
  }
  if (fake_work != nullptr) {
    bytes_are_those_of_the_work(cupti, {"m0", "m1"});
  } else {
    bytes_are_those_of_the_work(cupti, {"lts__t_bytes.sum", "gpu__time_duration.sum"});
  }
  yolo4j_cupti_close(cupti);
  return check::result();
}
