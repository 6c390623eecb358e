// What CUPTI knows of chips, without any of them being here.
#include <cstdio>
#include <cstring>
#include <new>

#include "cupti/library.h"
#include "runtime/arguments.h"

namespace yolo4j::cupti {
namespace {

constexpr int64_t kMostMetrics = 1024;

int32_t supported_chips(const char* operation, const yolo4j_cupti* cupti, Chips* chips) noexcept {
  YOLO4J_CUPTI_PARAMS(Chips, params, names);
  int32_t status = YOLO4J_CUPTI_CALL(operation, cupti, cuptiProfilerHostGetSupportedChips, &params);
  *chips = params;
  return status;
}

Result properties(const yolo4j_cupti* cupti, const Host& host, const char* metric) noexcept {
  YOLO4J_CUPTI_PARAMS(MetricProperties, params, type);
  params.object = host.object();
  params.metric = metric;
  return cupti->api.cuptiProfilerHostGetMetricProperties(&params);
}

/// The caller's names.
struct Metrics {
  const char* const* names;
  std::size_t count;
};

/// CUPTI doesn't say which one it doesn't know, nor always that this is what's wrong.
int32_t fail_to_add(const char* operation, const yolo4j_cupti* cupti, const Host& host,
                    Metrics metrics, Result result) noexcept {
  const char* function = "cuptiProfilerHostConfigAddMetrics";
  for (std::size_t i = 0; i < metrics.count; i++) {
    if (properties(cupti, host, metrics.names[i]) == kInvalidMetric) {
      char what[256];
      std::snprintf(what, sizeof what, "%s of %s", function, metrics.names[i]);
      return fail_with(operation, what, kInvalidMetric);
    }
  }
  return fail_with(operation, function, result);
}

}  // namespace

int32_t Image::resize(const char* operation, std::size_t size) noexcept {
  delete[] bytes_;
  size_ = 0;
  bytes_ = new (std::nothrow) uint8_t[size]{};
  if (bytes_ == nullptr) {
    return fail(YOLO4J_OUT_OF_MEMORY, "%s: no memory for %zu bytes", operation, size);
  }
  size_ = size;
  return YOLO4J_OK;
}

Host::~Host() {
  if (object_ != nullptr) {
    YOLO4J_CUPTI_PARAMS(HostDestroy, params, object);
    params.object = object_;
    cupti_->api.cuptiProfilerHostDeinitialize(&params);
  }
}

int32_t Host::open(const char* operation, const yolo4j_cupti* cupti, const char* chip,
                   const uint8_t* availability) noexcept {
  cupti_ = cupti;
  YOLO4J_CUPTI_PARAMS(HostCreate, params, object);
  params.profiler = kRangeProfiler;
  params.chip = chip;
  params.availability = availability;
  int32_t status = YOLO4J_CUPTI_CALL(operation, cupti, cuptiProfilerHostInitialize, &params);
  object_ = status == YOLO4J_OK ? params.object : nullptr;
  return status;
}

int32_t configure(const char* operation, const yolo4j_cupti* cupti, const Host& host,
                  const char* const* metrics, int64_t count, Image* config) noexcept {
  // All at once: each call of it begins a pass of its own.
  YOLO4J_CUPTI_PARAMS(AddMetrics, add, count);
  add.object = host.object();
  add.metrics = const_cast<const char**>(metrics);  // it only reads them
  add.count = static_cast<std::size_t>(count);
  Result result = cupti->api.cuptiProfilerHostConfigAddMetrics(&add);
  if (result != kOk) {
    return fail_to_add(operation, cupti, host, {metrics, add.count}, result);
  }
  YOLO4J_CUPTI_PARAMS(ConfigSize, size, image_size);
  size.object = host.object();
  int32_t status = YOLO4J_CUPTI_CALL(operation, cupti, cuptiProfilerHostGetConfigImageSize, &size);
  status = status == YOLO4J_OK ? config->resize(operation, size.image_size) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  YOLO4J_CUPTI_PARAMS(ConfigImage, image, image);
  image.object = host.object();
  image.image_size = config->size();
  image.image = config->bytes();
  return YOLO4J_CUPTI_CALL(operation, cupti, cuptiProfilerHostGetConfigImage, &image);
}

int32_t check_metrics(const char* operation, const char* const* metrics, int64_t count) noexcept {
  if (metrics == nullptr || count < 1 || count > kMostMetrics) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: metrics must not be null and their number from 1 to %lld, got %p and %lld",
                operation, static_cast<long long>(kMostMetrics), static_cast<const void*>(metrics),
                static_cast<long long>(count));
  }
  for (int64_t i = 0; i < count; i++) {
    if (metrics[i] == nullptr) {
      return fail(YOLO4J_INVALID_ARGUMENT, "%s: metric %lld must not be null", operation,
                  static_cast<long long>(i));
    }
  }
  return YOLO4J_OK;
}

