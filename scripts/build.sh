#!/usr/bin/env bash
# build.sh [PRESET...]: configures and builds the named CMake presets, `release` if none is named.
# What preset P makes is in build/P, its programs in build/P/bin.
set -euo pipefail
source "$(dirname "$0")/common.sh"

configure_and_build() {
    cmake --preset "$1"
    cmake --build --preset "$1"
}

(($# > 0)) || set -- release
need ccache cmake ninja
# What was compiled in one checkout need not be in the next; paths are taken as relative for that.
export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
export CCACHE_DIR=$CACHE/ccache CCACHE_MAXSIZE=1G CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1
cd "$ROOT"
for preset in "$@"; do
    case $preset in
    release | win32) bash scripts/build-deps.sh ;;
    esac
    step "building $preset" configure_and_build "$preset"
done
