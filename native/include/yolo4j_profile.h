/*
 * What a profiler reads: counters of this process and its CPU; off an NVIDIA GPU times by CUDA
 * events, and hardware counters through CUPTI. The conventions are those of yolo4j.h.
 *
 * None needs a file of NVIDIA's to build or to load: the driver (libcuda.so.1) and libcupti are
 * opened at run time. Without them the functions return YOLO4J_UNSUPPORTED and say why. Those are
 * for Linux only.
 *
 * Objects that a function gives belong to the caller, who closes each once; one is used by one
 * thread at a time. Closing null does nothing.
 */
#ifndef YOLO4J_PROFILE_H
#define YOLO4J_PROFILE_H

#include "yolo4j.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Counters of the CPU and the kernel for this process (native/perf/README.md) --- */

enum yolo4j_counter {
  YOLO4J_COUNTER_CPU_NANOSECONDS = 0, /* of all threads, in user space and in the kernel */
  YOLO4J_COUNTER_MINOR_FAULTS = 1,
  YOLO4J_COUNTER_MAJOR_FAULTS = 2,
  YOLO4J_COUNTER_CONTEXT_SWITCHES = 3,     /* both kinds */
  YOLO4J_COUNTER_INVOLUNTARY_SWITCHES = 4, /* others took the core */
  /* The following are the CPU's, in user space, by perf_event_open. */
  YOLO4J_COUNTER_CYCLES = 5,
  YOLO4J_COUNTER_INSTRUCTIONS = 6,
  YOLO4J_COUNTER_CACHE_MISSES = 7, /* as the kernel means it: Intel: last level; AMD: second */
  YOLO4J_COUNTER_FLOPS = 8         /* Intel: float32; AMD: float32 and float64; an FMA counts 2 */
};

#define YOLO4J_COUNTER_COUNT 9

typedef struct yolo4j_counters yolo4j_counters;

/*
 * Opens the counters whose bits (1 << enum yolo4j_counter) are set, for the threads that the
 * process has now and those that they start. A counter that this system doesn't have is no failure:
 * it is unavailable, and yolo4j_counters_missing says why.
 */
YOLO4J_API int32_t yolo4j_counters_open(uint32_t wanted, yolo4j_counters** counters);

/* Closes; null is nothing. */
YOLO4J_API void yolo4j_counters_close(yolo4j_counters* counters);

/* Gives why a counter is unavailable, a sentence that lives as long as the counters; null: it
 * counts. */
YOLO4J_API int32_t yolo4j_counters_missing(const yolo4j_counters* counters, int32_t counter,
                                           const char** reason);

/*
 * Gives YOLO4J_COUNTER_COUNT values, of those that are unavailable NaN. They count from some start;
 * differences are what happened in between. Where the CPU's counters took turns, they are scaled by
 * the time that they were enabled over that in which they ran. Allocates nothing.
 */
YOLO4J_API int32_t yolo4j_counters_read(const yolo4j_counters* counters, double* values);

/*
 * Gives the seconds that a minor page fault costs: `pages` new pages are touched, 1 to 2^20, and
 * given back. YOLO4J_UNSUPPORTED where memory can't be mapped so.
 */
YOLO4J_API int32_t yolo4j_fault_seconds(int64_t pages, double* seconds);

/* --- Times by CUDA events (native/cuda/README.md) --- */

/* Marks that a device passes in the order of their stream, each with the device's time. */
typedef struct yolo4j_cuda_events yolo4j_cuda_events;

/* Makes `count` events, 2 to 2^20, all that a run needs; recording allocates nothing. */
YOLO4J_API int32_t yolo4j_cuda_events_create(int32_t device, int64_t count,
                                             yolo4j_cuda_events** events);

/* Enqueues event `index` on a stream (CUstream or cudaStream_t; null: the default stream). */
YOLO4J_API int32_t yolo4j_cuda_events_record(yolo4j_cuda_events* events, int64_t index,
                                             void* stream);

/*
 * Waits for event `count` - 1 and gives the milliseconds of the first `count` events since event 0:
 * 0 first. All must have been recorded. The device's clock has steps of about half a microsecond.
 */
YOLO4J_API int32_t yolo4j_cuda_events_read(yolo4j_cuda_events* events, int64_t count,
                                           double* milliseconds);

YOLO4J_API void yolo4j_cuda_events_destroy(yolo4j_cuda_events* events);

/* --- Hardware counters (native/cupti/README.md) --- */

/* An opened libcupti of CUDA 13. Closing it leaves the library loaded. */
typedef struct yolo4j_cupti yolo4j_cupti;

