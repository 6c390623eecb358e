// Counting with a fake libcupti on the fake driver: passes, ranges, values, and each failure in
// words. Arguments: the fake library, and no_driver where the environment has none.
#include <cstdlib>
#include <string>
#include <vector>

#include "cuda/device.h"
#include "cupti/api.h"
#include "yolo4j_profile.h"

namespace {

using namespace yolo4j::cupti;

struct Fake {
  yolo4j_cupti* cupti = nullptr;
  void (*work)(double) = nullptr;
  int (*alive)() = nullptr;
};
Fake fake;

void open_fake(const char* path) {
  CHECK_EQUAL(yolo4j_cupti_open(path, &fake.cupti), YOLO4J_OK);
  void* library = dlopen(path, RTLD_NOW);
  cuda_test::look_up(library, "fake_cupti_work", &fake.work);
  cuda_test::look_up(library, "fake_cupti_alive", &fake.alive);
}

/// Within its life the fake library does what the text says.
struct Told {
  explicit Told(const std::string& text) { setenv("YOLO4J_FAKE_CUPTI", text.c_str(), 1); }
  ~Told() { unsetenv("YOLO4J_FAKE_CUPTI"); }
};

yolo4j_cupti_counting counting(int64_t metrics, int32_t ranges) {
  return {sizeof(yolo4j_cupti_counting), 0, ranges, metrics};
}

yolo4j_cupti_session* begin(const std::vector<const char*>& metrics, int32_t ranges) {
  yolo4j_cupti_counting c = counting(static_cast<int64_t>(metrics.size()), ranges);
  yolo4j_cupti_session* session = nullptr;
  cuda_test::succeeded("begin",
                       yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &session));
  return session;
}

void range(yolo4j_cupti_session* session, const char* name, double work) {
  CHECK_EQUAL(yolo4j_cupti_session_push(session, name), YOLO4J_OK);
  fake.work(work);
  CHECK_EQUAL(yolo4j_cupti_session_pop(session), YOLO4J_OK);
}

void values_are_the_work_of_each_range(int metrics, int passes) {
  std::vector<std::string> names;
  std::vector<const char*> pointers;
  for (int k = 0; k < metrics; k++) {
    names.push_back("m" + std::to_string(k));
  }
  for (const std::string& name : names) {
    pointers.push_back(name.c_str());
  }
  yolo4j_cupti_session* session = begin(pointers, 3);
  int done = 0;
  for (int32_t another = 1; another == 1; done++) {
    another = -1;
    CHECK_EQUAL(yolo4j_cupti_session_begin_pass(session), YOLO4J_OK);
    range(session, "model.0", 10);
    fake.work(1e6);
    range(session, "model.1", 0.5);
    range(session, "model.0", 2);
    CHECK_EQUAL(yolo4j_cupti_session_end_pass(session, &another), YOLO4J_OK);
  }
  CHECK_EQUAL(done, passes);
  int64_t count = 0;
  char name[16];
  std::vector<double> values(pointers.size() + 1, -7);
  const double work[] = {12, 0.5};
  const char* range_names[] = {"model.0", "model.1"};
  CHECK_EQUAL(yolo4j_cupti_session_range_count(session, &count), YOLO4J_OK);
  CHECK_EQUAL(count, 2);
  for (int64_t r = 0; r < count; r++) {
    CHECK_EQUAL(yolo4j_cupti_session_range_name(session, r, name, sizeof name), YOLO4J_OK);
    CHECK_TEXT(name, range_names[r]);
    CHECK_EQUAL(yolo4j_cupti_session_values(session, r, values.data(), metrics), YOLO4J_OK);
    for (int k = 0; k < metrics; k++) {
      CHECK_CLOSE(values[static_cast<std::size_t>(k)], work[r] * (k + 1), 0, 0);
    }
  }
  CHECK_EQUAL(values.back(), -7);
  CHECK_REFUSED(yolo4j_cupti_session_values(session, 2, values.data(), metrics),
                YOLO4J_INVALID_ARGUMENT, "range must be below 2, got 2");
  CHECK_REFUSED(yolo4j_cupti_session_values(session, 0, values.data(), metrics + 1),
                YOLO4J_INVALID_ARGUMENT, "metric_count must be ");
  CHECK_REFUSED(yolo4j_cupti_session_begin_pass(session), YOLO4J_INVALID_ARGUMENT,
                "the session must be between passes, it is after its last pass");
  yolo4j_cupti_session_end(session);
  CHECK_EQUAL(fake.alive(), 0);
}

