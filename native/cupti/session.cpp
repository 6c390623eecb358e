// Counting on a device: the same work once a pass, in ranges that the caller names.
#include <cstring>
#include <new>

#include "cuda/current.h"
#include "cupti/library.h"
#include "runtime/arguments.h"
#include "runtime/params.h"

using namespace yolo4j::cupti;
using yolo4j::check_not_null;
using yolo4j::fail;
using yolo4j::cuda::Current;

namespace {

constexpr int32_t kMostRanges = 65536;

/// Between passes, in one, in a range of one, after the last, after a failure of CUPTI's.
enum class State { kReady, kPass, kRange, kCounted, kFailed };

const char* text(State state) noexcept {
  switch (state) {
    case State::kReady:
      return "between passes";
    case State::kPass:
      return "in a pass, outside of ranges";
    case State::kRange:
      return "in a range";
    case State::kCounted:
      return "after its last pass";
    default:
      return "after a failure, it can only end";
  }
}

/// A copy of the caller's names, in the form that CUPTI wants.
class Names {
 public:
  Names() = default;
  ~Names() {
    delete[] pointers_;
    delete[] text_;
  }
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  int32_t copy(const char* operation, const char* const* names, std::size_t count) noexcept {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; i++) {
      bytes += std::strlen(names[i]) + 1;
    }
    pointers_ = new (std::nothrow) const char*[count];
    text_ = new (std::nothrow) char[bytes];
    if (pointers_ == nullptr || text_ == nullptr) {
      return fail(YOLO4J_OUT_OF_MEMORY, "%s: no memory for the metrics' names", operation);
    }
    char* next = text_;
    for (std::size_t i = 0; i < count; i++) {
      std::size_t length = std::strlen(names[i]) + 1;
      std::memcpy(next, names[i], length);
      pointers_[i] = next;
      next += length;
    }
    count_ = count;
    return YOLO4J_OK;
  }

  const char** data() const noexcept { return pointers_; }
  std::size_t size() const noexcept { return count_; }

 private:
  const char** pointers_ = nullptr;
  char* text_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace

struct yolo4j_cupti_session {
  const yolo4j_cupti* cupti = nullptr;
  int32_t device = 0;
  State state = State::kReady;
  Names metrics;
  std::size_t ranges = 0;
  Host host;
  Image config;
  Image data;
  RangeObject* object = nullptr;
};

namespace {

using Session = yolo4j_cupti_session;

int32_t check_state(const char* operation, const Session* session, State wanted) noexcept {
  int32_t status = check_not_null(operation, {{"session", session}});
  return status != YOLO4J_OK || session->state == wanted
             ? status
             : fail(YOLO4J_INVALID_ARGUMENT, "%s: the session must be %s, it is %s", operation,
                    text(wanted), text(session->state));
}

/// Calls what takes the range profiler alone; a failure ends the session's use.
int32_t call(const char* operation, Session* session, const char* what,
             Result (*function)(RangeCall*)) noexcept {
  YOLO4J_CUPTI_PARAMS(RangeCall, params, object);
  params.object = session->object;
  int32_t status = checked(operation, what, function(&params));
  session->state = status == YOLO4J_OK ? session->state : State::kFailed;
  return status;
}

int32_t plan(const char* operation, Session* s, Current* current) noexcept {
  const char* chip = nullptr;
  Image available;
  int32_t status = check_ready(operation, s->cupti, s->device);
  status = status == YOLO4J_OK ? chip_of(operation, s->cupti, s->device, &chip) : status;
  status = status == YOLO4J_OK ? availability(operation, s->cupti, current->context(), &available)
                               : status;
  status =
      status == YOLO4J_OK ? s->host.open(operation, s->cupti, chip, available.bytes()) : status;
  return status == YOLO4J_OK ? configure(operation, s->cupti, s->host, s->metrics.data(),
                                         static_cast<int64_t>(s->metrics.size()), &s->config)
                             : status;
}

/// Memory for what is counted, in the form that CUPTI wants.
int32_t prepare_data(const char* operation, Session* s) noexcept {
  YOLO4J_CUPTI_PARAMS(DataSize, size, data_size);
  size.object = s->object;
  size.metrics = s->metrics.data();
  size.count = s->metrics.size();
  size.ranges = s->ranges;
  size.tree_nodes = static_cast<uint32_t>(s->ranges);
  int32_t status =
      YOLO4J_CUPTI_CALL(operation, s->cupti, cuptiRangeProfilerGetCounterDataSize, &size);
  status = status == YOLO4J_OK ? s->data.resize(operation, size.data_size) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  YOLO4J_CUPTI_PARAMS(DataInitialize, data, data);
  data.object = s->object;
  data.data_size = s->data.size();
  data.data = s->data.bytes();
  return YOLO4J_CUPTI_CALL(operation, s->cupti, cuptiRangeProfilerCounterDataImageInitialize,
                           &data);
}

/// Once a session: CUPTI itself counts the passes.
int32_t set_config(const char* operation, Session* s) noexcept {
  YOLO4J_CUPTI_PARAMS(RangeConfig, params, nesting_level);
  params.object = s->object;
  params.image_size = s->config.size();
  params.image = s->config.bytes();
  params.data_size = s->data.size();
  params.data = s->data.bytes();
  params.range = kUserRange;
  params.replay = kUserReplay;
  params.ranges = s->ranges;
  params.nesting_levels = 1;
  params.first_nesting_level = 1;
  params.pass = 0;
  params.nesting_level = 0;
  return YOLO4J_CUPTI_CALL(operation, s->cupti, cuptiRangeProfilerSetConfig, &params);
}

int32_t enable(const char* operation, Session* s) noexcept {
  Current current;
  int32_t status = current.open(operation, s->device);
  status = status == YOLO4J_OK ? plan(operation, s, &current) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  YOLO4J_CUPTI_PARAMS(RangeEnable, params, object);
  params.context = current.context();
  status = YOLO4J_CUPTI_CALL(operation, s->cupti, cuptiRangeProfilerEnable, &params);
  if (status != YOLO4J_OK) {
    return status;
  }
  s->object = params.object;
  status = prepare_data(operation, s);
  return status == YOLO4J_OK ? set_config(operation, s) : status;
}

int32_t decode(const char* operation, Session* s) noexcept {
  YOLO4J_CUPTI_PARAMS(Decode, params, dropped);
  params.object = s->object;
  int32_t status = YOLO4J_CUPTI_CALL(operation, s->cupti, cuptiRangeProfilerDecodeData, &params);
  if (status == YOLO4J_OK && params.dropped > 0) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: a pass must have at most %zu ranges, as the session was begun with, %zu more "
                "were dropped",
                operation, s->ranges, params.dropped);
  }
  return status;
}

