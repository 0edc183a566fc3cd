# Finds the libraries under the names that Debian's sources, vcpkg and MSYS2 give them, and offers
# one name for each: tapemap::cjson and so on. Only what this build needs is looked for.
find_package(PkgConfig QUIET)
find_package(Threads REQUIRED)

# tapemap_dependency(NAME PACKAGE "TARGET..." PKGCONFIG): the first CMake target that exists, else
# what pkg-config says.
function(tapemap_dependency name package targets module)
    find_package(${package} CONFIG QUIET)
    foreach(target IN LISTS targets)
        if(TARGET ${target})
            add_library(tapemap::${name} INTERFACE IMPORTED GLOBAL)
            target_link_libraries(tapemap::${name} INTERFACE ${target})
            return()
        endif()
    endforeach()
    if(PkgConfig_FOUND)
        pkg_check_modules(${package} QUIET IMPORTED_TARGET GLOBAL ${module})
    endif()
    if(TARGET PkgConfig::${package})
        add_library(tapemap::${name} INTERFACE IMPORTED GLOBAL)
        target_link_libraries(tapemap::${name} INTERFACE PkgConfig::${package})
        return()
    endif()
    message(FATAL_ERROR "${name} is needed and not found; on Debian run scripts/setup.sh, on "
                        "Windows use the preset 'windows' with vcpkg")
endfunction()

tapemap_dependency(cjson cJSON "cjson;cJSON::cJSON" libcjson)
target_compile_definitions(tapemap::cjson INTERFACE CJSON_HIDE_SYMBOLS)
if(BUILD_TESTING)
    tapemap_dependency(cmocka cmocka "cmocka::cmocka;cmocka-static;cmocka" cmocka)
endif()
if(TAPEMAP_SERVICE OR NOT WIN32)
    tapemap_dependency(confuse unofficial-libconfuse "unofficial::libconfuse::libconfuse" libconfuse)
    tapemap_dependency(sndfile SndFile "SndFile::sndfile" sndfile)
endif()
if(WIN32 AND TAPEMAP_SERVICE)
    tapemap_dependency(portaudio portaudio
                       "PortAudio::portaudio;portaudio_static;portaudio" portaudio-2.0)
endif()

# getopt_long: in every C library but Microsoft's, for which vcpkg's port getopt-win32 has it.
add_library(tapemap_getopt INTERFACE)
add_library(tapemap::getopt ALIAS tapemap_getopt)
if(MSVC)
    find_package(getopt CONFIG REQUIRED)
    if(TARGET getopt::getopt_static)
        target_link_libraries(tapemap_getopt INTERFACE getopt::getopt_static)
    else()
        target_link_libraries(tapemap_getopt INTERFACE getopt::getopt_shared)
    endif()
endif()