void calls_out_of_order_are_refused() {
  yolo4j_cupti_session* session = begin({"m0"}, 1);
  int32_t another = -7;
  int64_t count = -7;
  CHECK_REFUSED(yolo4j_cupti_session_push(session, "a"), YOLO4J_INVALID_ARGUMENT,
                "must be in a pass, outside of ranges, it is between passes");
  CHECK_REFUSED(yolo4j_cupti_session_pop(session), YOLO4J_INVALID_ARGUMENT, "must be in a range");
  CHECK_REFUSED(yolo4j_cupti_session_end_pass(session, &another), YOLO4J_INVALID_ARGUMENT,
                "must be in a pass");
  CHECK_REFUSED(yolo4j_cupti_session_range_count(session, &count), YOLO4J_INVALID_ARGUMENT,
                "must be after its last pass");
  CHECK_EQUAL(yolo4j_cupti_session_begin_pass(session), YOLO4J_OK);
  CHECK_REFUSED(yolo4j_cupti_session_push(session, nullptr), YOLO4J_INVALID_ARGUMENT, "range must");
  CHECK_EQUAL(yolo4j_cupti_session_push(session, "a"), YOLO4J_OK);
  CHECK_REFUSED(yolo4j_cupti_session_push(session, "b"), YOLO4J_INVALID_ARGUMENT,
                "it is in a range");
  CHECK_REFUSED(yolo4j_cupti_session_end_pass(session, &another), YOLO4J_INVALID_ARGUMENT,
                "it is in a range");
  CHECK_EQUAL(another, -7);
  CHECK_EQUAL(count, -7);
  yolo4j_cupti_session_end(session);
  CHECK_EQUAL(fake.alive(), 0);
  yolo4j_cupti_session_end(nullptr);
  CHECK_REFUSED(yolo4j_cupti_session_begin_pass(nullptr), YOLO4J_INVALID_ARGUMENT, "session must");
}

void too_many_ranges_are_told() {
  yolo4j_cupti_session* session = begin({"m0"}, 2);
  int32_t another = -7;
  CHECK_EQUAL(yolo4j_cupti_session_begin_pass(session), YOLO4J_OK);
  range(session, "a", 1);
  range(session, "b", 1);
  range(session, "c", 1);
  CHECK_REFUSED(yolo4j_cupti_session_end_pass(session, &another), YOLO4J_INVALID_ARGUMENT,
                "a pass must have at most 2 ranges, as the session was begun with, 1 more were");
  CHECK_REFUSED(yolo4j_cupti_session_begin_pass(session), YOLO4J_INVALID_ARGUMENT,
                "it is after a failure, it can only end");
  yolo4j_cupti_session_end(session);
}

