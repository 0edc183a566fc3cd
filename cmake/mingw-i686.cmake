# Cross build for 32-bit Windows with Debian's mingw-w64. Compiled only: Debian's Wine is 64-bit.

set(TAPEMAP_ARCH i686)
include(${CMAKE_CURRENT_LIST_DIR}/mingw-common.cmake)

# Peaks are added in SSE registers as everywhere else: x87 would round them differently.
string(APPEND CMAKE_C_FLAGS_INIT " -msse2 -mfpmath=sse")
