# tapemap_version_resource(TARGET FILE DESCRIPTION): what Windows shows of the file in its properties.
function(tapemap_version_resource target file description)
    set(VERSION_FILE ${file})
    set(VERSION_DESCRIPTION ${description})
    get_target_property(kind ${target} TYPE)
    if(kind STREQUAL SHARED_LIBRARY)
        set(VERSION_FILE_TYPE VFT_DLL)
    else()
        set(VERSION_FILE_TYPE VFT_APP)
    endif()
    configure_file(${PROJECT_SOURCE_DIR}/cmake/version.rc.in
                   ${CMAKE_CURRENT_BINARY_DIR}/${target}_version.rc @ONLY)
    target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${target}_version.rc)
endfunction()
