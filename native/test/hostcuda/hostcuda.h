// Runs CUDA C++ kernels on the CPU, for tests: the kernels' own files are compiled by g++ or clang,
// with one fiber a CUDA thread. Blocks run one after another; the order of the threads inside is
// the environment's HC_ORDER: fwd, rev or rand:SEED. Works under the address, undefined-behaviour
// and thread sanitizers, which see global and shared memory as they see any other.
//
// Found besides: barriers or warp intrinsics that not all threads reach, lanes missing from a mask,
// shuffles from a lane that doesn't take part, shared memory that nobody wrote (it starts as NaN),
// launches beyond the limits of a GPU.
#pragma once

#include "hostcuda/language.h"
// The language first.
#include "hostcuda/block.h"
#include "hostcuda/intrinsics.h"
#include "hostcuda/numbers.h"