int32_t counted_ranges(const char* operation, Session* s, std::size_t* count) noexcept {
  YOLO4J_CUPTI_PARAMS(DataInfo, params, ranges);
  params.data = s->data.bytes();
  params.data_size = s->data.size();
  int32_t status =
      YOLO4J_CUPTI_CALL(operation, s->cupti, cuptiRangeProfilerGetCounterDataInfo, &params);
  *count = params.ranges;
  return status;
}

int32_t check_range(const char* operation, Session* s, int64_t range) noexcept {
  std::size_t count = 0;
  int32_t status = check_state(operation, s, State::kCounted);
  status = status == YOLO4J_OK ? counted_ranges(operation, s, &count) : status;
  if (status == YOLO4J_OK && (range < 0 || static_cast<std::size_t>(range) >= count)) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: range must be below %zu, got %lld", operation, count,
                static_cast<long long>(range));
  }
  return status;
}

}  // namespace

int32_t yolo4j_cupti_session_begin(const yolo4j_cupti* cupti, const yolo4j_cupti_counting* counting,
                                   const char* const* metrics, yolo4j_cupti_session** session) {
  const char* operation = "yolo4j_cupti_session_begin";
  int32_t status = check_not_null(operation, {{"cupti", cupti}, {"session", session}});
  yolo4j_cupti_counting given;
  status =
      status == YOLO4J_OK ? yolo4j::read_params(operation, counting, sizeof given, &given) : status;
  status = status == YOLO4J_OK ? check_metrics(operation, metrics, given.metric_count) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  *session = nullptr;
  if (given.ranges < 1 || given.ranges > kMostRanges) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: ranges must be from 1 to %d, got %d", operation,
                kMostRanges, given.ranges);
  }
  auto* made = new (std::nothrow) yolo4j_cupti_session;
  if (made == nullptr) {
    return fail(YOLO4J_OUT_OF_MEMORY, "%s: no memory", operation);
  }
  made->cupti = cupti;
  made->device = given.device;
  made->ranges = static_cast<std::size_t>(given.ranges);
  status = made->metrics.copy(operation, metrics, static_cast<std::size_t>(given.metric_count));
  status = status == YOLO4J_OK ? enable(operation, made) : status;
  if (status != YOLO4J_OK) {
    yolo4j_cupti_session_end(made);
    return status;
  }
  *session = made;
  return YOLO4J_OK;
}

int32_t yolo4j_cupti_session_begin_pass(yolo4j_cupti_session* session) {
  const char* operation = "yolo4j_cupti_session_begin_pass";
  int32_t status = check_state(operation, session, State::kReady);
  Current current;
  status = status == YOLO4J_OK ? current.open(operation, session->device) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  status = call(operation, session, "cuptiRangeProfilerStart",
                session->cupti->api.cuptiRangeProfilerStart);
  session->state = status == YOLO4J_OK ? State::kPass : session->state;
  return status;
}

