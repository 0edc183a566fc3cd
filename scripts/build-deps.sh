#!/usr/bin/env bash
# Builds the libraries the Windows programs are made of, from Debian's source packages, and links
# them into the checkout as build/deps/x86_64 and build/deps/i686.
#
# They live in the cache folder, under a key made of everything they are made from: a changed recipe
# builds anew, an unchanged one costs nothing, in any number of checkouts. For newer sources from
# Debian, delete the folders `sources*` in the cache.
set -euo pipefail
source "$(dirname "$0")/common.sh"

PACKAGES=(cjson cmocka flac libconfuse libebur128 libogg libsamplerate libsndfile libstb libvorbis
    opus portaudio19)
# Those in which Debian has mended faults that a hostile file can reach. The rest is as published.
PATCHED=(cjson libsndfile libvorbis)
# Named after what is in it, for two checkouts may want different ones.
SOURCES=$CACHE/sources-$(echo "${PACKAGES[@]}" "${PATCHED[@]}" | sha256sum | cut -c 1-8)

# apt fetches and verifies, from wherever this machine gets its packages. It only has to be told, in
# a folder of our own, that sources are wanted too.
fetch_sources() {
    local apt=$CACHE/apt new=$CACHE/sources.new file package
    rm -rf "$apt" "$new"
    mkdir -p "$apt/parts" "$apt/lists/partial" "$new"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ -e $file ]] || continue
        sed -E 's/^deb[[:space:]]/deb-src /' "$file" >"$apt/parts/${file##*/}.list"
    done
    for file in /etc/apt/sources.list.d/*.sources; do
        [[ -e $file ]] || continue
        sed -E 's/^Types:.*/Types: deb-src/' "$file" >"$apt/parts/${file##*/}"
    done
    local options=(-q -o Acquire::Retries=3 -o APT::Sandbox::User="$(id -un)"
        -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$apt/parts"
        -o "Dir::State::Lists=$apt/lists")
    apt-get "${options[@]}" update
    cd "$new"
    apt-get "${options[@]}" source --download-only --tar-only "${PACKAGES[@]}"
    for package in "${PATCHED[@]}"; do
        apt-get "${options[@]}" source --download-only --diff-only "$package" ||
            touch "$package.unpatched"
    done
    sha256sum -- *.tar.* >SHA256SUMS
    rm -rf "$apt"
    mv -T "$new" "$SOURCES"
}

recipe_key() {
    {
        cat "$ROOT"/scripts/{build-deps.sh,portaudio-wasapi.h} "$ROOT"/cmake/mingw-*.cmake
        cat "$SOURCES/SHA256SUMS"
        dpkg-query -W "gcc-mingw-w64-${arch//_/-}-win32" "mingw-w64-${arch//_/-}-dev"
    } | sha256sum | cut -c 1-16
}

unpack() {
    local patches patch
    mkdir -p "$work/$1"
    tar -xf "$SOURCES/$1"_*.orig.tar.* -C "$work/$1" --strip-components=1
    for patches in "$SOURCES/$1"_*.debian.tar.*; do
        [[ -e $patches ]] || continue
        tar -xf "$patches" -C "$work/$1"
        grep -v '^#' "$work/$1/debian/patches/series" | while read -r patch; do
            patch -d "$work/$1" -p 1 --input "debian/patches/$patch"
        done
    done
}

# Several of these projects enable C++ without compiling a line of it. Telling CMake what it would
# find out about their C++ compiler spares everyone the download of one.
cmake_package() {
    local name=$1
    shift
    unpack "$name"
    cmake -S "$work/$name" -B "$work/$name/out" -G Ninja -Wno-dev \
        -DCMAKE_TOOLCHAIN_FILE="$ROOT/cmake/mingw-$arch.cmake" -DTAPEMAP_DEPS="$prefix" \
        -DCMAKE_CXX_COMPILER="$cross-gcc-win32" -DCMAKE_CXX_COMPILER_FORCED=ON \
        -DCMAKE_CXX_COMPILER_ID=GNU -DCMAKE_CXX_COMPILER_ID_RUN=ON \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE="$cflags" \
        -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
        -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF "$@"
    cmake --build "$work/$name/out" --target install
}

# Without CJSON_HIDE_SYMBOLS every DLL that contains cJSON would export it; its custom flags would
# bring in a stack protector, which with mingw is one more DLL.
build_cjson() {
    cmake_package cjson -DCMAKE_C_FLAGS=-DCJSON_HIDE_SYMBOLS -DENABLE_CUSTOM_COMPILER_FLAGS=OFF \
        -DENABLE_CJSON_TEST=OFF
}