int32_t copy_name(const char* operation, const char* from, char* to, int64_t capacity) noexcept {
  if (to == nullptr || capacity < 1) {
    return fail(YOLO4J_INVALID_ARGUMENT,
                "%s: name must not be null and capacity at least 1, got %p and %lld", operation,
                static_cast<void*>(to), static_cast<long long>(capacity));
  }
  std::snprintf(to, static_cast<std::size_t>(capacity), "%s", from == nullptr ? "" : from);
  return YOLO4J_OK;
}

}  // namespace yolo4j::cupti

using namespace yolo4j::cupti;
using yolo4j::check_not_null;
using yolo4j::fail;

int32_t yolo4j_cupti_chip_count(const yolo4j_cupti* cupti, int64_t* count) {
  const char* operation = "yolo4j_cupti_chip_count";
  int32_t status = check_not_null(operation, {{"cupti", cupti}, {"count", count}});
  Chips chips = {};
  status = status == YOLO4J_OK ? supported_chips(operation, cupti, &chips) : status;
  if (status == YOLO4J_OK) {
    *count = static_cast<int64_t>(chips.count);
  }
  return status;
}

int32_t yolo4j_cupti_chip_name(const yolo4j_cupti* cupti, int64_t index, char* name,
                               int64_t capacity) {
  const char* operation = "yolo4j_cupti_chip_name";
  int32_t status = check_not_null(operation, {{"cupti", cupti}});
  Chips chips = {};
  status = status == YOLO4J_OK ? supported_chips(operation, cupti, &chips) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  if (index < 0 || static_cast<std::size_t>(index) >= chips.count) {
    return fail(YOLO4J_INVALID_ARGUMENT, "%s: index must be from 0 to %zu, got %lld", operation,
                chips.count - 1, static_cast<long long>(index));
  }
  return copy_name(operation, chips.names[index], name, capacity);
}

int32_t yolo4j_cupti_metric_exists(const yolo4j_cupti* cupti, const char* chip, const char* metric,
                                   int32_t* exists) {
  const char* operation = "yolo4j_cupti_metric_exists";
  int32_t status = check_not_null(
      operation, {{"cupti", cupti}, {"chip", chip}, {"metric", metric}, {"exists", exists}});
  Host host;
  status = status == YOLO4J_OK ? host.open(operation, cupti, chip, nullptr) : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  Result result = properties(cupti, host, metric);
  if (result != kOk && result != kInvalidMetric) {
    return fail_with(operation, "cuptiProfilerHostGetMetricProperties", result);
  }
  *exists = result == kOk ? 1 : 0;
  return YOLO4J_OK;
}

int32_t yolo4j_cupti_passes(const yolo4j_cupti* cupti, const char* chip, const char* const* metrics,
                            int64_t metric_count, int64_t* passes) {
  const char* operation = "yolo4j_cupti_passes";
  int32_t status =
      check_not_null(operation, {{"cupti", cupti}, {"chip", chip}, {"passes", passes}});
  status = status == YOLO4J_OK ? check_metrics(operation, metrics, metric_count) : status;
  Host host;
  Image config;
  status = status == YOLO4J_OK ? host.open(operation, cupti, chip, nullptr) : status;
  status = status == YOLO4J_OK ? configure(operation, cupti, host, metrics, metric_count, &config)
                               : status;
  if (status != YOLO4J_OK) {
    return status;
  }
  YOLO4J_CUPTI_PARAMS(Passes, params, count);
  params.image_size = config.size();
  params.image = config.bytes();
  status = YOLO4J_CUPTI_CALL(operation, cupti, cuptiProfilerHostGetNumOfPasses, &params);
  if (status == YOLO4J_OK) {
    *passes = static_cast<int64_t>(params.count);
  }
  return status;
}