int32_t yolo4j_cupti_session_push(yolo4j_cupti_session* session, const char* range) {
  const char* operation = "yolo4j_cupti_session_push";
  int32_t status = check_state(operation, session, State::kPass);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"range", range}}) : status;
  Current current;
  status = status == YOLO4J_OK ? current.open(operation, session->device) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  YOLO4J_CUPTI_PARAMS(RangePush, params, name);
  params.object = session->object;
  params.name = range;
  status = YOLO4J_CUPTI_CALL(operation, session->cupti, cuptiRangeProfilerPushRange, &params);
  session->state = status == YOLO4J_OK ? State::kRange : State::kFailed;
  return status;
}

int32_t yolo4j_cupti_session_pop(yolo4j_cupti_session* session) {
  const char* operation = "yolo4j_cupti_session_pop";
  int32_t status = check_state(operation, session, State::kRange);
  Current current;
  status = status == YOLO4J_OK ? current.open(operation, session->device) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  status = call(operation, session, "cuptiRangeProfilerPopRange",
                session->cupti->api.cuptiRangeProfilerPopRange);
  session->state = status == YOLO4J_OK ? State::kPass : session->state;
  return status;
}

int32_t yolo4j_cupti_session_end_pass(yolo4j_cupti_session* session, int32_t* another) {
  const char* operation = "yolo4j_cupti_session_end_pass";
  int32_t status = check_state(operation, session, State::kPass);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"another", another}}) : status;
  Current current;
  status = status == YOLO4J_OK ? current.open(operation, session->device) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  YOLO4J_CUPTI_PARAMS(RangeStop, params, all_submitted);
  params.object = session->object;
  status = YOLO4J_CUPTI_CALL(operation, session->cupti, cuptiRangeProfilerStop, &params);
  bool last = params.all_submitted != 0;
  status = status == YOLO4J_OK && last ? decode(operation, session) : status;
  if (status != YOLO4J_OK) {
    session->state = State::kFailed;
    return status;
  }
  session->state = last ? State::kCounted : State::kReady;
  *another = last ? 0 : 1;
  return YOLO4J_OK;
}

int32_t yolo4j_cupti_session_range_count(yolo4j_cupti_session* session, int64_t* count) {
  const char* operation = "yolo4j_cupti_session_range_count";
  int32_t status = check_state(operation, session, State::kCounted);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"count", count}}) : status;
  std::size_t counted = 0;
  status = status == YOLO4J_OK ? counted_ranges(operation, session, &counted) : status;
  if (status == YOLO4J_OK) {
    *count = static_cast<int64_t>(counted);
  }
  return status;
}

int32_t yolo4j_cupti_session_range_name(yolo4j_cupti_session* session, int64_t range, char* name,
                                        int64_t capacity) {
  const char* operation = "yolo4j_cupti_session_range_name";
  int32_t status = check_range(operation, session, range);
  if (status != YOLO4J_OK) {
    return status;
  }
  YOLO4J_CUPTI_PARAMS(RangeInfo, params, name);
  params.data = session->data.bytes();
  params.data_size = session->data.size();
  params.range = static_cast<std::size_t>(range);
  params.delimiter = "/";
  status = YOLO4J_CUPTI_CALL(operation, session->cupti, cuptiRangeProfilerCounterDataGetRangeInfo,
                             &params);
  return status == YOLO4J_OK ? copy_name(operation, params.name, name, capacity) : status;
}

int32_t yolo4j_cupti_session_values(yolo4j_cupti_session* session, int64_t range, double* values,
                                    int64_t metric_count) {
  const char* operation = "yolo4j_cupti_session_values";
  int32_t status = check_range(operation, session, range);
  status = status == YOLO4J_OK ? check_not_null(operation, {{"values", values}}) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (static_cast<std::size_t>(metric_count) != session->metrics.size()) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: metric_count must be %zu, as begun with, got %lld",
                operation, session->metrics.size(), static_cast<long long>(metric_count));
  }
  YOLO4J_CUPTI_PARAMS(Evaluate, params, values);
  params.object = session->host.object();
  params.data = session->data.bytes();
  params.data_size = session->data.size();
  params.range = static_cast<std::size_t>(range);
  params.metrics = session->metrics.data();
  params.count = session->metrics.size();
  params.values = values;
  return YOLO4J_CUPTI_CALL(operation, session->cupti, cuptiProfilerHostEvaluateToGpuValues,
                           &params);
}

void yolo4j_cupti_session_end(yolo4j_cupti_session* session) {
  if (session == nullptr) {
    return;
  }
  const char* operation = "yolo4j_cupti_session_end";
  Current current;
  if (session->object != nullptr && current.open(operation, session->device) == YOLO4J_OK) {
    // What is open in CUPTI goes with the profiler's object.
    YOLO4J_CUPTI_PARAMS(RangeCall, params, object);
    params.object = session->object;
    session->cupti->api.cuptiRangeProfilerDisable(&params);
  }
  delete session;
}