# The archive is of its repository, without what autotools and flex make of it; without messages in
# other languages it is three files.
build_libconfuse() {
    unpack libconfuse
    cd "$work/libconfuse/src"
    flex -Pcfg_yy -olexer.c lexer.l
    local flags=(-I. -D_GNU_SOURCE -DHAVE_STRING_H -DHAVE_STRDUP -DHAVE_STRCASECMP
        -DHAVE_UNISTD_H -DHAVE_WINDOWS_H -DHAVE__PUTENV -DHAVE_SYS_STAT_H
        '-DPACKAGE_VERSION="3.3"' '-DPACKAGE_STRING="libConfuse 3.3"')
    # shellcheck disable=SC2086 # cflags is a list of words
    "$cross-gcc-win32" $cflags "${flags[@]}" -c confuse.c lexer.c fmemopen.c reallocarray.c
    "$cross-ar" rcsD "$prefix/lib/libconfuse.a" ./*.o
    cp confuse.h "$prefix/include/"
    cat >"$prefix/lib/pkgconfig/libconfuse.pc" <<END
prefix=$prefix
Name: libConfuse
Description: Reads configuration files
Version: 3.3
Libs: -L\${prefix}/lib -lconfuse
Cflags: -I\${prefix}/include
END
}

# cmocka always makes its DLL too. Only the static library stays, under the name that its CMake and
# pkg-config files lead to.
build_cmocka() {
    cmake_package cmocka -DWITH_STATIC_LIB=ON -DWITH_EXAMPLES=OFF -DUNIT_TESTING=OFF
    rm "$prefix/bin/cmocka.dll" "$prefix/lib/libcmocka.dll.a"
    mv "$prefix/lib/libcmocka-static.a" "$prefix/lib/libcmocka.a"
    sed -i 's/cmocka\.dll\.a/libcmocka.a/' "$prefix/lib/cmake/cmocka/cmocka-config.cmake"
}

build_libogg() {
    cmake_package libogg -DINSTALL_DOCS=OFF
}

build_libvorbis() {
    cmake_package libvorbis
}

build_flac() {
    cmake_package flac -DBUILD_CXXLIBS=OFF -DBUILD_PROGRAMS=OFF -DBUILD_EXAMPLES=OFF \
        -DBUILD_DOCS=OFF -DINSTALL_MANPAGES=OFF -DWITH_STACK_PROTECTOR=OFF -DWITH_FORTIFY_SOURCE=OFF
}

# Its CMake files are incomplete in this release, so the one that libsndfile's asks for is ours.
# Checked memcpy calls and the stack protector would cost the programs a libssp DLL.
build_opus() {
    unpack opus
    cd "$work/opus"
    ./configure --host="$cross" --prefix="$prefix" CC="$cross-gcc-win32" \
        CFLAGS="$cflags" CPPFLAGS=-D_FORTIFY_SOURCE=0 --disable-stack-protector \
        --enable-static --disable-shared --disable-doc --disable-extra-programs \
        --disable-dependency-tracking
    make -j2 install
    mkdir -p "$prefix/lib/cmake/Opus"
    cat >"$prefix/lib/cmake/Opus/OpusConfig.cmake" <<END
if(NOT TARGET Opus::opus)
    add_library(Opus::opus STATIC IMPORTED)
    set_target_properties(Opus::opus PROPERTIES
        IMPORTED_LOCATION "$prefix/lib/libopus.a"
        INTERFACE_INCLUDE_DIRECTORIES "$prefix/include;$prefix/include/opus")
endif()
END
}

build_libsamplerate() {
    cmake_package libsamplerate -DLIBSAMPLERATE_EXAMPLES=OFF
}

build_libebur128() {
    cmake_package libebur128
}

# Headers alone, of which pictures take one.
build_libstb() {
    unpack libstb
    mkdir -p "$prefix/include/stb"
    cp "$work/libstb/stb_image_write.h" "$prefix/include/stb/"
}

# It looks for FLAC in a way of its own, which does not tell it that the library is a static one.
build_libsndfile() {
    cmake_package libsndfile -DCMAKE_C_FLAGS=-DFLAC__NO_DLL -DENABLE_EXTERNAL_LIBS=ON \
        -DENABLE_MPEG=OFF -DBUILD_PROGRAMS=OFF -DBUILD_EXAMPLES=OFF -DENABLE_CPACK=OFF
}

# PortAudio's own build files leave out WASAPI for mingw, or else Unicode device names.
build_portaudio19() {
    unpack portaudio19
    cd "$work/portaudio19"
    local flags=(-Iinclude -Isrc/common -Isrc/os/win -DUNICODE -D_UNICODE -DCOBJMACROS
        -D_WIN32_WINNT=0x0A00 -DWINVER=0x0A00 -DNTDDI_VERSION=0x0A000000
        -DPA_USE_WMME=1 -DPA_USE_DS=1 -DPA_USE_WASAPI=1
        -DPA_USE_WDMKS=0 -DPA_USE_ASIO=0 -DPA_USE_SKELETON=0
        -DPAWIN_USE_WDMKS_DEVICE_INFO -DPAWIN_USE_DIRECTSOUNDFULLDUPLEXCREATE)
    local source
    for source in src/common/*.c src/hostapi/{wmme,dsound}/*.c \
        src/os/win/pa_win_{hostapis,util,waveformat,wdmks_utils,coinitialize}.c; do
        # shellcheck disable=SC2086 # cflags is a list of words
        "$cross-gcc-win32" $cflags "${flags[@]}" -c "$source"
    done
    # shellcheck disable=SC2086
    "$cross-gcc-win32" $cflags "${flags[@]}" -include "$ROOT/scripts/portaudio-wasapi.h" \
        -c src/hostapi/wasapi/pa_win_wasapi.c
    "$cross-ar" rcsD "$prefix/lib/libportaudio.a" ./*.o
    cp include/portaudio.h include/pa_win_{ds,wasapi,waveformat,wmme}.h "$prefix/include/"
    cat >"$prefix/lib/pkgconfig/portaudio-2.0.pc" <<END
prefix=$prefix
Name: PortAudio
Description: Portable audio I/O
Version: 19
Libs: -L\${prefix}/lib -lportaudio
Libs.private: -lwinmm -lole32 -luuid
Cflags: -I\${prefix}/include
END
}

# The folder was filled under another name and may be used through a link: what was written into
# CMake's and pkg-config's files as an absolute path becomes relative to the file.
make_relocatable() {
    find "$prefix/lib" -name '*.pc' -exec sed -i "s|$prefix|\${pcfiledir}/../..|g" {} +
    find "$prefix/lib/cmake" -name '*.cmake' \
        -exec sed -i "s|$prefix|\${CMAKE_CURRENT_LIST_DIR}/../../..|g" {} +
    rm -rf "${prefix:?}"/{bin,share} "$prefix"/lib/*.la
    if grep -rqI "$work" "$prefix"; then
        grep -rlI "$work" "$prefix"
        echo "these files still name the folder they were built in" >&2
        return 1
    fi
}

lane() {
    local name
    for name in "$@"; do
        step "$name, $arch" "build_$name"
    done
}

# Two lanes for two processors. Each is a process group, so that an interrupt ends all of it.
build_libraries() {
    local lanes=() pid failed=0
    start_ticker "libraries, $arch"
    set -m
    if [[ $arch == x86_64 ]]; then
        lane libogg libvorbis flac cmocka &
        lanes+=($!)
        lane opus portaudio19 libsamplerate libebur128 libstb cjson libconfuse &
        lanes+=($!)
    else
        lane cjson &
        lanes+=($!)
        lane cmocka &
        lanes+=($!)
    fi
    set +m
    trap 'kill -- "${lanes[@]/#/-}" 2>/dev/null || true; stop_ticker; clean_up' EXIT
    for pid in "${lanes[@]}"; do
        wait "$pid" || failed=1
    done
    trap clean_up EXIT
    stop_ticker
    ((failed == 0)) || exit 1
    [[ $arch != x86_64 ]] || lane libsndfile
}

clean_up() {
    rm -rf "$work"
}

# provide ARCH: the link in the checkout leads to a complete folder made by this very recipe.
provide() {
    arch=$1
    cross=$arch-w64-mingw32
    local complete
    complete=$CACHE/deps/$cross-$(recipe_key)
    if [[ ! -d $complete ]]; then
        need flex
        work=$complete.new.$$
        prefix=$work/prefix
        cflags="-O2 -DNDEBUG -ffile-prefix-map=$work=."
        mkdir -p "$prefix"/{include,lib/pkgconfig}
        trap clean_up EXIT
        build_libraries
        step "tidying, $arch" make_relocatable
        mv -T "$prefix" "$complete"
        clean_up
        trap - EXIT
    fi
    mkdir -p "$ROOT/build/deps"
    ln -sfn "$complete" "$ROOT/build/deps/$arch"
}

mkdir -p "$CACHE/deps"
# Two checkouts may share the cache; the second finds the work of the first done.
exec {lock}>"$CACHE/deps/lock"
flock -n "$lock" || {
    say "waiting for another build of these libraries to end"
    flock "$lock"
}
# What an earlier build left when it was killed.
rm -rf "$CACHE"/deps/*.new.*
[[ -d $SOURCES ]] || {
    need apt-get sha256sum
    step "fetching Debian's sources" fetch_sources
}
for package in "${PATCHED[@]}"; do
    [[ ! -e $SOURCES/$package.unpatched ]] ||
        say "note: this mirror had no Debian patches for $package; it is built as published"
done
provide x86_64
provide i686
