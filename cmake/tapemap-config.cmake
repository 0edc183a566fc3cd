# find_package(tapemap CONFIG): gives the target tapemap::tapemap.
include(${CMAKE_CURRENT_LIST_DIR}/tapemap-targets.cmake)
