#!/usr/bin/env bash
# The native build as Maven calls it: quiet, and one clear line when a tool is missing.
#
#   native/build.sh <component> <platform> <build folder> <include folder> <library folder> [<oneDNN's folder>]
#
# Components: kernels (libyolo4j and its header), plan (the plan executor, which needs oneDNN's folder), torch (the LibTorch
# operations; Linux only, nothing elsewhere).
# The platform is JavaCPP's name of the target (linux-x86_64, linux-arm64 …).
# YOLO4J_CMAKE_ARGS adds arguments to the configuration.
set -euo pipefail

usage() {
  echo "usage: $0 kernels|plan|torch <platform> <build folder> <include folder> <library folder> [<oneDNN's folder>]" >&2
  exit 2
}

[ $# -eq 5 ] || [ $# -eq 6 ] || usage
component=$1 platform=$2 build=$3 include=$4 library=$5
arguments=()
case $component in
  kernels) target=yolo4j ;;
  plan)
    [ $# -eq 6 ] || usage
    target=yolo4j_plan
    arguments+=("-DYOLO4J_ONEDNN_DIR=$6")
    ;;
  torch) target=yolo4j_torch ;;
  *) usage ;;
esac
if [ "$component" = torch ] && [ "${platform#linux-}" = "$platform" ]; then
  exit 0
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

missing() {
  echo "yolo4j: the native build needs $1; none found on the PATH. Install it ($2)." >&2
  exit 3
}

command -v cmake > /dev/null || missing "CMake 3.20 or newer" "Debian, Ubuntu: apt-get install cmake"
# JavaCPP compiles its part with g++ on Linux and clang++ on macOS.
case $platform in
  linux-*) command -v g++ > /dev/null || missing "a C++17 compiler, g++" "Debian, Ubuntu: apt-get install g++" ;;
  macosx-*) command -v clang++ > /dev/null || missing "a C++17 compiler, clang++" "xcode-select --install" ;;
esac

if [ "$platform" = linux-arm64 ] && [ "$(uname -m)" != aarch64 ]; then
  command -v aarch64-linux-gnu-g++ > /dev/null ||
    missing "a cross compiler, aarch64-linux-gnu-g++" "Debian, Ubuntu: apt-get install g++-aarch64-linux-gnu"
  arguments+=(-DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=aarch64
    -DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc -DCMAKE_CXX_COMPILER=aarch64-linux-gnu-g++)
fi
read -r -a more <<< "${YOLO4J_CMAKE_ARGS:-}"

log=$build/build.log
mkdir -p "$build"

quietly() {
  if ! "$@" >> "$log" 2>&1; then
    grep -E -m 10 'error|Error' "$log" >&2 || true
    echo "yolo4j: the native build failed at \"$1 $2\"; all of its output is in $log" >&2
    exit 1
  fi
}

: > "$log"
quietly cmake -S "$root" -B "$build" -DBUILD_TESTING=OFF \
  -DCMAKE_INSTALL_INCLUDEDIR="$include" -DCMAKE_INSTALL_LIBDIR="$library" -DCMAKE_INSTALL_BINDIR="$library" \
  "${arguments[@]+"${arguments[@]}"}" "${more[@]+"${more[@]}"}"
quietly cmake --build "$build" --config Release --target "$target" --parallel 2
quietly cmake --install "$build" --config Release --component "$component"
