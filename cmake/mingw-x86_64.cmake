# Cross build for 64-bit Windows with Debian's mingw-w64; test programs run under Wine.

set(TAPEMAP_ARCH x86_64)
include(${CMAKE_CURRENT_LIST_DIR}/mingw-common.cmake)

get_filename_component(CMAKE_CROSSCOMPILING_EMULATOR
    ${CMAKE_CURRENT_LIST_DIR}/../scripts/wine.sh ABSOLUTE)