void wrong_arguments_are_refused() {
  std::vector<const char*> metrics = {"m0", "dram"};
  yolo4j_cupti_counting c = counting(2, 1);
  yolo4j_cupti_session* session = nullptr;
  CHECK_REFUSED(yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &session),
                YOLO4J_INVALID_ARGUMENT,
                "cuptiProfilerHostConfigAddMetrics of dram must succeed, got INVALID_METRIC_NAME");
  c.metric_count = 0;
  CHECK_REFUSED(yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &session),
                YOLO4J_INVALID_ARGUMENT, "their number from 1 to 1024");
  metrics[1] = nullptr;
  c.metric_count = 2;
  CHECK_REFUSED(yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &session),
                YOLO4J_INVALID_ARGUMENT, "metric 1 must not be null");
  c.metric_count = 1;
  c.ranges = 0;
  CHECK_REFUSED(yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &session),
                YOLO4J_INVALID_ARGUMENT, "ranges must be from 1 to 65536, got 0");
  c.ranges = 1;
  c.device = 2;
  CHECK_REFUSED(yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &session),
                YOLO4J_INVALID_ARGUMENT, "device must be from 0 to 1, got 2");
  c.struct_size = 1;
  CHECK_REFUSED(yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &session),
                YOLO4J_INVALID_ARGUMENT, "struct_size");
  CHECK(session == nullptr);
  CHECK_EQUAL(fake.alive(), 0);
}

void a_session_at_a_time() {
  yolo4j_cupti_session* first = begin({"m0"}, 1);
  std::vector<const char*> metrics = {"m0"};
  yolo4j_cupti_counting c = counting(1, 1);
  yolo4j_cupti_session* second = nullptr;
  CHECK_REFUSED(yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &second),
                YOLO4J_INTERNAL, "another session may be counting on this GPU; end it first");
  yolo4j_cupti_session_end(first);
  CHECK_EQUAL(fake.alive(), 0);
}

void chips_are_known() {
  int64_t count = 0;
  int64_t passes = 0;
  int32_t number = 0;
  char name[16];
  const char* seven[] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6"};
  CHECK_EQUAL(yolo4j_cupti_version(fake.cupti, &number), YOLO4J_OK);
  CHECK_EQUAL(number, 130001);
  CHECK_EQUAL(yolo4j_cupti_chip_count(fake.cupti, &count), YOLO4J_OK);
  CHECK_EQUAL(count, 2);
  CHECK_EQUAL(yolo4j_cupti_chip_name(fake.cupti, 1, name, sizeof name), YOLO4J_OK);
  CHECK_TEXT(name, "FAKE22");
  CHECK_EQUAL(yolo4j_cupti_chip_name(fake.cupti, 1, name, 4), YOLO4J_OK);
  CHECK_TEXT(name, "FAK");
  CHECK_REFUSED(yolo4j_cupti_chip_name(fake.cupti, 2, name, 4), YOLO4J_INVALID_ARGUMENT,
                "index must be from 0 to 1, got 2");
  CHECK_REFUSED(yolo4j_cupti_chip_name(fake.cupti, 0, name, 0), YOLO4J_INVALID_ARGUMENT,
                "capacity at least 1");
  CHECK_EQUAL(yolo4j_cupti_metric_exists(fake.cupti, "FAKE1", "m0", &number), YOLO4J_OK);
  CHECK_EQUAL(number, 1);
  CHECK_EQUAL(yolo4j_cupti_metric_exists(fake.cupti, "FAKE1", "dram", &number), YOLO4J_OK);
  CHECK_EQUAL(number, 0);
  CHECK_REFUSED(yolo4j_cupti_metric_exists(fake.cupti, "GA999", "m0", &number),
                YOLO4J_INVALID_ARGUMENT, "this libcupti knows no such chip");
  CHECK_EQUAL(yolo4j_cupti_passes(fake.cupti, "FAKE1", seven, 7, &passes), YOLO4J_OK);
  CHECK_EQUAL(passes, 3);
  CHECK_EQUAL(yolo4j_cupti_device_chip(fake.cupti, 1, name, sizeof name), YOLO4J_OK);
  CHECK_TEXT(name, "FAKE1");
  CHECK_EQUAL(yolo4j_cupti_device_ready(fake.cupti, 0), YOLO4J_OK);
  CHECK_EQUAL(fake.alive(), 0);
}

struct Failure {
  int code;
  int32_t status;
  const char* text;
};

