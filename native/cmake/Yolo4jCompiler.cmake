# Language, warnings, sanitizers: one interface target for everything that we compile.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_CXX_EXTENSIONS OFF)

add_library(yolo4j_compiler INTERFACE)
target_compile_features(yolo4j_compiler INTERFACE cxx_std_17 c_std_11)
if(MSVC)
  target_compile_options(yolo4j_compiler INTERFACE /W4 /WX)
else()
  # No contraction: the scalar version must give the same bits on every architecture; kernels that
  # want a fused multiply-add say so. Nobody reads the flags of floating-point exceptions; GCC would
  # leave choices between floats out of its vectors for them.
  target_compile_options(yolo4j_compiler INTERFACE -Wall -Wextra -Werror -ffp-contract=off -fno-trapping-math)
endif()

if(YOLO4J_SANITIZE)
  # -O1 and -g1: unrolled kernels with checks take minutes to compile at -O3.
  set(sanitize -fsanitize=${YOLO4J_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1 -O1)
  target_compile_options(yolo4j_compiler INTERFACE ${sanitize})
  target_link_options(yolo4j_compiler INTERFACE ${sanitize})
endif()

# ThreadSanitizer doesn't understand libgomp's barriers and reports races that aren't there.
if(YOLO4J_OPENMP AND NOT YOLO4J_SANITIZE MATCHES "thread")
  find_package(OpenMP COMPONENTS CXX)
  if(OpenMP_CXX_FOUND)
    target_link_libraries(yolo4j_compiler INTERFACE OpenMP::OpenMP_CXX)
  else()
    message(STATUS "yolo4j: the compiler has no OpenMP, kernels will use one thread")
  endif()
endif()
