// The CPU's events, and files that count them.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/status.h"

namespace yolo4j::perf {

/// An event in perf_event_open's words.
struct Event {
  uint32_t type;
  uint64_t config;
  double weight;  // FLOPs, or whatever it counts, an occurrence
};

/// The events whose weighted sum is a counter; none: not known for this CPU.
std::vector<Event> events(int32_t counter);

/// Files that count a counter's events, one a thread and event.
class Files {
 public:
  Files() = default;
  ~Files();
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  /// Opens all events for all threads that the process has now; on failure none, and the reason.
  bool open(const std::vector<Event>& wanted, Text* reason);

  /// The sum so far; NaN if a file can't be read or never ran.
  double read() const noexcept;

 private:
  struct File {
    int descriptor;
    double weight;
  };

  void close() noexcept;

  std::vector<File> files_;
};

}  // namespace yolo4j::perf
