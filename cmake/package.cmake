# What `cmake --install` and the ZIP hold besides the programs: what other people's builds find
# tapemap.dll by, and what one reads. All of it is found relative to itself, wherever it is put.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tapemap)
set(generated ${PROJECT_BINARY_DIR}/package)

# find_package(tapemap CONFIG), then link with tapemap::tapemap.
install(EXPORT tapemap NAMESPACE tapemap:: FILE tapemap-targets.cmake
        DESTINATION ${package_folder})
write_basic_package_version_file(${generated}/tapemap-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/tapemap-config.cmake
              ${generated}/tapemap-config-version.cmake DESTINATION ${package_folder})

# pkg-config --cflags --libs tapemap
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" TAPEMAP_PC_PREFIX ${up})
configure_file(${CMAKE_CURRENT_LIST_DIR}/tapemap.pc.in ${generated}/tapemap.pc @ONLY)
install(FILES ${generated}/tapemap.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# For linkers that want an import library of their own kind: lib /def:tapemap.def /machine:x64
install(FILES client/tapemap.def DESTINATION ${CMAKE_INSTALL_LIBDIR})

# What one reads lies as in the sources: what README.md names is where it says.
set(TAPEMAP_INSTALL_DOCDIR . CACHE STRING "Where README.md, docs and samples are installed")
install(FILES LICENSE README.md THIRD-PARTY.md DESTINATION ${TAPEMAP_INSTALL_DOCDIR})
install(DIRECTORY docs licences samples completion DESTINATION ${TAPEMAP_INSTALL_DOCDIR}
        PATTERN __pycache__ EXCLUDE)

# `cpack` in the build folder makes the ZIP.
math(EXPR bits "8 * ${CMAKE_SIZEOF_VOID_P}")
set(CPACK_GENERATOR ZIP)
set(CPACK_PACKAGE_FILE_NAME tapemap-${PROJECT_VERSION}-win${bits})
set(CPACK_PACKAGE_VENDOR "the tapemap developers")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)
