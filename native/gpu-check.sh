#!/usr/bin/env bash
# Everything about CUDA that needs a GPU: builds, runs the tests on the real driver, events and
# counters (libcupti, where it is installed) among them, measures the GPU's roofs and what a launch costs, with NVIDIA's compute-sanitizer where there
# is one, and times each operation against PyTorch's (python3 with
# torch, which brings cuDNN; torchvision for suppression) and a plain copy.
#
#   native/gpu-check.sh <table.md> [<build folder>]
#
# The table goes to the file and to standard output, all else to standard error. Fails when a test
# fails, when a result differs from PyTorch's, or when there is no GPU.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "usage: $0 <table.md> [<build folder>]" >&2
  exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
table=$1
build=${2:-$root/target/native-gpu}
operations=(activation depthwise squeeze_excite squeeze_excite_gradient pixels_in decode nms)

say() {
  echo "=== $*" >&2
}

command -v nvidia-smi > /dev/null || say "no nvidia-smi here; going on, the driver may be there all the same"
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader >&2 || true

say "build"
cmake -S "$root" -B "$build" -DYOLO4J_CUDA=ON >&2
targets=(yolo4j cuda_driver_test cuda_events_test cuda_roofs_test cupti_chips_test cupti_count_test)
for operation in "${operations[@]}"; do
  targets+=("cuda_${operation}_test")
done
cmake --build "$build" --parallel --target "${targets[@]}" >&2

# The programs open whichever libcuda.so.1 the system has; ctest would give them the fake one.
programs=$build/native/test/cuda
unset HC_ORDER YOLO4J_FAKE_CUDA YOLO4J_FAKE_CUPTI
say "tests on the driver"
"$programs/cuda_driver_test" works >&2
say "times by events"
"$programs/cuda_events_test" works >&2
# May be skipped (77): without libcupti, or without the right to count. It says which.
counters() {
  local program=$1 result=0
  shift
  say "counters: $program"
  "$build/native/test/cupti/$program" "$@" >&2 || result=$?
  [ "$result" = 0 ] || [ "$result" = 77 ] || exit "$result"
}
counters cupti_chips_test "$root/native/test/cupti/metric_passes.txt"
counters cupti_count_test
# Prints the figures of a few slices each; profile roofs --device cuda takes more.
say "roofs"
"$programs/cuda_roofs_test" >&2
for operation in "${operations[@]}"; do
  say "test $operation"
  "$programs/cuda_${operation}_test" >&2
done

sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2> /dev/null | tail -n 1 || true)
if [ -n "$sanitizer" ]; then
  for operation in "${operations[@]}"; do
    for tool in memcheck racecheck synccheck; do
      say "$tool $operation"
      "$sanitizer" --tool "$tool" --error-exitcode 9 "$programs/cuda_${operation}_test" >&2
    done
  done
else
  say "skipped: no compute-sanitizer"
fi

if ! python3 -c 'import torch' 2> /dev/null; then
  say "skipped the table: python3 has no torch"
  exit 0
fi
say "table"
library=$(ls "$build"/native/libyolo4j.so)
python3 "$root/native/cuda/gpu_table.py" "$library" > "$table.partial"
mv "$table.partial" "$table"
cat "$table"
