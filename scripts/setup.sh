#!/usr/bin/env bash
# setup.sh [--bench]: makes a fresh Debian 12 able to build and test: installs the packages that are
# missing, then builds the libraries of the Windows programs. Where nothing is missing it does
# nothing, at once. With --bench also what scripts/bench.sh measures against.
set -euo pipefail
source "$(dirname "$0")/common.sh"

PACKAGES=(
    # building: for Windows, and natively with sanitizers
    build-essential ccache cmake flex ninja-build pkg-config
    gcc-mingw-w64-x86-64-win32 gcc-mingw-w64-i686-win32
    clang libclang-rt-14-dev llvm libcmocka-dev libcjson-dev libconfuse-dev libebur128-dev
    libsamplerate0-dev libsndfile1-dev libstb-dev
    # running Windows programs, and sound for them to record
    wine wine64 pulseaudio pulseaudio-utils
    # the programs that tests and the demo hold the recordings against
    python3 libfaketime sox ffmpeg sndfile-programs espeak-ng
    # what looks at the sources, models of what threads and processes do at once, system calls
    clang-tidy cppcheck spin strace
)
bench=
if [[ ${1-} == --bench ]]; then
    PACKAGES+=(alsa-utils libasound2-plugins libsox-fmt-alsa jack-capture jackd2 rotter)
    bench=yes
elif (($# > 0)); then
    fail "reading '$1'" "it is no option" "give --bench, or nothing"
fi

missing_packages() {
    dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${PACKAGES[@]}" 2>/dev/null |
        awk '$2 == "installed" { print $1 }' | sort |
        comm -13 - <(printf '%s\n' "${PACKAGES[@]}" | sort)
}

install() {
    local root=() options=(-o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
    ((EUID == 0)) || root=(sudo)
    "${root[@]}" apt-get -q "${options[@]}" update
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "${options[@]}" \
        install --no-install-recommends "$@"
}

for program in dpkg-query apt-get; do
    command -v "$program" >/dev/null || fail "looking for $program" "this is not Debian" \
        "install the packages named in scripts/setup.sh by hand, or work on Debian 12"
done
mapfile -t missing < <(missing_packages)
if ((${#missing[@]} > 0)); then
    ((EUID == 0)) || command -v sudo >/dev/null || fail "installing ${missing[*]}" \
        "only root may, and there is no sudo" "run scripts/setup.sh as root"
    step "installing ${#missing[@]} packages" install "${missing[@]}"
fi
bash "$ROOT/scripts/build-deps.sh"
[[ -z $bench ]] || bash "$ROOT/scripts/fetch-peers.sh"
