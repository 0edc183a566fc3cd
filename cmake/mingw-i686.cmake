# Cross build for 32-bit Windows with Debian's mingw-w64. Compiled only: Debian's Wine is 64-bit.

set(TAPEMAP_ARCH i686)
include(${CMAKE_CURRENT_LIST_DIR}/mingw-common.cmake)
