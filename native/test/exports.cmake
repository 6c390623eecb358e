# The library exports exactly the functions of its headers.
cmake_minimum_required(VERSION 3.20)
execute_process(COMMAND ${NM} -D --defined-only --format=posix ${LIBRARY}
  OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE " [^\n]*\n" ";" exported "${symbols}")
list(REMOVE_ITEM exported "")

foreach(header ${HEADERS})
  file(STRINGS ${header} lines REGEX "^YOLO4J_API ")
  foreach(line ${lines})
    string(REGEX MATCH "yolo4j_[a-z0-9_]+\\(" name "${line}")
    string(REPLACE "(" "" name "${name}")
    list(APPEND declared ${name})
  endforeach()
endforeach()

list(SORT exported)
list(SORT declared)
if(NOT exported STREQUAL declared)
  message(FATAL_ERROR "exported and declared functions differ\nexported: ${exported}\ndeclared: ${declared}")
endif()
list(LENGTH exported count)
message(STATUS "${count} functions")