/*
 * Opens the file `path`; where that is null, the file that the environment's YOLO4J_CUPTI names;
 * where that is unset or empty, libcupti.so.13 as the loader finds it, else in extras/CUPTI/lib64,
 * lib64 and lib below CUDA_HOME, CUDA_PATH and /usr/local/cuda. A named file that can't be opened
 * fails; nothing else is looked for then.
 */
YOLO4J_API int32_t yolo4j_cupti_open(const char* path, yolo4j_cupti** cupti);
YOLO4J_API void yolo4j_cupti_close(yolo4j_cupti* cupti);

/* Returns what was opened: a path, or the plain name that the loader found. Lives as long as
 * `cupti`, which must not be null. */
YOLO4J_API const char* yolo4j_cupti_path(const yolo4j_cupti* cupti);

/* Gives CUPTI's own version: 130001 is that of CUDA 13.0, with its first update. */
YOLO4J_API int32_t yolo4j_cupti_version(const yolo4j_cupti* cupti, int32_t* version);

/*
 * The following need no GPU and no driver. Chips have NVIDIA's short names: "GA102". Names are cut
 * to `capacity` bytes with their final 0.
 */

/* Gives how many chips libcupti knows, and the name of one. */
YOLO4J_API int32_t yolo4j_cupti_chip_count(const yolo4j_cupti* cupti, int64_t* count);
YOLO4J_API int32_t yolo4j_cupti_chip_name(const yolo4j_cupti* cupti, int64_t index, char* name,
                                          int64_t capacity);

/* Gives 1 where the chip has the metric ("dram__bytes_read.sum"), else 0. */
YOLO4J_API int32_t yolo4j_cupti_metric_exists(const yolo4j_cupti* cupti, const char* chip,
                                              const char* metric, int32_t* exists);

/* Gives how often the same work must run until all metrics are counted. At most 1024 metrics. */
YOLO4J_API int32_t yolo4j_cupti_passes(const yolo4j_cupti* cupti, const char* chip,
                                       const char* const* metrics, int64_t metric_count,
                                       int64_t* passes);

/* Writes the name of a device's chip. Needs a driver. */
YOLO4J_API int32_t yolo4j_cupti_device_chip(const yolo4j_cupti* cupti, int32_t device, char* name,
                                            int64_t capacity);

/* Succeeds where this process may count on the device. Else YOLO4J_UNSUPPORTED, and the text says
 * what stands in the way and what to do. */
YOLO4J_API int32_t yolo4j_cupti_device_ready(const yolo4j_cupti* cupti, int32_t device);

/* What to count, on a device's primary context: the one that LibTorch and the CUDA runtime use. */
typedef struct yolo4j_cupti_counting {
  uint32_t struct_size;
  int32_t device;
  int32_t ranges; /* how many differently named ranges at most, 1 to 65536 */
  int64_t metric_count;
} yolo4j_cupti_counting;

/*
 * A session that counts, one at a time on a device. Per pass: begin_pass, then work within ranges
 * that don't overlap, then end_pass, which tells whether another pass is needed; every pass must do
 * the same work in ranges of the same names. After the last, the values. Counting disturbs: take
 * times from a run without it.
 */
typedef struct yolo4j_cupti_session yolo4j_cupti_session;

/* Begins a session that counts `metrics`, which are copied; `cupti` must outlive it. */
YOLO4J_API int32_t yolo4j_cupti_session_begin(const yolo4j_cupti* cupti,
                                              const yolo4j_cupti_counting* counting,
                                              const char* const* metrics,
                                              yolo4j_cupti_session** session);
YOLO4J_API int32_t yolo4j_cupti_session_begin_pass(yolo4j_cupti_session* session);
YOLO4J_API int32_t yolo4j_cupti_session_push(yolo4j_cupti_session* session, const char* range);
YOLO4J_API int32_t yolo4j_cupti_session_pop(yolo4j_cupti_session* session);
/* Gives 1 in `another` where the same work has to run once more, else 0 and the values are there.
 */
YOLO4J_API int32_t yolo4j_cupti_session_end_pass(yolo4j_cupti_session* session, int32_t* another);

/* Gives how many ranges were counted, the name of one, and its values in the order of metrics. */
YOLO4J_API int32_t yolo4j_cupti_session_range_count(yolo4j_cupti_session* session, int64_t* count);
YOLO4J_API int32_t yolo4j_cupti_session_range_name(yolo4j_cupti_session* session, int64_t range,
                                                   char* name, int64_t capacity);
YOLO4J_API int32_t yolo4j_cupti_session_values(yolo4j_cupti_session* session, int64_t range,
                                               double* values, int64_t metric_count);

/* Ends it, in whatever state. The GPU goes back to its ordinary clocks and counters. */
YOLO4J_API void yolo4j_cupti_session_end(yolo4j_cupti_session* session);

#ifdef __cplusplus
}
#endif

#endif /* YOLO4J_PROFILE_H */
