// Fibers: stacks that one OS thread switches between, announced to the sanitizers.
#pragma once

#include <sys/mman.h>

#include "hostcuda/language.h"
#if !defined(__x86_64__) && !defined(__aarch64__)
#include <ucontext.h>
#endif

namespace hostcuda {

struct Fiber {
  void* stack_pointer = nullptr;
  char* stack = nullptr;
  std::size_t size = 0;
  void* fake_stack = nullptr;  // the address sanitizer's
  void* tsan = nullptr;
  void (*body)() = nullptr;
#if !defined(__x86_64__) && !defined(__aarch64__)
  ucontext_t context;
#endif
};

inline Fiber* switched_from = nullptr;
inline Fiber* switched_to = nullptr;

// Saves the registers that a call preserves on this stack, and takes up the other.
#if defined(__x86_64__)
asm(R"(.text
.weak hostcuda_switch
.type hostcuda_switch,@function
hostcuda_switch:
  pushq %rbp; pushq %rbx; pushq %r12; pushq %r13; pushq %r14; pushq %r15
  movq %rsp,(%rdi); movq %rsi,%rsp
  popq %r15; popq %r14; popq %r13; popq %r12; popq %rbx; popq %rbp
  ret
.size hostcuda_switch,.-hostcuda_switch)");
#elif defined(__aarch64__)
asm(R"(.text
.weak hostcuda_switch
.type hostcuda_switch,%function
hostcuda_switch:
  sub sp,sp,#176
  stp x19,x20,[sp]; stp x21,x22,[sp,#16]; stp x23,x24,[sp,#32]; stp x25,x26,[sp,#48]
  stp x27,x28,[sp,#64]; stp x29,x30,[sp,#80]
  stp d8,d9,[sp,#96]; stp d10,d11,[sp,#112]; stp d12,d13,[sp,#128]; stp d14,d15,[sp,#144]
  mov x9,sp; str x9,[x0]; mov sp,x1
  ldp x19,x20,[sp]; ldp x21,x22,[sp,#16]; ldp x23,x24,[sp,#32]; ldp x25,x26,[sp,#48]
  ldp x27,x28,[sp,#64]; ldp x29,x30,[sp,#80]
  ldp d8,d9,[sp,#96]; ldp d10,d11,[sp,#112]; ldp d12,d13,[sp,#128]; ldp d14,d15,[sp,#144]
  add sp,sp,#176
  ret
.size hostcuda_switch,.-hostcuda_switch)");
#endif
extern "C" void hostcuda_switch(void** save, void* to);

HOSTCUDA_UNSEEN inline void landed(Fiber* self) {
#if defined(HOSTCUDA_ADDRESS)
  const void* bottom;
  std::size_t size;
  __sanitizer_finish_switch_fiber(self->fake_stack, &bottom, &size);
  if (switched_from->stack == nullptr) {  // the OS thread's own stack is known only now
    switched_from->stack = static_cast<char*>(const_cast<void*>(bottom));
    switched_from->size = size;
  }
#endif
  (void)self;
}

HOSTCUDA_UNSEEN inline void switch_fiber(Fiber* from, Fiber* to) {
  switched_from = from;
  switched_to = to;
#if defined(HOSTCUDA_ADDRESS)
  __sanitizer_start_switch_fiber(&from->fake_stack, to->stack, to->size);
#endif
#if defined(HOSTCUDA_THREAD)
  __tsan_switch_to_fiber(to->tsan, 1 /* no synchronisation: only barriers order CUDA threads */);
#endif
#if defined(__x86_64__) || defined(__aarch64__)
  hostcuda_switch(&from->stack_pointer, to->stack_pointer);
#else
  swapcontext(&from->context, &to->context);
#endif
  landed(from);
}

HOSTCUDA_UNSEEN inline void fiber_main() {
  Fiber* self = switched_to;
  landed(self);
  self->body();
  std::abort();
}

/// A fiber whose body never returns, with a page under its stack that faults.
inline void make_fiber(Fiber& fiber, void (*body)()) {
#if defined(HOSTCUDA_ADDRESS) || defined(HOSTCUDA_THREAD)
  fiber.size = 256 << 10;
#else
  fiber.size = 64 << 10;
#endif
  constexpr std::size_t kPage = 65536;
  void* memory = mmap(nullptr, fiber.size + kPage, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("hostcuda: no memory for a fiber's stack");
    std::abort();
  }
  mprotect(memory, kPage, PROT_NONE);
  fiber.stack = static_cast<char*>(memory) + kPage;
  fiber.body = body;
#if defined(HOSTCUDA_THREAD)
  fiber.tsan = __tsan_create_fiber(0);
#endif
#if defined(__x86_64__)
  void** top = reinterpret_cast<void**>(fiber.stack + fiber.size);
  *--top = nullptr;
  *--top = reinterpret_cast<void*>(fiber_main);
  for (int saved = 0; saved < 6; saved++) {
    *--top = nullptr;
  }
  fiber.stack_pointer = top;
#elif defined(__aarch64__)
  void** top = reinterpret_cast<void**>(fiber.stack + fiber.size - 176);
  std::memset(top, 0, 176);
  top[11] = reinterpret_cast<void*>(fiber_main);  // x30, where the switch returns to
  fiber.stack_pointer = top;
#else
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_sp = fiber.stack;
  fiber.context.uc_stack.ss_size = fiber.size;
  fiber.context.uc_link = nullptr;
  makecontext(&fiber.context, fiber_main, 0);
#endif
}

}  // namespace hostcuda