const Failure kFailures[] = {
    {kInvalidDevice, YOLO4J_UNSUPPORTED, "CUPTI sees no such GPU"},
    {kOutOfMemory, YOLO4J_OUT_OF_MEMORY, "got OUT_OF_MEMORY (8)"},
    {kNotCompatible, YOLO4J_UNSUPPORTED, "libcupti and the driver don't fit"},
    {kNotInitialized, YOLO4J_UNSUPPORTED, "usually because there is no NVIDIA driver"},
    {kHardwareBusy, YOLO4J_UNSUPPORTED, "end other profilers, or pause DCGM"},
    {kNotSupported, YOLO4J_UNSUPPORTED, "times by events still work"},
    {kVirtualDevice, YOLO4J_UNSUPPORTED, "take a GPU that is passed through whole"},
    {kNoPrivileges, YOLO4J_UNSUPPORTED, "NVreg_RestrictProfilingToAdminUsers=0"},
    {kOldProfilerActive, YOLO4J_UNSUPPORTED, "CUPTI's older event or metric functions"},
    {kLegacyNotSupported, YOLO4J_UNSUPPORTED, "use the libcupti of CUDA 13"},
    {kSecondSubscriber, YOLO4J_UNSUPPORTED, "run without Nsight and other profilers"},
    {kVirtualNoPrivileges, YOLO4J_UNSUPPORTED, "enable_profiling=1"},
    {kConfidential, YOLO4J_UNSUPPORTED, "confidential computing is on"},
    {kMiningDevice, YOLO4J_UNSUPPORTED, "mining GPUs (CMP) can't count"},
    {kPartitioned, YOLO4J_UNSUPPORTED, "partitioned (MIG)"},
    {kSli, YOLO4J_UNSUPPORTED, "switch SLI off"},
    {kWsl, YOLO4J_UNSUPPORTED, "run on Linux itself"},
    {kInvalidChip, YOLO4J_INVALID_ARGUMENT, "this libcupti knows no such chip"},
    {kUnknown, YOLO4J_INTERNAL, "got UNKNOWN (999): CUPTI doesn't say why"},
    {77, YOLO4J_INTERNAL, "got another error (77)"},
};

/// Every code from every function on the way, and nothing stays behind.
void failures_are_told() {
  const char* functions[] = {"cuptiProfilerInitialize",
                             "cuptiProfilerDeviceSupported",
                             "cuptiProfilerGetCounterAvailability",
                             "cuptiDeviceGetChipName",
                             "cuptiProfilerHostInitialize",
                             "cuptiProfilerHostConfigAddMetrics",
                             "cuptiProfilerHostGetConfigImageSize",
                             "cuptiProfilerHostGetConfigImage",
                             "cuptiRangeProfilerEnable",
                             "cuptiRangeProfilerGetCounterDataSize",
                             "cuptiRangeProfilerCounterDataImageInitialize",
                             "cuptiRangeProfilerSetConfig"};
  std::vector<const char*> metrics = {"m0"};
  yolo4j_cupti_counting c = counting(1, 1);
  for (const char* function : functions) {
    for (const Failure& failure : kFailures) {
      Told told(std::string(function) + "=" + std::to_string(failure.code));
      yolo4j_cupti_session* session = nullptr;
      CHECK_REFUSED(yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &session),
                    failure.status, failure.text);
      CHECK_CONTAINS(yolo4j_last_error(), function);
      CHECK(session == nullptr);
      CHECK_EQUAL(fake.alive(), 0);
    }
  }
}

