// The scheduler of one block: threads, barriers, warps, shared memory; and launches. One launch at
// a time in a process.
#pragma once

#include "hostcuda/fiber.h"
#include "hostcuda/language.h"

namespace hostcuda {

constexpr int kMostThreads = 1024;
constexpr int kMostMasks = 16;
constexpr int kMostShared = 64;

enum Collective { kSync, kShuffle, kVote };

/// Lanes of one mask that meet at an intrinsic.
struct Group {
  unsigned mask, arrived, generation, result_mask;
  Collective kind;
  uint64_t given[32], result[32];
};

struct Warp {
  unsigned alive;
  int groups;
  Group group[kMostMasks];
};

struct Thread {
  uint3 index;
  int lane;
  Warp* warp;
  const unsigned* counter;  // it waits while this still has the value
  unsigned value;
  bool done;
  const char* where;
  Fiber fiber;
};

struct Shared {
  const void* tag;
  void* memory;
};

struct Runtime {
  Thread* current;
  uint3 block, block_size, grid_size;
  Fiber main;
  Thread* threads[kMostThreads];
  Warp warps[kMostThreads / 32];
  int order[kMostThreads];
  int made, count, alive, arrived;
  unsigned generation;
  void (*body)(void*);
  void* argument;
  Shared shared[kMostShared];
  int shared_count;
  std::size_t dynamic_size;
  char barrier[2], launch, end;  // what the thread sanitizer takes for locks
};
inline Runtime runtime;

[[noreturn]] HOSTCUDA_UNSEEN inline void die(const char* what) {
  const Runtime& r = runtime;
  std::fprintf(stderr, "hostcuda: %s\n", what);
  if (r.current != nullptr) {
    std::fprintf(stderr, "  in block %u, thread %u\n", r.block.x, r.current->index.x);
  }
  int shown = 0;
  for (int i = 0; i < r.count && shown < 8; i++) {
    if (!r.threads[i]->done && r.threads[i]->counter != nullptr) {
      shown++;
      std::fprintf(stderr, "  thread %u waits at %s\n", r.threads[i]->index.x,
                   r.threads[i]->where == nullptr ? "?" : r.threads[i]->where);
    }
  }
  std::abort();
}

HOSTCUDA_UNSEEN inline void wait(const unsigned* counter, unsigned value, const char* where) {
  Thread* thread = runtime.current;
  thread->counter = counter;
  thread->value = value;
  thread->where = where;
  switch_fiber(&thread->fiber, &runtime.main);
  thread->counter = nullptr;
}

HOSTCUDA_UNSEEN inline void release_barrier() {
  runtime.arrived = 0;
  runtime.generation++;
}

// Two locks in turn: an early thread's next arrival must not order the late ones.
HOSTCUDA_UNSEEN inline void barrier(const char* where) {
  unsigned generation = runtime.generation;
  HOSTCUDA_RELEASE(&runtime.barrier[generation & 1]);
  if (++runtime.arrived == runtime.alive) {
    release_barrier();
  } else {
    wait(&runtime.generation, generation, where);
  }
  HOSTCUDA_ACQUIRE(&runtime.barrier[generation & 1]);
}

HOSTCUDA_UNSEEN inline void finish(Group& group) {
  for (int i = 0; i < 32; i++) {
    group.result[i] = group.given[i];
  }
  group.result_mask = group.arrived;
  group.arrived = 0;
  group.generation++;
}

/// The group of a mask, or an idle one that takes it.
HOSTCUDA_UNSEEN inline Group* group_of(Warp& warp, unsigned mask) {
  for (int i = 0; i < warp.groups; i++) {
    if (warp.group[i].mask == mask) {
      return &warp.group[i];
    }
  }
  for (int i = 0; i < warp.groups; i++) {
    if (warp.group[i].arrived == 0) {
      warp.group[i].mask = mask;
      return &warp.group[i];
    }
  }
  if (warp.groups == kMostMasks) {
    die("more than 16 masks of one warp wait at once");
  }
  Group* group = &warp.group[warp.groups++];
  group->mask = mask;
  group->arrived = 0;
  return group;
}

/// Every lane of the mask that hasn't ended must arrive, with the same mask and kind; returns all
/// lanes' values.
HOSTCUDA_UNSEEN inline Group& collect(unsigned mask, uint64_t value, Collective kind,
                                      const char* where) {
  Thread* thread = runtime.current;
  unsigned bit = 1u << thread->lane;
  thread->where = where;
  if ((mask & bit) == 0) {
    die("a warp intrinsic's mask must have the calling lane");
  }
  Group* group = group_of(*thread->warp, mask);
  if (group->arrived != 0 && group->kind != kind) {
    die("lanes of one mask must run the same intrinsic");
  }
  group->kind = kind;
  group->given[thread->lane] = value;
  group->arrived |= bit;
  unsigned generation = group->generation;
  if (kind == kSync) {
    HOSTCUDA_RELEASE(&group->given[generation & 1]);
  }
  if (group->arrived == (mask & thread->warp->alive)) {
    finish(*group);
  } else {
    wait(&group->generation, generation, where);
  }
  if (kind == kSync) {
    HOSTCUDA_ACQUIRE(&group->given[generation & 1]);
  }
  return *group;
}

HOSTCUDA_UNSEEN inline void end_thread() {
  Thread* thread = runtime.current;
  Warp& warp = *thread->warp;
  thread->done = true;
  runtime.alive--;
  warp.alive &= ~(1u << thread->lane);
  HOSTCUDA_RELEASE(&runtime.end);
  if (runtime.alive > 0 && runtime.arrived == runtime.alive) {
    release_barrier();
  }
  for (int i = 0; i < warp.groups; i++) {
    Group& group = warp.group[i];
    if (group.arrived != 0 && group.arrived == (group.mask & warp.alive)) {
      finish(group);
    }
  }
  switch_fiber(&thread->fiber, &runtime.main);
}

HOSTCUDA_UNSEEN inline void thread_main() {
  for (;;) {
    HOSTCUDA_ACQUIRE(&runtime.launch);
    runtime.body(runtime.argument);
    end_thread();
  }
}

/// Shared memory of a block by what declares it; a malloc each, so that its ends are guarded.
HOSTCUDA_UNSEEN inline void* shared_memory(const void* tag, std::size_t size) {
  for (int i = 0; i < runtime.shared_count; i++) {
    if (runtime.shared[i].tag == tag) {
      HOSTCUDA_ACQUIRE(&runtime.shared[i]);
      return runtime.shared[i].memory;
    }
  }
  if (runtime.shared_count == kMostShared) {
    die("more than 64 arrays in shared memory");
  }
  volatile unsigned char* memory = static_cast<unsigned char*>(std::malloc(size));
  for (std::size_t i = 0; i < size; i++) {
    memory[i] = 0xff;
  }
  Shared& added = runtime.shared[runtime.shared_count++];
  HOSTCUDA_RELEASE(&added);
  added = Shared{tag, const_cast<unsigned char*>(memory)};
  return added.memory;
}

HOSTCUDA_UNSEEN inline void run_block() {
  Runtime& r = runtime;
  r.alive = r.count;
  r.arrived = 0;
  for (int i = 0; i < kMostThreads / 32; i++) {
    int lanes = r.count > i * 32 ? r.count - i * 32 : 0;
    r.warps[i].alive = lanes >= 32 ? ~0u : (1u << lanes) - 1;
    r.warps[i].groups = 0;
  }
  for (int i = 0; i < r.count; i++) {
    r.threads[i]->done = false;
    r.threads[i]->counter = nullptr;
  }
  while (r.alive > 0) {
    bool progress = false;
    for (int k = 0; k < r.count; k++) {
      Thread* thread = r.threads[r.order[k]];
      if (thread->done || (thread->counter != nullptr && *thread->counter == thread->value)) {
        continue;
      }
      progress = true;
      r.current = thread;
      switch_fiber(&r.main, &thread->fiber);
    }
    if (!progress) {
      die("no thread can go on: not all reach a barrier, or a mask has lanes that never arrive");
    }
  }
  HOSTCUDA_ACQUIRE(&r.end);
  for (int i = 0; i < r.shared_count; i++) {
    std::free(r.shared[i].memory);
  }
  r.shared_count = 0;
  r.current = nullptr;
}

HOSTCUDA_UNSEEN inline void shuffle_order(unsigned& seed) {
  for (int i = runtime.count; i-- > 1;) {
    seed = seed * 1664525u + 1013904223u;
    int j = static_cast<int>((seed >> 8) % static_cast<unsigned>(i + 1));
    int other = runtime.order[i];
    runtime.order[i] = runtime.order[j];
    runtime.order[j] = other;
  }
}

/// Runs the body for every thread of every block.
HOSTCUDA_UNSEEN inline void launch(void (*body)(void*), void* argument, unsigned blocks,
                                   unsigned threads, std::size_t shared_bytes) {
  Runtime& r = runtime;
  r.current = nullptr;
  r.count = 0;
  if (threads == 0 || threads > kMostThreads || blocks == 0 || blocks > 0x7fffffffu ||
      shared_bytes > 48u << 10) {
    die("a launch must have 1 to 1024 threads, 1 to 2^31 - 1 blocks, up to 48 KB of shared memory");
  }
  r.main = Fiber();  // whichever OS thread this is
#if defined(HOSTCUDA_THREAD)
  r.main.tsan = __tsan_get_current_fiber();
#endif
  r.count = static_cast<int>(threads);
  for (; r.made < r.count; r.made++) {
    r.threads[r.made] = new Thread();
    make_fiber(r.threads[r.made]->fiber, thread_main);
  }
  const char* order = std::getenv("HC_ORDER");
  bool reverse = order != nullptr && std::strcmp(order, "rev") == 0;
  bool random = order != nullptr && std::strncmp(order, "rand", 4) == 0;
  unsigned seed = random && order[4] == ':' ? static_cast<unsigned>(std::atoi(order + 5)) : 1;
  for (int i = 0; i < r.count; i++) {
    Thread& thread = *r.threads[i];
    thread.index = {static_cast<unsigned>(i), 0, 0};
    thread.lane = i % 32;
    thread.warp = &r.warps[i / 32];
    r.order[i] = reverse ? r.count - 1 - i : i;
  }
  r.block_size = {threads, 1, 1};
  r.grid_size = {blocks, 1, 1};
  r.body = body;
  r.argument = argument;
  r.dynamic_size = shared_bytes;
  HOSTCUDA_RELEASE(&r.launch);
  for (unsigned block = 0; block < blocks; block++) {
    if (random) {
      shuffle_order(seed);
    }
    r.block = {block, 0, 0};
    run_block();
  }
}

template <typename... Parameters, std::size_t... I>
void call_with(void (*kernel)(Parameters...), void** arguments, std::index_sequence<I...>) {
  kernel(*static_cast<std::remove_reference_t<Parameters>*>(arguments[I])...);
}

/// Calls a kernel as cuLaunchKernel's array of pointers to arguments says.
template <typename... Parameters>
void call_with(void (*kernel)(Parameters...), void** arguments) {
  call_with(kernel, arguments, std::index_sequence_for<Parameters...>());
}

}  // namespace hostcuda

#define threadIdx (hostcuda::runtime.current->index)
#define blockIdx (hostcuda::runtime.block)
#define blockDim (hostcuda::runtime.block_size)
#define gridDim (hostcuda::runtime.grid_size)

#define SHARED_ARRAY(type, name, dimensions)        \
  static char hostcuda_tag_##name;                  \
  using hostcuda_type_##name = type dimensions;     \
  auto& name = *static_cast<hostcuda_type_##name*>( \
      hostcuda::shared_memory(&hostcuda_tag_##name, sizeof(hostcuda_type_##name)))

#define HOSTCUDA_TEXT_OF(x) #x
#define HOSTCUDA_TEXT(x) HOSTCUDA_TEXT_OF(x)
#define HOSTCUDA_WHERE __FILE__ ":" HOSTCUDA_TEXT(__LINE__)
#define __syncthreads() hostcuda::barrier(HOSTCUDA_WHERE)
