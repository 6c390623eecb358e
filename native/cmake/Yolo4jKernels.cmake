# Kernels are compiled once per instruction set, one file each. The file's suffix names the set, so
# flags and content can't drift apart: <name>__scalar, __avx2, __avx512, __neon.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(YOLO4J_ARCH x86)
  set(YOLO4J_ARCH_DEFINITION YOLO4J_X86)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
  set(YOLO4J_ARCH arm64)
  set(YOLO4J_ARCH_DEFINITION YOLO4J_ARM64)
else()
  set(YOLO4J_ARCH other)
  set(YOLO4J_ARCH_DEFINITION YOLO4J_OTHER)
endif()

set(YOLO4J_ISA_ARCH_avx2 x86)
set(YOLO4J_ISA_ARCH_avx512 x86)
set(YOLO4J_ISA_ARCH_neon arm64)
if(MSVC)
  set(YOLO4J_ISA_FLAGS_avx2 /arch:AVX2)
  set(YOLO4J_ISA_FLAGS_avx512 /arch:AVX512)
else()
  set(YOLO4J_ISA_FLAGS_avx2 -mavx2 -mfma -mf16c)
  set(YOLO4J_ISA_FLAGS_avx512 ${YOLO4J_ISA_FLAGS_avx2} -mavx512f -mavx512bw -mavx512dq -mavx512vl)
endif()
# GCC up to 12 warns about the deliberately undefined registers in its own AVX-512 header.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND YOLO4J_ISA_FLAGS_avx512 -Wno-uninitialized -Wno-maybe-uninitialized)
endif()

# yolo4j_kernels(<target> <file>...): adds the files that this architecture can compile.
function(yolo4j_kernels target)
  foreach(file ${ARGN})
    if(NOT file MATCHES "__(scalar|avx2|avx512|neon)\\.cpp$")
      message(FATAL_ERROR
        "a kernel file's name must end in __scalar, __avx2, __avx512 or __neon, got ${file}")
    endif()
    set(isa ${CMAKE_MATCH_1})
    if(isa STREQUAL "scalar" OR YOLO4J_ISA_ARCH_${isa} STREQUAL YOLO4J_ARCH)
      target_sources(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/${file})
      set_source_files_properties(
        ${CMAKE_CURRENT_SOURCE_DIR}/${file} TARGET_DIRECTORY ${target}
        PROPERTIES COMPILE_OPTIONS "${YOLO4J_ISA_FLAGS_${isa}}")
    endif()
  endforeach()
endfunction()