void failures_within_a_session_end_it(const char* function) {
  yolo4j_cupti_session* session = begin({"m0"}, 1);
  int32_t another = 0;
  int64_t count = 0;
  double value = 0;
  int32_t status;
  {
    Told told(std::string(function) + "=35");
    status = yolo4j_cupti_session_begin_pass(session);
    status = status == YOLO4J_OK ? yolo4j_cupti_session_push(session, "a") : status;
    status = status == YOLO4J_OK ? yolo4j_cupti_session_pop(session) : status;
    status = status == YOLO4J_OK ? yolo4j_cupti_session_end_pass(session, &another) : status;
    status = status == YOLO4J_OK ? yolo4j_cupti_session_range_count(session, &count) : status;
    status = status == YOLO4J_OK ? yolo4j_cupti_session_values(session, 0, &value, 1) : status;
  }
  CHECK_EQUAL(status, YOLO4J_UNSUPPORTED);
  CHECK_CONTAINS(yolo4j_last_error(), function);
  CHECK_CONTAINS(yolo4j_last_error(), "only administrators may count");
  yolo4j_cupti_session_end(session);
  CHECK_EQUAL(fake.alive(), 0);
}

void settings_are_told() {
  const struct {
    const char* told;
    const char* text;
  } settings[] = {
      {"wsl=1", "got WSL: this GPU can't count under WSL"},
      {"mining=1", "got a mining GPU: mining GPUs (CMP) can't count"},
      {"confidential=1", "got confidential computing: confidential computing is on"},
      {"sli=1", "got SLI: GPUs that are joined by SLI can't count"},
      {"virtual_gpu=1", "got a virtual GPU: this virtual GPU can't count"},
      {"virtual_gpu=2", "enable_profiling=1"},
      {"architecture=1", "must be of compute capability 7.5 or newer to count"},
      {"supported=1", "CUPTI says that it isn't: this GPU, driver or system can't count"},
  };
  for (const auto& setting : settings) {
    Told told(setting.told);
    CHECK_REFUSED(yolo4j_cupti_device_ready(fake.cupti, 0), YOLO4J_UNSUPPORTED, setting.text);
  }
}

void without_a_driver() {
  char name[16];
  int64_t count = 0;
  std::vector<const char*> metrics = {"m0"};
  yolo4j_cupti_counting c = counting(1, 1);
  yolo4j_cupti_session* session = nullptr;
  CHECK_EQUAL(yolo4j_cupti_chip_count(fake.cupti, &count), YOLO4J_OK);
  CHECK_EQUAL(count, 2);
  CHECK_REFUSED(yolo4j_cupti_device_chip(fake.cupti, 0, name, sizeof name), YOLO4J_UNSUPPORTED,
                "an NVIDIA driver must be installed");
  CHECK_REFUSED(yolo4j_cupti_device_ready(fake.cupti, 0), YOLO4J_UNSUPPORTED, "NVIDIA driver");
  CHECK_REFUSED(yolo4j_cupti_session_begin(fake.cupti, &c, metrics.data(), &session),
                YOLO4J_UNSUPPORTED, "NVIDIA driver");
  CHECK(session == nullptr);
}

}  // namespace

int main(int arguments, char** argument) {
  unsetenv("YOLO4J_FAKE_CUPTI");
  open_fake(argument[1]);
  if (arguments > 2 && std::string(argument[2]) == "no_driver") {
    without_a_driver();
  } else {
    chips_are_known();
    values_are_the_work_of_each_range(1, 1);
    values_are_the_work_of_each_range(3, 1);
    values_are_the_work_of_each_range(7, 3);
    calls_out_of_order_are_refused();
    too_many_ranges_are_told();
    wrong_arguments_are_refused();
    a_session_at_a_time();
    failures_are_told();
    for (const char* function :
         {"cuptiRangeProfilerStart", "cuptiRangeProfilerPushRange", "cuptiRangeProfilerPopRange",
          "cuptiRangeProfilerStop", "cuptiRangeProfilerDecodeData",
          "cuptiRangeProfilerGetCounterDataInfo", "cuptiProfilerHostEvaluateToGpuValues"}) {
      failures_within_a_session_end_it(function);
    }
    settings_are_told();
  }
  yolo4j_cupti_close(fake.cupti);
  return check::result();
}
