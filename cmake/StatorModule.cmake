# One target per folder, through one function, so that every folder is compiled alike and the
# allowed dependencies are written in one place: the folder's own CMakeLists.txt.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths relative to the checkout, so that all checkouts on a machine share one cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

add_library(stator_flags INTERFACE)
target_include_directories(stator_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(stator_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_options(stator_flags INTERFACE -Wthread-safety)
endif()
if(PROJECT_WERROR)
  target_compile_options(stator_flags INTERFACE -Werror)
endif()
if(CMAKE_BUILD_TYPE STREQUAL Debug)
  target_compile_options(stator_flags INTERFACE -g1)
endif()
if(PROJECT_SANITIZERS)
  string(REPLACE ";" "," sanitizers "${PROJECT_SANITIZERS}")
  target_compile_options(stator_flags INTERFACE
    -fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(stator_flags INTERFACE -fsanitize=${sanitizers})
endif()
if(PROJECT_FUZZERS)
  target_compile_options(stator_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(PROJECT_COVERAGE)
  target_compile_options(stator_flags INTERFACE --coverage)
  target_link_options(stator_flags INTERFACE --coverage)
endif()

# stator_module(<name> SOURCES a.cc ... [DEPENDS stator_base ...] [TESTS a_test.cc ...])
# makes the library stator_<name> and, with TESTS, the test program stator_<name>_test.
function(stator_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;TESTS;TEST_DEPENDS" ${ARGN})
  add_library(stator_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(stator_${name} PUBLIC stator_flags ${ARG_DEPENDS})
  if(ARG_TESTS)
    add_executable(stator_${name}_test ${ARG_TESTS})
    target_link_libraries(stator_${name}_test PRIVATE stator_${name} ${ARG_TEST_DEPENDS}
      GTest::gtest GTest::gmock GTest::gtest_main)
    add_test(NAME ${name} COMMAND stator_${name}_test)
  endif()
endfunction()
