# What the two Windows toolchains share; they set TAPEMAP_ARCH and include this file.

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR ${TAPEMAP_ARCH})

# Debian has two builds of each cross compiler, and the plain name means whichever the machine is
# set to. The win32 one leaves no winpthread DLL in the programs.
set(CMAKE_C_COMPILER ${TAPEMAP_ARCH}-w64-mingw32-gcc-win32)
set(CMAKE_RC_COMPILER ${TAPEMAP_ARCH}-w64-mingw32-windres)
set(CMAKE_MC_COMPILER ${TAPEMAP_ARCH}-w64-mingw32-windmc)

# scripts/build-deps.sh says where the folder is while it fills it; later it is always here.
if(NOT DEFINED TAPEMAP_DEPS)
    get_filename_component(TAPEMAP_DEPS
        ${CMAKE_CURRENT_LIST_DIR}/../build/deps/${TAPEMAP_ARCH} ABSOLUTE)
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TAPEMAP_DEPS)

# What becomes part of a program is searched for in these two folders only: the host's libraries
# would not link. Programs to run while building are the host's.
set(CMAKE_FIND_ROOT_PATH ${TAPEMAP_DEPS} /usr/${TAPEMAP_ARCH}-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# PKG_CONFIG_PATH is emptied because it comes first, and a .pc file of the host must never answer.
set(ENV{PKG_CONFIG_LIBDIR} ${TAPEMAP_DEPS}/lib/pkgconfig)
set(ENV{PKG_CONFIG_PATH} "")
set(PKG_CONFIG_ARGN --static)

# Windows 10 and later. A program carries libgcc with it, and no date: it builds the same twice.
set(CMAKE_C_FLAGS_INIT "-D_WIN32_WINNT=0x0A00 -DWINVER=0x0A00 -DNTDDI_VERSION=0x0A000000")
foreach(_kind EXE SHARED MODULE)
    set(CMAKE_${_kind}_LINKER_FLAGS_INIT "-static-libgcc -Wl,--no-insert-timestamp")
endforeach()
