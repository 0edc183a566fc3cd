# vcpkg's triplet of this name, with PortAudio as scripts/build-deps.sh builds it.
set(VCPKG_TARGET_ARCHITECTURE x64)
set(VCPKG_CRT_LINKAGE dynamic)
set(VCPKG_LIBRARY_LINKAGE static)
if(PORT STREQUAL "portaudio")
    # It would open every kernel-streaming filter each time that devices are looked at.
    set(VCPKG_CMAKE_CONFIGURE_OPTIONS -DPA_USE_WDMKS=OFF)
endif()
