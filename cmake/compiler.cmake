# One set of warnings for all of our own code, no exceptions; and the sanitizers of native builds.
add_library(tapemap_compiler INTERFACE)
if(MSVC)
    # C4204 and C4221 warn of aggregates whose members are computed, which C has allowed since 1999;
    # C4200 of flexible array members, which it has too; C4056 and C4756 of Microsoft's own INFINITY,
    # which overflows on purpose.
    target_compile_options(tapemap_compiler INTERFACE
        /W4 /WX /utf-8 /wd4200 /wd4204 /wd4221 /wd4056 /wd4756)
    target_compile_definitions(tapemap_compiler INTERFACE _CRT_SECURE_NO_WARNINGS)
else()
    target_compile_options(tapemap_compiler INTERFACE
        -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes
        -Wmissing-prototypes -Wvla -Werror)
endif()
if(WIN32)
    # Not _UNICODE: with it the getopt of vcpkg takes wide arguments, and ours are UTF-8.
    target_compile_definitions(tapemap_compiler INTERFACE
        UNICODE WIN32_LEAN_AND_MEAN NOMINMAX _WIN32_WINNT=0x0A00)
endif()
if(TAPEMAP_SANITIZE)
    add_compile_options(-fsanitize=${TAPEMAP_SANITIZE} -fno-sanitize-recover=all
                        -fno-omit-frame-pointer -g)
    add_link_options(-fsanitize=${TAPEMAP_SANITIZE})
endif()
