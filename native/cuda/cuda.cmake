# The CUDA part: host code always, kernels where nvcc is found. YOLO4J_CUDA: AUTO, ON (nvcc must be
# there) or OFF. Builds with sanitizers have no kernels with AUTO: their tests compile the kernels
# for the CPU.
set(YOLO4J_CUDA AUTO CACHE STRING "Embed CUDA kernels: AUTO (where nvcc is found), ON or OFF")
set_property(CACHE YOLO4J_CUDA PROPERTY STRINGS AUTO ON OFF)
set(YOLO4J_CUDA_ARCHITECTURES "75;80;90;100;120" CACHE STRING
  "Compute capabilities to compile kernels for; the first one's PTX serves all others")

target_sources(yolo4j_objects PRIVATE
  cuda/activation.cpp
  cuda/arguments.cpp
  cuda/decode.cpp
  cuda/depthwise.cpp
  cuda/depthwise_plan.cpp
  cuda/devices.cpp
  cuda/driver.cpp
  cuda/embedded.cpp
  cuda/events.cpp
  cuda/launch_cost.cpp
  cuda/nms.cpp
  cuda/pixels_in.cpp
  cuda/roofs.cpp
  cuda/squeeze_excite.cpp
  cuda/squeeze_excite_gradient.cpp
  cuda/stopwatch.cpp)
target_link_libraries(yolo4j_objects PUBLIC ${CMAKE_DL_LIBS})

if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND
    (YOLO4J_CUDA STREQUAL "ON" OR (YOLO4J_CUDA STREQUAL "AUTO" AND NOT YOLO4J_SANITIZE)))
  file(GLOB cuda_folders /usr/local/cuda*/bin)
  find_program(YOLO4J_NVCC nvcc HINTS ENV CUDA_HOME ENV CUDA_PATH PATH_SUFFIXES bin
    PATHS ${cuda_folders})
  if(NOT YOLO4J_NVCC AND YOLO4J_CUDA STREQUAL "ON")
    message(FATAL_ERROR "YOLO4J_CUDA is ON, so nvcc must be found; set YOLO4J_NVCC to it")
  endif()
endif()

if(YOLO4J_NVCC AND NOT YOLO4J_CUDA STREQUAL "OFF" AND
    NOT (YOLO4J_SANITIZE AND YOLO4J_CUDA STREQUAL "AUTO"))
  # The kernels use nothing that is newer than 8.0, so all from there on share one PTX: nvcc's front
  # end, which takes most of the time, runs twice instead of once an architecture.
  set(cuda_targets)
  set(cuda_shared)
  foreach(architecture ${YOLO4J_CUDA_ARCHITECTURES})
    if(NOT cuda_targets)
      set(cuda_targets -gencode
        arch=compute_${architecture},code=[sm_${architecture},compute_${architecture}])
    elseif(NOT cuda_shared)
      set(cuda_shared arch=compute_${architecture},code=[sm_${architecture})
    else()
      string(APPEND cuda_shared ",sm_${architecture}")
    endif()
  endforeach()
  if(cuda_shared)
    list(APPEND cuda_targets -gencode ${cuda_shared}])
  endif()
  file(GLOB_RECURSE cuda_kernels CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/cuda/kernels/*)
  set(cuda_fatbin ${CMAKE_CURRENT_BINARY_DIR}/kernels.fatbin)
  # A spilled register fails the build: ptxas warns, and warnings are errors.
  add_custom_command(OUTPUT ${cuda_fatbin}
    COMMAND ${CMAKE_COMMAND}
      -D NVCC=${YOLO4J_NVCC} -D "TARGETS=${cuda_targets}" -D OUTPUT=${cuda_fatbin}
      -D SOURCE=${CMAKE_CURRENT_SOURCE_DIR}/cuda/kernels/all.cu
      -D "INCLUDE=${CMAKE_CURRENT_SOURCE_DIR};${CMAKE_CURRENT_SOURCE_DIR}/include"
      -P ${CMAKE_CURRENT_SOURCE_DIR}/cuda/compile.cmake
    DEPENDS ${cuda_kernels} cuda/shapes.h include/yolo4j.h cuda/compile.cmake
    COMMENT "Compiling CUDA kernels for ${YOLO4J_CUDA_ARCHITECTURES}"
    VERBATIM)
  set_source_files_properties(cuda/embedded.cpp PROPERTIES
    OBJECT_DEPENDS ${cuda_fatbin}
    COMPILE_DEFINITIONS "YOLO4J_CUDA_FATBIN=\"${cuda_fatbin}\"")
  set(YOLO4J_CUDA_EMBEDDED ON)
else()
  set(YOLO4J_CUDA_EMBEDDED OFF)
  message(STATUS "yolo4j: without CUDA kernels (YOLO4J_CUDA is ${YOLO4J_CUDA})")
endif()
