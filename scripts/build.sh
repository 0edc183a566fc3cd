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
need cmake ninja
cd "$ROOT"
for preset in "$@"; do
    case $preset in
    release | win32) bash scripts/build-deps.sh ;;
    esac
    step "building $preset" configure_and_build "$preset"
done
